"""Counts of one field, summed over panes: what every reference made from traffic is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from driftline.processors.pipeline.alignment import merge_layouts
from driftline.processors.pipeline.sides import Side
from driftline.processors.windows import Binned, ExponentialCounts, FieldWindow


@dataclass(slots=True)
class FieldSums:
    """Everything counted of one field, on every layout it came in.

    `until_ns`: windows that start earlier share panes with it; for a field that still learns, 0.
    """

    role: str
    binned: dict[tuple[float, ...], Binned] = field(default_factory=dict)
    exponential: ExponentialCounts | None = None
    categories: dict[str, int] = field(default_factory=dict)
    until_ns: int = 0

    @property
    def observations(self) -> int:
        """How many were counted so far."""
        counted = sum(int(layout.counts.sum()) for layout in self.binned.values()) + sum(self.categories.values())
        return counted + (self.exponential.count if self.exponential is not None else 0)

    def add(self, pane: FieldWindow) -> None:
        """Count what one pane holds of the field."""
        for layout in pane.binned:
            key = tuple(layout.bounds.tolist())
            before = self.binned.get(key)
            counts = layout.counts if before is None else before.counts + layout.counts
            self.binned[key] = Binned(layout.bounds, counts)
        if pane.exponential is not None:
            before_ = self.exponential or ExponentialCounts()
            self.exponential = before_.merge(pane.exponential)
        for name, count in pane.categories.items():
            self.categories[name] = self.categories.get(name, 0) + count

    def side(self, name: str) -> Side:
        """The reference side that windows after `until_ns` are compared with."""
        layouts = [layout for layout in self.binned.values() if layout.counts.any()]
        numeric = bool(layouts) or (self.exponential is not None and self.exponential.count > 0)
        return Side(
            name,
            self.role,
            self.observations,
            binned=merge_layouts(layouts) if layouts else None,
            exponential=self.exponential,
            categories=None if numeric else dict(self.categories),
            scale=_deviation(self.exponential) if self.exponential is not None else None,
            from_ns=self.until_ns,
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything, as JSON can hold it."""
        saved: dict[str, Any] = {"role": self.role, "until_ns": self.until_ns}
        if self.binned:
            saved["binned"] = [[list(bounds), layout.counts.tolist()] for bounds, layout in self.binned.items()]
        if self.categories:
            saved["categories"] = dict(self.categories)
        if (kept := self.exponential) is not None:
            sides = [kept.positive_offset, kept.positive.tolist(), kept.negative_offset, kept.negative.tolist()]
            saved["exponential"] = [kept.scale, kept.zero, *sides]
        return saved

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> FieldSums:
        """The same sums again. Raises KeyError, TypeError or ValueError on anything else."""
        sums = cls(str(saved["role"]), until_ns=int(saved["until_ns"]))
        for bounds, counts in saved.get("binned", ()):
            layout = Binned(np.array(bounds, dtype=np.float64), np.array(counts, dtype=np.int64))
            sums.binned[tuple(bounds)] = layout
        sums.categories = {str(name): int(count) for name, count in saved.get("categories", {}).items()}
        if "exponential" in saved:
            scale, zero, up_at, up, down_at, down = saved["exponential"]
            positive, negative = np.array(up, dtype=np.int64), np.array(down, dtype=np.int64)
            sums.exponential = ExponentialCounts(scale, zero, up_at, positive, down_at, negative)
        return sums


def _deviation(counts: ExponentialCounts) -> float | None:
    """Standard deviation from the middles of exponential buckets, each at most half a bucket's width off."""
    lower, upper, per_bucket = counts.get()
    if not per_bucket.sum():
        return None
    middle = (lower + upper) / 2
    mean = np.average(middle, weights=per_bucket)
    deviation = float(np.sqrt(np.average((middle - mean) ** 2, weights=per_bucket)))
    return deviation if np.isfinite(deviation) and deviation > 0 else None
