"""The nulls of many fields at once, from tails that are kept between looks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from driftline.processors.detectors.cache import Cache
from driftline.processors.detectors.nulls import Exact, Null, Smooth
from driftline.processors.detectors.pair import Pair
from driftline.processors.statistics import chance
from driftline.processors.statistics.chance import Buckets
from driftline.processors.statistics.tails import Tail
from driftline.processors.statistics.urns import Draw


class Library:
    """Nulls of pairs. Keeps at most `capacity` tails of each kind; one takes about 1 kB."""

    def __init__(self, capacity: int) -> None:
        self._psi: Cache[Buckets, Tail] = Cache(_psi_tails, capacity)
        self._ks: Cache[tuple[float, ...], Tail] = Cache(lambda keys: [chance.ks_tail(key) for key in keys], capacity)

    def nulls(self, pairs: Sequence[Pair]) -> list[Null]:
        """The null of each pair; each has two occupied buckets or more, and observations on both sides."""
        smooth = [i for i, pair in enumerate(pairs) if pair.occupied > 2 and np.count_nonzero(pair.reference) > 1]
        draws = {i: _draw(pairs[i]) for i in smooth}
        buckets = {i: chance.buckets_of(pairs[i].current, pairs[i].reference, draw) for i, draw in draws.items()}
        times = {i: _times(pairs[i], draw) for i, draw in draws.items() if pairs[i].ordered}
        psi, ks = self._psi.get(buckets.values()), self._ks.get(times.values())
        nulls: dict[int, Null] = {
            i: _smooth(pairs[i], draw, psi[buckets[i]], ks[times[i]] if i in times else None)
            for i, draw in draws.items()
        }
        return [nulls[i] if i in nulls else _exact(pair) for i, pair in enumerate(pairs)]


def _smooth(pair: Pair, draw: Draw, psi: Tail, ks: Tail | None) -> Smooth:
    variance = 1 / pair.observations + 1 / float(pair.reference.sum())
    lattice = chance.ks_lattice(pair.current, pair.reference, draw) if ks is not None else 0.0
    return Smooth(psi, ks, variance, lattice, pair.occupied)


def _exact(pair: Pair) -> Exact:
    return Exact.of(pair) if np.count_nonzero(pair.reference) > 1 else Exact.of_constant(pair)


def _draw(pair: Pair) -> Draw:
    return chance.drawn_by(pair.reference, pair.bounds) if pair.ordered else Draw.POOLED


def _times(pair: Pair, draw: Draw) -> tuple[float, ...]:
    return chance.edge_times(pair.current + pair.reference if draw is Draw.POOLED else pair.reference)


def _psi_tails(keys: Sequence[Buckets]) -> list[Tail]:
    found: dict[Buckets, Tail] = {}
    for draw in Draw:
        same = [key for key in keys if key.draw is draw]
        found.update(zip(same, chance.psi_tails(same), strict=True))
    return [found[key] for key in keys]
