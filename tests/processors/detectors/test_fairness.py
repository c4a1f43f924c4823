"""A treatment at its limit is found to be beyond it no oftener than the level says.

Budget: of 500 seeded repetitions more than the 99.9 % point of the binomial law happen once in a thousand.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from driftline.processors.detectors.fairness import Asked, compare
from driftline.processors.statistics.fairness import Groups, NotComparableError

REPETITIONS = 500
ALPHA = 0.01
MOST_FOUND = binom.ppf(0.999, REPETITIONS, ALPHA * 1.3)  # the tail of a discrete law, approximated


def found(asked: Asked, rates: list[float], sizes: list[int]) -> int:
    """How often any group is beyond the limit."""
    random = np.random.default_rng(5)
    drawn = (Groups(random.binomial(sizes, rates), np.array(sizes)) for _ in range(REPETITIONS))
    return sum(bool(np.any(compare(groups, asked, ALPHA).beyond)) for groups in drawn)


@pytest.mark.statistical
@pytest.mark.parametrize("reference", [None, 0])
@pytest.mark.parametrize(("rates", "sizes"), [([0.5, 0.4], [400, 300]), ([0.5, 0.4, 0.4, 0.4], [400, 300, 300, 200])])
def test_a_ratio_at_its_limit_is_rarely_found(rates: list[float], sizes: list[int], reference: int | None) -> None:
    assert found(Asked("disparate_impact_ratio", 10, reference, 0.8), rates, sizes) <= MOST_FOUND


@pytest.mark.statistical
def test_a_difference_at_its_limit_is_rarely_found() -> None:
    asked = Asked("demographic_parity_difference", 10, limit=0.1)
    assert found(asked, [0.5, 0.4], [400, 300]) <= MOST_FOUND
    assert found(asked, [0.5, 0.4, 0.45], [400, 300, 300]) <= MOST_FOUND


def test_a_ratio_far_below_its_limit_is_always_found() -> None:
    asked = Asked("disparate_impact_ratio", 10, limit=0.8)
    assert found(asked, [0.6, 0.2], [400, 300]) == REPETITIONS


def test_more_certainty_needs_more_people() -> None:
    asked, rates = Asked("disparate_impact_ratio", 10, limit=0.8), np.array([0.5, 0.3])
    for people, beyond in ((100, False), (1000, True)):
        groups = Groups((rates * people).astype(np.int64), np.full(2, people))
        judged = compare(groups, asked, 1e-6).beyond
        assert judged is not None
        assert judged.tolist() == [False, beyond]


def test_without_a_limit_there_is_no_verdict_and_without_groups_no_figure() -> None:
    groups = Groups(np.array([5, 5]), np.array([10, 10]))
    assert compare(groups, Asked("demographic_parity_ratio", 10), 0.01).beyond is None
    with pytest.raises(NotComparableError):
        compare(groups, Asked("demographic_parity_ratio", 11), 0.01)
