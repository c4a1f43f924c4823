from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.detectors import Judge, Pair
from driftline.processors.detectors.cache import Cache
from driftline.processors.detectors.judge import IN_REACH
from driftline.processors.statistics.distances import psi
from driftline.processors.statistics.reach import largest

EVEN = np.full(20, 1000)
counts = st.lists(st.integers(0, 400), min_size=1, max_size=12)


def pair(current: list[int], reference: list[int], *, ordered: bool = True, decides: bool = True) -> Pair:
    return Pair(np.array(current), np.array(reference), ordered=ordered, decides=decides)


@given(counts, st.data(), st.booleans(), st.floats(1e-8, 0.5))
def test_every_verdict_is_finite_and_in_drift_exactly_when_its_level_is_over_one(
    current: list[int], data: st.DataObject, ordered: bool, alpha: float
) -> None:
    reference = data.draw(st.lists(st.integers(0, 400), min_size=len(current), max_size=len(current)))
    verdict = Judge().judge([pair(current, reference, ordered=ordered)], alpha=alpha)[0]
    assert (verdict.status == "drift") == (verdict.level is not None and verdict.level > 1)
    limits = [score for score in verdict.scores if score.limit is not None]
    assert bool(limits) == (verdict.level is not None)
    for score in verdict.scores:
        assert math.isfinite(score.score)
        assert score.limit is None or 0 < score.limit < math.inf
        assert score.p_value is None or 0 <= score.p_value <= 1


def test_the_deciding_statistics_are_psi_and_ks_for_numbers_and_psi_for_categories() -> None:
    current = [260, 250, 240, 250]
    numeric, categorical = Judge().judge(
        [pair(current, [1000] * 4), pair(current, [1000] * 4, ordered=False)], alpha=0.01
    )
    assert {s.name for s in numeric.scores if s.limit} == {"psi", "ks"}
    assert {s.name for s in categorical.scores if s.limit} == {"psi"}
    assert {s.name for s in categorical.scores} == {"psi", "js", "hellinger", "tv", "kl", "chi2", "g"}


def test_wasserstein_needs_bounds_and_a_scale() -> None:
    full = Pair(EVEN, EVEN, ordered=True, bounds=np.arange(19.0), scale=2.0)
    without = Pair(EVEN, EVEN, ordered=True, bounds=np.arange(19.0), scale=0.0)
    names = [{s.name for s in v.scores} for v in Judge().judge([full, without], alpha=0.01)]
    assert "wasserstein" in names[0]
    assert "wasserstein" not in names[1]


def test_a_window_below_the_minimum_is_not_judged() -> None:
    small = pair([5, 4], [100, 100])
    assert Judge().judge([small], alpha=0.01)[0].status == "not_enough_samples"
    assert Judge().judge([small], alpha=0.01, minimum_observations=9)[0].status == "ok"
    assert Judge().judge([pair([50, 40], [0, 0])], alpha=0.01)[0].status == "not_enough_samples"
    assert Judge().judge([pair([0, 0], [9, 0])], alpha=0.01, minimum_observations=0)[0].status == "not_enough_samples"


def test_one_value_on_both_sides_is_constant_and_has_no_scores() -> None:
    verdict = Judge().judge([pair([0, 50, 0], [0, 900, 0])], alpha=0.01)[0]
    assert (verdict.status, verdict.level, verdict.scores) == ("constant", None, ())


def test_leaving_a_constant_is_drift_by_chi2() -> None:
    few, many = Judge().judge([pair([99, 1], [20_000, 0]), pair([90, 7, 3], [20_000, 0, 0])], alpha=1e-4)
    assert (few.status, many.status) == ("ok", "drift")
    assert few.decided_by == many.decided_by == "chi2"


def test_a_field_that_does_not_decide_is_shown_and_not_in_the_correction() -> None:
    moved = [50, 50, 100, 300]
    shown = pair(moved, [1000] * 4, decides=False)
    alone = Judge().judge([pair([110, 120, 130, 140], [1000] * 4)], alpha=0.01)[0]
    beside, hushed = Judge().judge([pair([110, 120, 130, 140], [1000] * 4), shown], alpha=0.01)
    assert beside == alone
    assert (hushed.status, hushed.level) == ("ok", None)
    assert all(score.limit is None for score in hushed.scores)


