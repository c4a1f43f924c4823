"""An index from keys to places, in memory: sorted runs that merge as they grow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Places = NDArray[np.int64]
_Run = tuple[Keys, NDArray[np.int32]]


class Index:
    """Finds the places of many keys at once. A key may have several places.

    Each addition is a sorted run; a run is merged with the one before as soon as it is half as long, so that n keys lie
    in at most log2(n) runs and each key is moved at most as many times. 12 bytes a key.

    >>> index = Index()
    >>> index.add(np.array([30, 10], dtype=np.uint64), 0)
    >>> index.add(np.array([10], dtype=np.uint64), 2)
    >>> asked, places = index.find(np.array([20, 10], dtype=np.uint64))
    >>> asked.tolist(), sorted(places.tolist())
    ([1, 1], [1, 2])

    Source: O'Neil et al., "The log-structured merge-tree", Acta Informatica 33 (1996), doi:10.1007/s002360050048.
    """

    def __init__(self) -> None:
        self._runs: list[_Run] = []

    def add(self, keys: Keys, first: int) -> None:
        """Add keys whose places follow one another from `first` on."""
        if not len(keys):
            return
        run = _sorted(keys, np.arange(first, first + len(keys), dtype=np.int32))
        while self._runs and len(self._runs[-1][0]) <= 2 * len(run[0]):
            before = self._runs.pop()
            run = _sorted(np.concatenate([before[0], run[0]]), np.concatenate([before[1], run[1]]))
        self._runs.append(run)

    def find(self, asked: Keys) -> tuple[Places, Places]:
        """Every (position in `asked`, place) that have the same key, each side as an array."""
        order = np.argsort(asked)  # neighbours are searched one after the other: the cache holds what they share
        found = [_find(run, asked[order]) for run in self._runs]
        if not found:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        at, places = (np.concatenate(each) for each in zip(*found, strict=True))
        return order[at], places


def _sorted(keys: Keys, places: NDArray[np.int32]) -> _Run:
    order = np.argsort(keys, kind="stable")  # of two sorted halves a mere merge
    return keys[order], places[order]


def _find(run: _Run, asked: Keys) -> tuple[Places, Places]:
    keys, places = run
    first = np.searchsorted(keys, asked)
    known = np.flatnonzero(keys[np.minimum(first, len(keys) - 1)] == asked)
    first = first[known]
    count = np.searchsorted(keys, asked[known], side="right") - first
    before = np.cumsum(count) - count
    at = np.arange(count.sum()) + np.repeat(first - before, count)
    return np.repeat(known, count), places[at].astype(np.int64)
