"""Categories the reference happens not to hold are no drift; a new one that matters is."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from driftline.processors.detectors import Judge, Pair
from driftline.processors.statistics.unseen import unseen_psi

Counts = NDArray[np.int64]


def _named(window: Counts, reference: Counts) -> Pair:
    """Both sides by the names that the reference holds, all others in the last bucket."""
    seen = reference > 0
    current = np.append(window[seen], window[~seen].sum())
    return Pair(current, np.append(reference[seen], 0), ordered=False, unnamed=True)


@pytest.mark.statistical
@pytest.mark.parametrize("sizes", [(200, 200), (500, 200), (1000, 1000)])
def test_what_a_small_reference_did_not_hold_alarms_no_more_than_asked(sizes: tuple[int, int]) -> None:
    """400 windows of 100 categories, each with a reference of its own, at .05; .71 of 200 alarmed before."""
    random, judge = np.random.default_rng(7), Judge()
    shares = np.full(100, 0.01)
    pairs = [_named(random.multinomial(sizes[0], shares), random.multinomial(sizes[1], shares)) for _ in range(400)]
    judged = [judge.judge([pair], alpha=0.05, minimum_effect={"psi": 0.0})[0] for pair in pairs]
    alarms = sum(verdict.status == "drift" for verdict in judged)
    assert alarms <= 36  # the 99.9 % quantile of the binomial at .05 is 35


def test_a_new_category_that_takes_a_third_of_the_traffic_is_drift() -> None:
    random = np.random.default_rng(7)
    reference = random.multinomial(200, np.full(100, 0.01))
    window = random.multinomial(200, np.r_[np.full(99, 0.7 / 99), 0.3])
    unseen = reference == 0
    unseen[-1] = True
    pair = _named(window, np.where(unseen, 0, reference))
    assert Judge().judge([pair], alpha=0.01)[0].status == "drift"


def test_a_reference_that_saw_every_category_often_leaves_no_room() -> None:
    assert unseen_psi(np.array([[40, 30, 2, 0]]), np.array([1000])).tolist() == [0.0]
