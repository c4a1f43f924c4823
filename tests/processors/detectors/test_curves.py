from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from driftline.processors.detectors import Judge, Pair
from driftline.processors.detectors.curves import AT_ONCE, Curves
from driftline.processors.statistics.tails import Tail

FIELDS, ALPHA = 120, 0.01


def whole_numbers(seed: int) -> list[Pair]:
    """Fields whose buckets are all unlike; every fifth has moved by a little more or less than can be told."""
    random = np.random.default_rng(seed)
    means, moved = random.uniform(2, 6, FIELDS), np.where(np.arange(FIELDS) % 5 == 0, random.uniform(0, 0.4, FIELDS), 0)
    return [
        Pair(_counts(random.poisson(mean + more, 3_000)), _counts(random.poisson(mean, 10_000)), ordered=True)
        for mean, more in zip(means, moved, strict=True)
    ]


def test_many_new_fields_get_the_verdicts_that_each_gets_alone() -> None:
    pairs, none = whole_numbers(1), dict.fromkeys(("psi", "ks"), 0.0)
    together = Judge().judge(pairs, alpha=ALPHA, minimum_effect=none)
    level, judge = 1 - (1 - ALPHA) ** (1 / FIELDS), Judge()
    alone = [judge.judge([pair], alpha=level, minimum_effect=none)[0] for pair in pairs]
    assert [verdict.status for verdict in together] == [verdict.status for verdict in alone]
    assert 5 < sum(verdict.status == "drift" for verdict in alone) < 24
    levels = np.array([[verdict.level for verdict in said] for said in (together, alone)], dtype=np.float64)
    assert levels[0] == pytest.approx(levels[1], rel=0.2)
    near = np.abs(np.log(levels[1])) < np.log(1.2)
    assert near.any()
    assert levels[0][near] == pytest.approx(levels[1][near], rel=1e-6)


def test_quick_limits_give_way_to_exact_ones_look_by_look() -> None:
    asked: list[int] = []

    def exact(keys: Sequence[int]) -> list[Tail]:
        asked.extend(keys)
        return [Tail(np.array([0.0, 2.0]), np.array([0.0, 2.0])) for _ in keys]

    def quick(keys: Sequence[int]) -> Tail:
        return Tail(np.tile([0.0, 2.2], (len(keys), 1)), np.tile([0.0, 2.0], (len(keys), 1)))

    curves, keys = Curves(exact, quick, capacity=100), list(range(3 * AT_ONCE))
    scores, level = np.zeros(len(keys)), np.full(len(keys), 0.05)
    scores[-1] = 1.7  # its limit is 1.64
    first = curves.get(keys, scores, level)
    assert asked == [*range(AT_ONCE), keys[-1]]
    assert first.points[:, 1].tolist() == [*[2.0] * AT_ONCE, *[2.2] * (2 * AT_ONCE - 1), 2.0]
    for _ in range(2):
        last = curves.get(keys, scores, level)
    assert (last.points[:, 1] == 2.0).all()
    assert sorted(asked) == keys


def _counts(values: np.ndarray) -> np.ndarray:
    return np.bincount(np.minimum(values, 15), minlength=16)