def test_a_minimum_effect_is_a_floor_of_the_limit() -> None:
    sides = pair([26_000, 25_000, 24_000, 25_000], [250_000] * 4)
    by_default, floored, bare = (
        Judge().judge([sides], alpha=0.01, minimum_effect=floor)[0]
        for floor in (None, {"psi": 0.5, "ks": 0.4}, {"psi": 0, "ks": 0})
    )
    assert {s.name: s.limit for s in floored.scores if s.limit} == {"psi": 0.5, "ks": 0.4}
    assert {s.name: s.limit for s in by_default.scores if s.limit} == {"psi": 0.005, "ks": 0.03}
    assert (by_default.status, bare.status) == ("ok", "drift")


def test_limits_rise_with_the_number_of_fields() -> None:
    field = pair([110, 120, 130, 140], [1000] * 4)
    alone, among = Judge().judge([field], alpha=0.01)[0], Judge().judge([field] * 50, alpha=0.01)[0]
    assert all(a.limit < b.limit for a, b in zip(alone.scores, among.scores, strict=True) if a.limit and b.limit)


def test_the_cache_forgets_what_was_asked_longest_ago() -> None:
    asked: list[int] = []

    def remember(keys: Sequence[int]) -> Sequence[int]:
        asked.extend(keys)
        return keys

    cache = Cache(remember, capacity=2)
    for keys in ([1, 2], [1], [3], [1], [2]):
        assert cache.get(keys) == {key: key for key in keys}
    assert asked == [1, 2, 3, 2]
    assert len(cache) == 2


@pytest.mark.statistical
def test_a_fifth_of_a_standard_deviation_is_found() -> None:
    random = np.random.default_rng(11)
    found = 0
    judge = Judge()
    for _ in range(60):
        known = random.normal(size=20_000)
        bounds = np.quantile(known, np.arange(1, 20) / 20)
        sides = [np.bincount(np.searchsorted(bounds, x), minlength=20) for x in (random.normal(0.2, 1, 5000), known)]
        still = [Pair(random.multinomial(5000, np.full(20, 0.05)), EVEN, ordered=True) for _ in range(19)]
        verdicts = judge.judge([Pair(sides[0], sides[1], ordered=True), *still], alpha=0.01)
        found += verdicts[0].status == "drift"
    assert found >= 57


def test_a_field_that_no_window_could_bring_into_drift_is_not_called_ok() -> None:
    now, tiny, wide = np.array([4, 7, 4, 3]), np.array([1, 2, 1, 1]), np.array([1000, 2000, 1000, 1000])
    lost, seen = Judge().judge([Pair(now, tiny, ordered=True), Pair(now, wide, ordered=True)], alpha=1e-6)
    assert (lost.status, lost.level, seen.status) == ("not_enough_samples", None, "ok")
    assert {score.name for score in lost.scores} >= {"psi", "ks"}
    scattered = {"psi": 1e4, "ks": 1e4}
    [lost] = Judge().judge([Pair(now * 100, wide, ordered=True, dispersion=scattered)], alpha=0.01)
    assert lost.status == "not_enough_samples"


def test_a_window_that_is_over_the_limit_of_a_tiny_reference_is_in_drift() -> None:
    far = Pair(np.array([0, 0, 0, 3_000]), np.array([1, 2, 1, 1]), ordered=True)
    near = Pair(np.array([600, 1200, 600, 600]), np.array([1, 2, 1, 1]), ordered=True)
    assert [verdict.status for verdict in Judge().judge([far, near], alpha=1e-6)] == ["drift", "ok"]


def test_ten_observations_can_exceed_any_limit_of_psi_taken_for_within_reach() -> None:
    for buckets in (2, 3, 20, 200):
        for m in (10, 100, 100_000):
            even = np.full((1, buckets), max(m // buckets, 1))
            assert largest(psi, np.array([10]), even)[0] > IN_REACH
