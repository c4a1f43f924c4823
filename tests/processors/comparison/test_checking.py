from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline import processors
from driftline.processors.comparison import Check, Rules, check, check_chunks
from driftline.processors.comparison.counting import chunked
from driftline.processors.findings import State
from driftline.processors.monitor import load_monitors
from driftline.processors.profile import NumericField, Profile
from driftline.processors.statistics.distances import psi

N = 4000


def rows(seed: int, shift: float = 0.0, n: int = N) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    return {
        "age": random.normal(40 + shift, 10, n),
        "visits": random.poisson(2, n),
        "plan": random.choice(["a", "b", "c"], n, p=[0.6, 0.3, 0.1]),
        "flag": np.ones(n),
    }


REFERENCE = Profile.from_table(rows(1), model="credit", version="7")


def field(result: Check, name: str) -> dict[str, Any]:
    (found,) = [each for each in result.to_dict()["fields"] if each["name"] == name]
    return dict(found)


def test_the_same_population_does_not_drift_and_a_shift_is_found() -> None:
    assert check(rows(2), REFERENCE).drifted == []
    assert check(rows(2, shift=4), REFERENCE).drifted == ["age"]


def test_scores_are_those_of_the_profiles_buckets() -> None:
    table = rows(3, shift=2)
    reference = REFERENCE.field("age")
    assert isinstance(reference, NumericField)
    edges = np.concatenate([[-np.inf], reference.bounds, [np.inf]])
    slow = [int(((table["age"] > low) & (table["age"] <= high)).sum()) for low, high in pairwise(edges)]
    found = field(check(table, REFERENCE), "age")["statistics"]["psi"]["score"]
    assert found == pytest.approx(float(psi(np.array(slow), reference.counts_array)))


def test_the_json_has_the_shape_of_the_design() -> None:
    found = check({**rows(4, shift=4), "new": np.zeros(N)}, REFERENCE).to_dict()
    assert list(found) == ["rows", "reference", "drifted", "unknown", "fields", "performance", "quality"]
    assert found["rows"] == N
    assert found["reference"] == {"id": REFERENCE.id, "observations": N}
    assert found["unknown"] == ["new"]
    age = found["fields"][0]
    assert (age["name"], age["role"], age["kind"], age["status"]) == ("age", "feature", "numeric", "drift")
    assert age["level"] > 1
    assert {"score", "limit", "p_value"} == set(age["statistics"][age["decided_by"]])
    assert "limit" not in age["statistics"]["js"]


def test_every_status_has_its_cause() -> None:
    table = rows(5)
    del table["visits"]
    table["plan"] = np.array([None] * N, dtype=object)
    result = check(table, REFERENCE)
    assert field(result, "visits") == {
        "name": "visits", "role": "feature", "kind": "numeric", "status": "no_data", "observations": 0,
        "statistics": {}, "defects": {},
    }  # fmt: skip
    assert field(result, "plan")["status"] == "no_data"
    assert field(result, "plan")["defects"] == {"missing": 1.0}
    assert field(result, "flag")["status"] == "constant"
    assert result.absent == ["visits", "plan"]
    few = check(rows(6, n=9), REFERENCE)
    assert field(few, "age")["status"] == "not_enough_samples"
    assert not few.judged
    empty = Profile.from_table({"x": [None, None]}, kinds={"x": "numeric"})
    assert field(check({"x": np.zeros(20)}, empty), "x")["status"] == "no_reference"


def test_an_absent_outcome_is_no_finding() -> None:
    reference = Profile.from_table({"x": rows(1)["age"], "outcome": rows(1)["plan"]})
    result = check({"x": rows(2)["age"]}, reference)
    assert field(result, "outcome")["status"] == "no_data"
    assert result.absent == []


@pytest.mark.parametrize("value", [0.5, 2.0, 1.0 + 1e-9])
def test_a_value_that_differs_from_a_constant_is_drift(value: float) -> None:
    assert "flag" in check({**rows(7), "flag": np.full(N, value)}, REFERENCE).drifted


def test_defects_are_shares_and_a_new_category_counts_as_unknown() -> None:
    table = rows(8)
    table["age"][:40] = np.nan
    table["age"][40:60] = np.inf
    table["age"][60] = 1e6
    table["plan"][:400] = "z"
    result = check(table, REFERENCE)
    assert field(result, "age")["defects"] == pytest.approx(
        {"missing": 0.01, "invalid": 0.005, "out_of_range": 1 / N}, abs=1e-3
    )
    assert field(result, "plan")["defects"] == {"unknown_category": 0.1}
    assert "plan" in result.drifted


