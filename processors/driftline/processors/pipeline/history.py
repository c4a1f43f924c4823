"""What one field held in the past: counts in a ring of slots, coarse and bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.pipeline.sums import FieldSums
from driftline.processors.windows import Binned, ExponentialCounts, FieldWindow

Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(slots=True)
class FieldHistory:
    """A field's counts by slot. A slot holds one stretch of time, named by its stamp; a newer stamp takes its place.

    Memory: for each slot 24 bytes, and 8 for every bucket and category.

    >>> history = FieldHistory("feature", slots=2)
    >>> pane = FieldWindow("plan", "feature", categories={"a": 3}, start_ns=0, end_ns=10)
    >>> history.add(0, 7, pane)
    >>> history.total(history.before(10)).categories
    {'a': 3}
    """

    role: str
    slots: int
    layouts: dict[tuple[float, ...], Counts] = field(default_factory=dict)
    """Bounds to counts, (slots, B)."""
    categories: dict[str, Counts] = field(default_factory=dict)
    exponential: dict[int, ExponentialCounts] = field(default_factory=dict)
    stamps: Counts = field(init=False)
    begins: Counts = field(init=False)
    ends: Counts = field(init=False)
    tainted_ns: int = 0
    """Panes that end by then were in a window in drift."""

    def __post_init__(self) -> None:
        self.stamps = np.full(self.slots, -1, dtype=np.int64)
        self.begins, self.ends = np.zeros((2, self.slots), dtype=np.int64)

    def add(self, slot: int, stamp: int, pane: FieldWindow) -> None:
        """Count a pane into a slot; one that is older than what the slot holds by now is left out."""
        if stamp < self.stamps[slot]:
            return
        if stamp > self.stamps[slot]:
            self._clear(slot)
            self.stamps[slot], self.begins[slot] = stamp, pane.start_ns
        self.begins[slot] = min(self.begins[slot], pane.start_ns)
        self.ends[slot] = max(self.ends[slot], pane.end_ns)
        for layout in pane.binned:
            self._row(tuple(layout.bounds.tolist()))[slot] += layout.counts
        for name, count in pane.categories.items():
            self._category(name)[slot] += count
        if pane.exponential is not None:
            before = self.exponential.get(slot) or ExponentialCounts()
            self.exponential[slot] = before.merge(pane.exponential)

    def before(self, time_ns: int, since_ns: int = 0) -> Mask:
        """Slots that lie whole in [since_ns, time_ns)."""
        return (self.stamps >= 0) & (self.ends <= time_ns) & (self.begins >= since_ns)

    def total(self, chosen: Mask) -> FieldSums:
        """The sum of some slots."""
        sums = FieldSums(self.role)
        for bounds, counts in self.layouts.items():
            sums.binned[bounds] = Binned(np.array(bounds, dtype=np.float64), counts[chosen].sum(axis=0))
        sums.categories = {
            name: count for name, counts in self.categories.items() if (count := int(counts[chosen].sum()))
        }
        for slot, counts_ in self.exponential.items():
            if chosen[slot]:
                sums.exponential = (sums.exponential or ExponentialCounts()).merge(counts_)
        return sums

    def save(self) -> tuple[dict[str, Any], list[Counts]]:
        """A document, and the columns that go with it, each flat."""
        held = np.flatnonzero(self.stamps >= 0)
        document = {
            "role": self.role,
            "tainted_ns": self.tainted_ns,
            "layouts": [list(bounds) for bounds in self.layouts],
            "categories": list(self.categories),
            "exponential": {
                str(slot): FieldSums(self.role, exponential=counts).to_dict()["exponential"]
                for slot, counts in self.exponential.items()
            },
        }
        columns = [held, self.stamps[held], self.begins[held], self.ends[held]]
        columns += [counts[held].ravel() for counts in (*self.layouts.values(), *self.categories.values())]
        return document, columns

    @classmethod
    def load(cls, document: dict[str, Any], slots: int, columns: Iterator[Counts]) -> FieldHistory:
        """What was saved. Raises KeyError, TypeError, ValueError or IndexError on anything else."""
        found = cls(str(document["role"]), slots, tainted_ns=int(document["tainted_ns"]))
        held = next(columns)
        for column in (found.stamps, found.begins, found.ends):
            column[held] = next(columns)
        for bounds in document["layouts"]:
            found._row(tuple(bounds))[held] = next(columns).reshape(len(held), len(bounds) + 1)
        for name in document["categories"]:
            found._category(str(name))[held] = next(columns)
        for slot, counts in document["exponential"].items():
            loaded = FieldSums.from_dict({"role": found.role, "until_ns": 0, "exponential": counts})
            if loaded.exponential is not None:
                found.exponential[int(slot)] = loaded.exponential
        return found

    def _row(self, bounds: tuple[float, ...]) -> Counts:
        if bounds not in self.layouts:
            self.layouts[bounds] = np.zeros((self.slots, len(bounds) + 1), dtype=np.int64)
        return self.layouts[bounds]

    def _category(self, name: str) -> Counts:
        if name not in self.categories:
            self.categories[name] = np.zeros(self.slots, dtype=np.int64)
        return self.categories[name]

    def _clear(self, slot: int) -> None:
        self.ends[slot] = 0
        self.exponential.pop(slot, None)
        for counts in (*self.layouts.values(), *self.categories.values()):
            counts[slot] = 0
        self.layouts = {bounds: counts for bounds, counts in self.layouts.items() if counts.any()}
        self.categories = {name: counts for name, counts in self.categories.items() if counts.any()}
