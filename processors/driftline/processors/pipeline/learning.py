"""A reference learned from a model's own first traffic, pane by pane."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from driftline.processors.pipeline.alignment import merge_layouts
from driftline.processors.pipeline.sides import Side
from driftline.processors.windows import Binned, ExponentialCounts, FieldWindow


@dataclass(slots=True)
class LearnedField:
    """What was learned of one field. `until_ns` is the end of the pane that completed it; 0 while it still learns."""

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


class Learned:
    """The learned reference of one model (in one environment, of one segment).

    One version, the owner, teaches it; fields that a later version adds have no reference. Each field counts until the
    first pane that brings it to `needed` observations, and that pane ends its learning.

    Args:
        owner: (version, variant) of the identity that teaches.
        needed: observations a field needs.
        taken_ns: panes that end later are still to be learned.
    """

    def __init__(self, owner: tuple[str | None, str | None], needed: int, taken_ns: int) -> None:
        self.owner = owner
        self.needed = needed
        self.taken_ns = taken_ns
        self.fields: dict[str, LearnedField] = {}
        self.made_ns = 0
        self._id = ""
        self._sides: dict[str, Side] = {}

    @property
    def sides(self) -> Mapping[str, Side]:
        """Fields whose learning has ended."""
        return self._sides

    @property
    def learning(self) -> bool:
        """Whether any field still learns, or none was seen yet."""
        return len(self._sides) < max(len(self.fields), 1)

    @property
    def id(self) -> str:
        """Hash of what was learned of the fields whose learning has ended."""
        if not self._id:
            content = {each: _field_dict(self.fields[each]) for each in sorted(self._sides)}
            self._id = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        return self._id

    def take(self, panes: Iterable[FieldWindow], end_ns: int) -> None:
        """Count fields in panes that end by `end_ns`, oldest first; the pane that brings what is needed is the last."""
        for pane in panes:
            if pane.field in self._sides or not pane.observations:
                continue
            found = self.fields.setdefault(pane.field, LearnedField(pane.role))
            found.add(pane)
            if found.observations >= self.needed:
                found.until_ns = pane.end_ns
                self._finish(pane.field, found, pane.end_ns)
        self.taken_ns = end_ns

    def _finish(self, name: str, learned: LearnedField, end_ns: int) -> None:
        self._sides[name] = learned.side(name)
        self.made_ns = max(self.made_ns, end_ns)
        self._id = ""

    def to_dict(self) -> dict[str, Any]:
        """Everything, as JSON can hold it."""
        return {
            "owner": list(self.owner),
            "needed": self.needed,
            "taken_ns": self.taken_ns,
            "fields": {name: _field_dict(found) for name, found in self.fields.items()},
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Learned:
        """The same learned reference again. Raises KeyError, TypeError or ValueError on anything else."""
        version, variant = saved["owner"]
        learned = cls((version, variant), int(saved["needed"]), int(saved["taken_ns"]))
        learned.fields = {name: _field_from(found) for name, found in saved["fields"].items()}
        for name, found in learned.fields.items():
            if found.until_ns:
                learned._finish(name, found, found.until_ns)
        return learned


def _field_dict(learned: LearnedField) -> dict[str, Any]:
    saved: dict[str, Any] = {"role": learned.role, "until_ns": learned.until_ns}
    if learned.binned:
        saved["binned"] = [[list(bounds), layout.counts.tolist()] for bounds, layout in learned.binned.items()]
    if learned.categories:
        saved["categories"] = dict(learned.categories)
    if (kept := learned.exponential) is not None:
        sides = [kept.positive_offset, kept.positive.tolist(), kept.negative_offset, kept.negative.tolist()]
        saved["exponential"] = [kept.scale, kept.zero, *sides]
    return saved


def _field_from(saved: Mapping[str, Any]) -> LearnedField:
    learned = LearnedField(str(saved["role"]), until_ns=int(saved["until_ns"]))
    for bounds, counts in saved.get("binned", ()):
        layout = Binned(np.array(bounds, dtype=np.float64), np.array(counts, dtype=np.int64))
        learned.binned[tuple(bounds)] = layout
    learned.categories = {str(name): int(count) for name, count in saved.get("categories", {}).items()}
    if "exponential" in saved:
        scale, zero, up_at, up, down_at, down = saved["exponential"]
        positive, negative = np.array(up, dtype=np.int64), np.array(down, dtype=np.int64)
        learned.exponential = ExponentialCounts(scale, zero, up_at, positive, down_at, negative)
    return learned


def _deviation(counts: ExponentialCounts) -> float | None:
    """Standard deviation from the middles of exponential buckets, each at most half a bucket's width off."""
    lower, upper, per_bucket = counts.get()
    if not per_bucket.sum():
        return None
    middle = (lower + upper) / 2
    mean = np.average(middle, weights=per_bucket)
    deviation = float(np.sqrt(np.average((middle - mean) ** 2, weights=per_bucket)))
    return deviation if np.isfinite(deviation) and deviation > 0 else None