def test_a_minimum_effect_keeps_small_drift_quiet() -> None:
    table = rows(9, shift=4)
    assert check(table, REFERENCE, minimum_effect={"psi": 9.0, "ks": 0.9}).drifted == []
    assert field(check(table, REFERENCE, minimum_effect={"psi": 9.0}), "age")["statistics"]["psi"]["limit"] == 9.0


def test_a_monitor_rules_the_fields(tmp_path: Path) -> None:
    path = tmp_path / "credit.yaml"
    path.write_text(
        "apiVersion: driftline.dev/v1\nkind: ModelMonitor\nmetadata: {name: credit}\nspec:\n  fields:\n"
        "    - {name: visits, ignore: true}\n    - {name: age, drift: {enabled: false}}\n"
        "    - {name: plan, drift: {minimumEffect: {psi: 50}}}\n"
        "    - {name: flag, drift: {minimumObservations: 5000}}\n"
    )
    monitor = load_monitors([path]).for_identity("credit", "7")
    table = rows(10, shift=9)
    table["plan"][:] = "c"
    result = check(table, REFERENCE, monitor=monitor)
    assert {str(each.field): each.status for each in result} == {
        "age": State.MUTED,
        "plan": State.OK,
        "flag": State.NOT_ENOUGH_SAMPLES,
    }
    assert field(result, "plan")["statistics"]["psi"]["limit"] == 50
    assert "level" not in field(result, "age")
    assert field(result, "age")["statistics"]["psi"]["score"] > 0.1


def test_chunks_are_checks_of_their_rows() -> None:
    drifting = {name: np.concatenate([rows(11)[name], rows(12, shift=5)[name]]) for name in rows(1)}
    results = list(check_chunks(drifting, REFERENCE, N, Rules(alpha=0.01)))
    assert [(each.start, each.rows) for each in results] == [(0, N), (N, N)]
    assert [each.drifted for each in results] == [[], ["age"]]
    assert results[1].to_dict()["end"] == 2 * N
    alone = check(rows(12, shift=5), REFERENCE)
    assert alone.to_dict()["fields"] == results[1].to_dict()["fields"]


@given(st.lists(st.integers(0, 12), max_size=6), st.one_of(st.none(), st.integers(1, 9)))
def test_groups_of_batches_hold_every_row_once_in_order(sizes: list[int], rows_each: int | None) -> None:
    table = pa.table({"x": list(range(sum(sizes)))})
    starts = np.cumsum([0, *sizes])
    batches = [b for s, n in zip(starts, sizes, strict=False) for b in table.slice(s, n).to_batches()]
    groups = [[v for b in group for v in b.column(0).to_pylist()] for group in chunked(batches, rows_each)]
    assert [v for group in groups for v in group] == list(range(sum(sizes)))
    if rows_each is not None:
        assert all(len(group) == rows_each for group in groups[:-1])
        assert all(0 < len(group) <= rows_each for group in groups)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"alpha": 0.0}, "chance between"),
        ({"minimum_effect": {"pi": 1}}, "no statistic 'pi'"),
        ({"minimum_effect": {"psi": -1}}, "0 or more"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check(rows(1), REFERENCE, **arguments)
    with pytest.raises(ValueError, match="at least one"):
        list(check_chunks(rows(1), REFERENCE, 0))


def test_the_package_offers_profile_and_check_whatever_was_imported_before() -> None:
    assert processors.check is check
    assert processors.Profile is Profile
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        _ = processors.chekc


def said(result: Check, check_name: str, name: str | None = None) -> dict[str, Any]:
    (found,) = [q for q in result.to_dict()["quality"] if (q["check"], q.get("field")) == (check_name, name)]
    return dict(found)


def test_the_same_population_has_no_finding_of_quality_and_each_change_has_its_own() -> None:
    assert check(rows(2), REFERENCE).violated == []
    table = rows(13)
    table["age"] = table["age"] * 10
    table["plan"][:200] = "z"
    del table["visits"]
    result = check({**table, "Visits": rows(13)["visits"]}, REFERENCE)
    assert "multiplied by 10" in said(result, "unit_change", "age")["why"]
    assert said(result, "unknown_category", "plan")["score"] == pytest.approx(0.05)
    assert said(result, "schema")["why"] == (
        "In the reference and not arriving: visits; arriving and not in the reference: Visits."
    )
    assert {each.decided_by for each in result.violated} == {
        "unit_change", "out_of_range", "unknown_category", "schema",
    }  # fmt: skip


def test_whole_numbers_that_become_decimals_are_another_type() -> None:
    random = np.random.default_rng(1)
    codes = random.choice(["1", "2", "3"], N)
    reference = Profile.from_table({"code": codes}, kinds={"code": "categorical"})
    decimals = random.choice([1.0, 2.0, 2.5], N)
    found = said(check({"code": decimals}, reference), "type_change", "code")
    assert found["violated"]
    assert "decimals" in found["why"]
