"""The nulls of many fields at once, from tails that are kept between looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.block import Block
from driftline.processors.detectors.cache import Cache
from driftline.processors.detectors.curves import Curves
from driftline.processors.detectors.few import Few, few_rows, nulls_of, urns_of
from driftline.processors.detectors.nulls import Exact, Smooth
from driftline.processors.statistics import chance, quick
from driftline.processors.statistics.chance import Buckets
from driftline.processors.statistics.few import Urns
from driftline.processors.statistics.overlap import KS_SHARE
from driftline.processors.statistics.p_values import table_p_values
from driftline.processors.statistics.tails import Tail
from driftline.processors.statistics.urns import Draw

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Chance:
    """What chance says of F fields, by the name of a statistic, shapes (F,); NaN where a field has no such figure."""

    limits: Mapping[str, Floats]
    p_values: Mapping[str, Floats]


class Library:
    """Nulls of fields. Keeps at most `capacity` tails of each kind; one takes about 1 kB."""

    def __init__(self, capacity: int) -> None:
        self._psi: Curves[Buckets] = Curves(_psi_tails, quick.psi_tail, capacity)
        self._ks: Curves[bytes] = Curves(_ks_tails, _quick_ks_tail, capacity)
        self._counted_out: Cache[Urns, Few] = Cache(nulls_of, max(capacity // 10, 1))

    def chance(self, block: Block, scores: Mapping[str, Floats], level: Floats) -> Chance:
        """Limits at `level`, (F,), and p-values of `scores`; each field has two occupied buckets or more, both sides.

        Dispersed rows are as good as fewer independent ones, so that the scores they give by chance are larger.
        """
        if block.dispersion:
            factors = _factors(block)
            scores = {name: values / factors.get(name, 1.0) for name, values in scores.items()}
            found = self._chance(block, scores, level)
            limits = {name: values * factors.get(name, 1.0) for name, values in found.limits.items()}
            return Chance(limits, found.p_values)
        return self._chance(block, scores, level)

    def _chance(self, block: Block, scores: Mapping[str, Floats], level: Floats) -> Chance:
        limits: dict[str, Floats] = {}
        p_values = table_p_values(block.current, block.reference, block.dispersion.get("psi", 1.0))
        smooth = (block.occupied > 2) & (block.spread > 1)
        alone: dict[int, Exact | Few] = {int(at): _exact(block, int(at)) for at in np.flatnonzero(~smooth)}
        for draw, drawn in self._draws(block, smooth).items():
            few = drawn & few_rows(block, draw)
            alone |= self._few(block, np.flatnonzero(few).tolist(), draw)
            if (rows := drawn & ~few).any():
                found = {name: values[rows] for name, values in scores.items()}
                null = self._smooth(block.rows(rows), draw, found, level[rows])
                _place(limits, rows, null.limits(level[rows]))
                _place(p_values, rows, null.p_values(found))
        for at, one in alone.items():
            row = np.arange(len(smooth)) == at
            _place(limits, row, one.limits(float(level[at])))
            _place(p_values, row, one.p_values({name: float(scores[name][at]) for name in scores}))
        return Chance(limits, p_values)

    def _few(self, block: Block, rows: Sequence[int], draw: Draw) -> dict[int, Few]:
        urns = {at: urns_of(block, at, draw) for at in rows}
        nulls = self._counted_out.get(urns.values())
        return {at: nulls[key] for at, key in urns.items()}

    def _draws(self, block: Block, smooth: Mask) -> dict[Draw, Mask]:
        drawn = chance.draws(block.reference, block.bounds) if block.ordered else {Draw.POOLED: smooth}
        return {draw: rows & smooth for draw, rows in drawn.items() if (rows & smooth).any()}

    def _smooth(self, block: Block, draw: Draw, scores: Mapping[str, Floats], level: Floats) -> Smooth:
        variance, buckets = 1 / block.observations + 1 / block.known, block.occupied
        keys = chance.buckets_of(block.current, block.reference, draw)
        if not block.ordered:
            return Smooth(self._psi.get(keys, np.sqrt(scores["psi"] / variance), level), variance, buckets)
        psi = self._psi.get(keys, np.sqrt(scores["psi"] / variance), (1 - KS_SHARE) * level)  # or a little more
        edges = [row.tobytes() for row in chance.edge_steps(_edges_from(block, draw))]
        ks = self._ks.get(edges, scores["ks"] / np.sqrt(variance), KS_SHARE * level)
        return Smooth(psi, variance, buckets, ks, chance.ks_lattice(block.current, block.reference, draw))


def _factors(block: Block) -> dict[str, Floats]:
    """What dispersion does to scores: they are squared deviations, or (`ks`) deviations."""
    known = block.dispersion
    squared = known.get("psi", np.ones(len(block.current)))
    return {"psi": squared, "chi2": squared, "ks": np.sqrt(known.get("ks", np.ones(len(block.current))))}


def _edges_from(block: Block, draw: Draw) -> NDArray[np.int64]:
    """The counts that tell where the edges lie: the reference's where it is the larger part, as they stay."""
    if draw is not Draw.POOLED:
        return block.reference
    small = (block.known < block.observations)[:, None]
    return np.asarray(block.reference + np.where(small, block.current, 0))


def _exact(block: Block, at: int) -> Exact:
    sides = block.current[at], block.reference[at]
    return Exact.of(*sides, ordered=block.ordered) if np.count_nonzero(sides[1]) > 1 else Exact.of_constant(*sides)


def _place(columns: dict[str, Floats], rows: Mask, values: Mapping[str, Floats] | Mapping[str, float]) -> None:
    for name, value in values.items():
        columns.setdefault(name, np.full(len(rows), np.nan))[rows] = value


def _quick_ks_tail(keys: Sequence[bytes]) -> Tail:
    return quick.ks_tail(np.array([np.frombuffer(key, dtype=np.uint16) for key in keys]))


def _ks_tails(keys: Sequence[bytes]) -> list[Tail]:
    return [chance.ks_tail(chance.edge_times(np.frombuffer(key, dtype=np.uint16))) for key in keys]


def _psi_tails(keys: Sequence[Buckets]) -> list[Tail]:
    found: dict[Buckets, Tail] = {}
    for draw in Draw:
        same = [key for key in keys if key.draw is draw]
        found.update(zip(same, chance.psi_tails(same), strict=True))
    return [found[key] for key in keys]
