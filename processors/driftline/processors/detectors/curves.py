"""Null tails of many fields: exact where a verdict may hang on them, quick where it cannot."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.cache import Cache
from driftline.processors.statistics.tails import Tail

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
K = TypeVar("K", bound=Hashable)

AT_ONCE = 4
"""New tails that every look works out exactly; a model with no more new ones never sees a quick one."""
_NEAR = 0.88, 1.25
"""Scores over a quick limit between which the exact one decides: exact limits are 0.89 to 1.24 times the quick ones."""


class Curves(Generic[K]):
    """Tails by what they depend on. Not thread-safe.

    An exact tail takes about a millisecond. Where many are new at once, a quick one says which fields are so far from
    their limit that the exact one would say the same; those keep the quick one until their turn comes.

    Args:
        exact: tails of some keys, in their order.
        quick: the same, a few percent off, as one stack.
        capacity: exact tails kept.
    """

    def __init__(
        self, exact: Callable[[Sequence[K]], Sequence[Tail]], quick: Callable[[Sequence[K]], Tail], capacity: int
    ) -> None:
        self._exact = Cache(exact, capacity)
        self._quick = quick

    def get(self, keys: Sequence[K], scores: Floats, level: Floats) -> Tail:
        """The tail of each of F fields, side by side; `scores` in units of the tails, (F,), each beside a `level`."""
        place: dict[K, int] = {}
        rows = np.array([place.setdefault(key, len(place)) for key in keys])
        distinct = list(place)
        new = np.array([key not in self._exact for key in distinct])
        if np.count_nonzero(new) <= AT_ONCE:
            found = Tail.stack(self._exact.get(distinct).values())
            return Tail(found.points[rows], found.deviates[rows])
        return self._mixed(distinct, new, rows, scores, level)

    def _mixed(self, distinct: Sequence[K], new: Mask, rows: NDArray[np.intp], scores: Floats, level: Floats) -> Tail:
        """Tails where many of the `distinct` ones are `new`; `rows` says which each field has."""
        quick = self._quick([distinct[at] for at in np.flatnonzero(new).tolist()])
        points, deviates = (np.zeros((len(new), side.shape[1])) for side in (quick.points, quick.deviates))
        points[new], deviates[new] = quick.points, quick.deviates
        asked = new[rows]
        of = rows[asked]
        ratio = scores[asked] / Tail(points[of], deviates[of]).quantile(level[asked])
        exact = ~new
        exact[of[(_NEAR[0] < ratio) & (ratio < _NEAR[1])]] = True
        exact[np.flatnonzero(new)[:AT_ONCE]] = True
        found = Tail.stack(self._exact.get([distinct[at] for at in np.flatnonzero(exact).tolist()]).values())
        points[exact], deviates[exact] = found.points, found.deviates
        return Tail(points[rows], deviates[rows])
