"""Rows of a table that come twice."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from driftline.processors.comparison import Check, check
from driftline.processors.detectors.quality import share_limits
from driftline.processors.profile import Profile
from driftline.processors.profile.repeated import Repeated
from driftline.semconv import QualityCheck


def people(rows: int, seed: int, kinds: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    return {"age": random.integers(0, kinds, rows).astype(float), "plan": random.integers(0, kinds, rows).astype(str)}


def said(found: Check) -> list[bool | None]:
    return [each.violated for each in found.quality if each.decided_by == QualityCheck.DUPLICATE_ROWS]


def test_rows_that_were_loaded_twice_are_found() -> None:
    profile, now = Profile.from_table(people(5_000, 1, 400)), people(2_000, 2, 400)
    twice = {name: np.concatenate([column, column[:200]]) for name, column in now.items()}
    assert said(check(now, profile)) == [False]
    assert said(check(twice, profile)) == [True]
    [finding] = [each for each in check(twice, profile).violated if each.field is None]
    assert "equal to a row before them" in finding.why


def test_without_a_count_in_the_profile_or_without_a_feature_nothing_is_said() -> None:
    profile, now = Profile.from_table(people(500, 1, 9)), people(500, 2, 9)
    older = {key: each for key, each in profile.to_dict().items() if key not in ("duplicates", "id")}
    assert said(check(now, Profile.from_dict(older))) == []
    assert said(check({"age": now["age"]}, profile)) == []


@pytest.mark.statistical
@pytest.mark.parametrize(("kinds", "window", "known"), [(4, 200, 900), (30, 500, 500), (90, 900, 300), (300, 900, 900)])
def test_few_values_repeat_rows_by_chance_and_that_is_no_finding(kinds: int, window: int, known: int) -> None:
    """At most 18 of 200 at a level of .05: more has a chance of 1 in 100, were every row drawn by itself."""
    found = 0
    for seed in range(200):
        repeated = [_repeated(people(rows, 2 * seed + side, kinds), known) for side, rows in enumerate((known, window))]
        [limit] = share_limits([window], [repeated[0]], [known], level=0.05)
        found += repeated[1] / window > limit
    assert found <= 18


def _repeated(table: dict[str, np.ndarray], stretch: int) -> int:
    repeated = Repeated({"age": True, "plan": False}, stretch)
    repeated.update(pa.RecordBatch.from_pydict(table))
    return repeated.get()
