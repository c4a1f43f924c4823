"""The null of a field with a handful of observations on one side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.block import Block
from driftline.processors.statistics import few
from driftline.processors.statistics.few import FEW, FEW_BUCKETS, STEPPED, Urns
from driftline.processors.statistics.overlap import KS_SHARE
from driftline.processors.statistics.tails import Tail
from driftline.processors.statistics.urns import Draw

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Few:
    """Tails of the distances themselves; `ks` is None for categories."""

    psi: Tail
    ks: Tail | None

    @classmethod
    def of(cls, urns: Urns) -> Few:
        """The null of one field, counted out."""
        return cls(few.psi_tail(urns), few.ks_tail(urns) if urns.ordered else None)

    def limits(self, level: float) -> dict[str, float]:
        """Limits of the deciding statistics: `ks` has its share, `psi` what it leaves: at most all of it."""
        if self.ks is None:
            return {"psi": _over(self.psi.quantile(level))}
        bound = _over(self.ks.quantile(KS_SHARE * level))
        return {"ks": bound, "psi": _over(self.psi.quantile(level - few.beyond(self.ks, bound)))}

    def p_values(self, scores: Mapping[str, float]) -> dict[str, float]:
        """Chance of a score this large or larger."""
        found = {"psi": float(self.psi.probability(scores["psi"]))}
        return found if self.ks is None else found | {"ks": float(self.ks.probability(scores["ks"] * (1 - 1e-9)))}


def few_rows(block: Block, draw: Draw) -> NDArray[np.bool_]:
    """Fields to be counted out, (F,): few observations in the window or, of a POOLED draw, on either side."""
    if draw is Draw.POOLED:
        return np.asarray(np.minimum(block.observations, block.known) < FEW)
    return np.asarray(block.observations < (STEPPED if block.reference.shape[1] <= FEW_BUCKETS else FEW))


def urns_of(block: Block, at: int, draw: Draw) -> Urns:
    """One field as urns; by symmetry, the smaller side of a POOLED draw is the one drawn."""
    window, reference = int(block.observations[at]), int(block.known[at])
    if draw is not Draw.POOLED:
        return Urns(draw, tuple(block.reference[at].tolist()), window, reference, ordered=True)
    totals = (block.current[at] + block.reference[at]).tolist()
    if not block.ordered:
        totals = sorted(totals)
    return Urns(draw, tuple(totals), min(window, reference), max(window, reference), ordered=block.ordered)


def nulls_of(urns: Sequence[Urns]) -> list[Few]:
    """The null of each."""
    return [Few.of(each) for each in urns]


def _over(limit: Floats) -> float:
    return max(float(limit), 1e-9) * (1 + 1e-9)  # a score equal to it up to rounding is not over it
