"""What the last look compared: enough to explain a field, in drift or not, without looking again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.explanation.contributions import Shift, shift_of
from driftline.processors.explanation.means import along, by_name
from driftline.processors.explanation.segments import Sides
from driftline.processors.findings import Identity
from driftline.processors.pipeline.alignment import Aligned
from driftline.processors.pipeline.sides import Side
from driftline.semconv import OTHER_CATEGORY

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Held:
    """One field of one identity: its window and reference on common buckets, and the whole reference side."""

    role: str
    aligned: Aligned
    side: Side

    def shift(self, output: str) -> Shift | None:
        """How far the field, by itself, moves the mean of an output; None where the reference does not know."""
        means = self._means(output)
        dispersion = max((self.side.dispersion or {}).values(), default=1.0)
        return None if means is None else shift_of(self.current, self.reference, means, dispersion=dispersion)

    @property
    def current(self) -> Counts:
        return self.aligned.current

    @property
    def reference(self) -> Counts:
        return self.aligned.reference

    def _means(self, output: str) -> NDArray[np.float64] | None:
        means, side = (self.side.outputs or {}).get(output), self.side
        if means is None:
            return None
        if side.categories is not None and self.aligned.bounds is None:
            named = [name for name in side.categories if name != OTHER_CATEGORY]
            of_category = dict(zip([*named, OTHER_CATEGORY], means.tolist(), strict=False))
            return by_name(of_category, side.categories, self.aligned.categories, OTHER_CATEGORY)
        return along(means, side.binned.counts, self.reference) if side.binned is not None else None


Look = dict[tuple[Identity, str], Held]


def fits(one: Aligned, other: Aligned) -> bool:
    """Whether two fields are on the same buckets."""
    if one.bounds is None or other.bounds is None:
        return one.bounds is other.bounds and one.categories == other.categories
    return np.array_equal(one.bounds, other.bounds)


def before_and_now(now: Held, before: Held | None) -> Sides | None:
    """A part of the traffic now and before the drift; None where the two cannot be laid side by side."""
    if before is None:
        return Sides(now.current, np.zeros_like(now.current))
    return Sides(now.current, before.current) if fits(now.aligned, before.aligned) else None
