"""A regression's table without outcomes beside the rows of its reference: how wrong it will turn out to be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from driftline.processors.comparison import Check, Rules, check, check_chunks
from driftline.processors.findings import Performance
from driftline.processors.monitor import Monitor, Spec
from driftline.processors.profile import Profile
from driftline.processors.profile.rows_file import ProfileRows, profile_rows
from driftline.processors.tables import open_table
from driftline.semconv import PerformanceKind
from tests.processors.statistics.performance.holding import holds

BAD_PLAN = "c"


def _cars(seed: int, rows: int, share_of_bad: float) -> pd.DataFrame:
    """A model that is three times as wrong on one plan, and on high ages."""
    random = np.random.default_rng(seed)
    plan = np.where(random.random(rows) < share_of_bad, BAD_PLAN, random.choice(["a", "b"], rows))
    age, price = random.uniform(0, 20, rows), random.uniform(50, 100, rows)
    scatter = (1 + 0.1 * age) * np.where(plan == BAD_PLAN, 3, 1)
    prediction = price + random.normal(0, 1, rows)
    columns = {"age": age, "plan": plan, "price_new": price, "prediction": prediction}
    return pd.DataFrame(columns | {"outcome": prediction + scatter * random.standard_normal(rows)})


@pytest.fixture(scope="module")
def reference() -> tuple[Profile, ProfileRows]:
    table = _cars(1, 5000, 0.1)
    profile = Profile.from_table(table, model="cars")
    return profile, profile_rows(open_table(table), profile, 4000, seed=0)


def _estimated(found: Check) -> Performance:
    (estimate,) = [each for each in found.performance if each.kind is PerformanceKind.ESTIMATED]
    return estimate


def test_without_an_outcome_it_says_what_outcomes_will_show(reference: tuple[Profile, ProfileRows]) -> None:
    profile, known = reference
    now = _cars(2, 3000, 0.4)
    (realized,) = check(now, profile).performance
    found = check(now.drop(columns="outcome"), profile, reference_rows=known)
    estimate = _estimated(found)
    real = {figure.metric: figure.value for figure in realized.figures}
    assert {figure.metric for figure in estimate.figures} == {"mae", "rmse", "mape", "r2"}
    assert all(holds(figure, real[figure.metric]) for figure in estimate.figures)
    assert estimate.window.observations == 3000
    assert "in doubt while plan drift" in estimate.why
    shown = [each["metric"] for each in found.to_dict()["performance"] if each["kind"] == "estimated"]
    assert shown == ["mae", "rmse", "mape", "r2"]


def test_a_ceiling_of_the_monitor_is_violated_before_any_outcome_comes(reference: tuple[Profile, ProfileRows]) -> None:
    profile, known = reference
    spec = Spec.model_validate({"performance": {"maximum": {"mae": 2.0}, "metrics": ["mae"]}})
    found = check(
        _cars(2, 3000, 0.4).drop(columns="outcome"),
        profile,
        monitor=Monitor("cars", "cars", spec),
        reference_rows=known,
    )
    assert len(found.too_bad) == 1
    assert "will surely be over its limit 2" in found.too_bad[0].why


def test_chunks_are_estimated_each_for_itself(reference: tuple[Profile, ProfileRows]) -> None:
    profile, known = reference
    now = pd.concat([_cars(3, 1000, 0.1), _cars(4, 1000, 0.9)]).drop(columns="outcome")
    good, bad = (
        _estimated(each).figures[0] for each in check_chunks(now, profile, 1000, Rules(), reference_rows=known)
    )
    assert good.upper is not None
    assert bad.lower is not None
    assert good.upper < bad.lower


def test_batches_add_up_to_the_table(reference: tuple[Profile, ProfileRows]) -> None:
    profile, known = reference
    now = _cars(5, 1000, 0.3).drop(columns="outcome")
    whole, parts = check(now, profile, reference_rows=known), open_table(now)
    alone = _estimated(next(check_chunks(parts, profile, 1000, reference_rows=known)))
    assert _estimated(whole).figures == alone.figures


@pytest.mark.parametrize("missing", ["prediction", "price_new"])
def test_a_column_that_is_absent_is_done_without_unless_it_is_the_prediction(
    reference: tuple[Profile, ProfileRows], missing: str
) -> None:
    profile, known = reference
    found = check(_cars(6, 500, 0.1).drop(columns=["outcome", missing]), profile, reference_rows=known)
    kinds = [each.kind for each in found.performance]
    assert kinds == ([] if missing == "prediction" else [PerformanceKind.ESTIMATED])


def test_rows_without_outputs_or_too_few_of_them_estimate_nothing(reference: tuple[Profile, ProfileRows]) -> None:
    profile, known = reference
    few = {role: cells[:400] for role, cells in known.outputs.items()}
    columns = {name: cells[:400] for name, cells in known.columns.items()}
    now = _cars(7, 500, 0.1).drop(columns="outcome")
    for rows in (replace(known, outputs={}), replace(known, columns=columns, outputs=few)):
        assert not check(now, profile, reference_rows=rows).performance
