"""Streams of errors whose rate changes once; needs numpy and nothing else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CASES = [
    (seed, before, after) for seed in range(2) for before, after in ((0.1, 0.15), (0.1, 0.3), (0.2, 0.4), (0.02, 0.1))
]
BEFORE, AFTER = 3000, 2000


def errors(seed: int, before: float, after: float, *, sizes: tuple[int, int] = (BEFORE, AFTER)) -> NDArray[np.bool_]:
    """Independent errors at one rate, then at another."""
    random = np.random.default_rng(seed)
    return np.concatenate([random.random(sizes[0]) < before, random.random(sizes[1]) < after])


def spans(places: list[int]) -> list[list[int]]:
    """Ascending places as runs: the first and the last of each.

    >>> spans([3, 4, 5, 9])
    [[3, 5], [9, 9]]
    """
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1][1] = place
        else:
            runs.append([place, place])
    return runs
