"""Fields judged side by side: nothing of one reaches another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftline.processors.detectors import Judge, Pair

EVEN = [1000, 1000, 1000, 1000]
MOVED = [260, 255, 240, 245]


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    buckets = draw(st.integers(1, 5))
    counts = st.lists(st.integers(0, 60), min_size=buckets, max_size=buckets)
    bounds = draw(st.sampled_from([None, np.arange(buckets - 1.0)]))
    return Pair(
        np.array(draw(counts)),
        np.array(draw(counts)),
        ordered=draw(st.booleans()),
        bounds=bounds,
        scale=draw(st.sampled_from([None, 0.0, 2.0])),
        minimum_effect=draw(st.sampled_from([None, {"psi": 0.3}, {"ks": 0.0, "psi": 0.0}])),
        minimum_observations=draw(st.sampled_from([None, 1, 100])),
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(pairs(), min_size=1, max_size=6))
def test_a_field_among_others_is_judged_as_alone_at_its_part_of_the_level(fields: list[Pair]) -> None:
    together = Judge().judge(fields, alpha=0.05)
    deciding = max(sum(any(score.limit for score in verdict.scores) for verdict in together), 1)
    part = -float(np.expm1(np.log1p(-0.05) / deciding))
    for field, verdict in zip(fields, together, strict=True):
        alone = Judge().judge([field], alpha=part)[0]
        assert alone.status == verdict.status
        assert [score.name for score in alone.scores] == [score.name for score in verdict.scores]
        for one, other in zip(alone.scores, verdict.scores, strict=True):
            assert (one.score, one.limit, one.p_value) == pytest.approx((other.score, other.limit, other.p_value))


def test_each_field_has_a_minimum_effect_of_its_own_over_that_of_the_look() -> None:
    own = ({"psi": 0.4}, {"psi": 0.0, "ks": 0.5}, None)
    fields = [Pair(np.array(MOVED) * 100, np.array(EVEN) * 100, ordered=True, minimum_effect=each) for each in own]
    found = Judge().judge(fields, alpha=0.01, minimum_effect={"psi": 0.2, "ks": 0.3})
    limits = [{score.name: score.limit for score in verdict.scores if score.limit} for verdict in found]
    assert limits[0] == {"psi": 0.4, "ks": 0.3}
    assert limits[1]["psi"] < 0.01
    assert limits[1]["ks"] == 0.5
    assert limits[2] == {"psi": 0.2, "ks": 0.3}


def test_each_field_asks_for_as_many_observations_as_it_says() -> None:
    fields = [Pair(np.array([6, 6]), np.array([90, 90]), ordered=True, minimum_observations=n) for n in (12, 13, None)]
    assert [verdict.status for verdict in Judge().judge(fields, alpha=0.01, minimum_observations=20)] == [
        "ok",
        "not_enough_samples",
        "not_enough_samples",
    ]


def test_a_field_that_is_not_judged_takes_no_part_of_the_level() -> None:
    judged = Pair(np.array(MOVED), np.array(EVEN), ordered=True)
    few = Pair(np.array([2, 1, 1, 1]), np.array(EVEN), ordered=True, minimum_observations=10)
    assert Judge().judge([judged, few], alpha=0.01)[0] == Judge().judge([judged], alpha=0.01)[0]
