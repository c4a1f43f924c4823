"""What buckets cost in power, in short: the whole table is `python -m tests.calibration power`.

Budget: 300 seeded windows a change at n = 500; the standard error of a difference is 2.5 points, and twice that is
allowed on top of what is promised: 5 points behind the same statistic on rows, 10 behind the raw two-sample KS.
"""

from __future__ import annotations

from functools import cache

import pytest
from scipy.stats import binom

from tests.calibration.power import LEVEL, Found, measure

REPETITIONS, NOISE = 300, 0.05


@cache
def found() -> dict[str, Found]:
    return measure(500, REPETITIONS)


@pytest.mark.statistical
@pytest.mark.parametrize("change", ["shift", "scale", "tail", "mixture"])
def test_buckets_find_a_change_nearly_as_often_as_rows(change: str) -> None:
    behind = dict(found()[change].behind())
    assert behind.pop("judge") <= 0.1 + NOISE
    assert {name for name, points in behind.items() if points > 0.05 + NOISE} == set()


@pytest.mark.statistical
def test_the_judge_finds_a_change_of_width_more_often_than_raw_ks_and_nothing_too_often() -> None:
    for change in ("scale", "tail"):
        assert found()[change].judge > found()[change].raw["ks"]
    assert found()["none"].judge * REPETITIONS <= binom.ppf(0.999, REPETITIONS, LEVEL)
