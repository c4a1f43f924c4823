"""Plain data that passes through the windows: where a stream counts, for how long, and what a look finds.

Keys are opaque here: a `Target.identity` is any hashable, usually a `findings.Identity`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from driftline.processors.windows.exponential import ExponentialCounts


class Part(StrEnum):
    """Which part of a model's telemetry a stream feeds, and so what its `Target.label` means."""

    DISTRIBUTION = "distribution"
    """Buckets of a numeric field; no label."""
    CATEGORY = "category"
    """A count of one category; the label is the category."""
    DEFECT = "defect"
    """A count of values that were wrong; the label is the defect."""
    PREDICTIONS = "predictions"
    """A count of predictions; the label is `error.type`, "" for success."""
    DURATIONS = "durations"
    """Buckets of seconds; the label is `error.type`, "" for success."""
    EVENTS = "events"
    """Buckets of which some hold good events; the label says for which objective, and up to which value."""


@dataclass(frozen=True, slots=True)
class WindowSpec:
    """How long a window is. All lengths in nanoseconds; `length_ns` and `longest_ns` count as whole panes.

    Args:
        length_ns: the window, at least one pane.
        every_ns: the pane, and how often the window is looked at.
        observations: how many a quiet field's window reaches back for; None: it does not.
        longest_ns: how far it may reach back at most; 0 (or less than the length) means the length.
        tumbling: the window starts anew at whole multiples of its length instead of sliding.

    >>> WindowSpec(length_ns=300, every_ns=10).panes
    30
    """

    length_ns: int
    every_ns: int
    observations: int | None = None
    longest_ns: int = 0
    tumbling: bool = False

    def __post_init__(self) -> None:
        if self.every_ns <= 0 or self.length_ns <= 0:
            raise ValueError("a window's length and its pane must be longer than nothing: set both to a duration")

    @property
    def panes(self) -> int:
        """Panes in the window, rounded up to whole ones."""
        return -(-self.length_ns // self.every_ns)

    @property
    def longest_panes(self) -> int:
        """Panes a quiet field's window may reach back over, at least the window itself."""
        if self.observations is None:
            return self.panes
        return max(self.panes, -(-self.longest_ns // self.every_ns))


@dataclass(frozen=True, slots=True)
class Target:
    """Where the points of a stream count.

    Args:
        identity: whose window it is; any hashable.
        part: what the stream is to that model.
        field: the field's name; "" for what is of no field: PREDICTIONS, DURATIONS, EVENTS.
        role: the field's role; "" for what is of no field.
        label: the category, the defect or the `error.type`; "" where there is none.
        window: the window of the monitor.
        declared: a monitor names this model: no flood of others may take its place.
    """

    identity: Hashable
    part: Part
    field: str
    role: str
    label: str
    window: WindowSpec
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Binned:
    """Counts on explicit bounds: `bounds` float64 (B-1,), ascending; `counts` int64 (B,); each (lower, upper]."""

    bounds: NDArray[np.float64]
    counts: NDArray[np.int64]


@dataclass(frozen=True)  # no slots: what is worked out of it is kept
class FieldWindow:
    """What the window holds of one field at one look."""

    field: str
    role: str
    binned: tuple[Binned, ...] = ()
    """One entry for each layout of bounds seen."""
    exponential: ExponentialCounts | None = None
    """All exponential streams of the field, merged; None when it has none."""
    categories: Mapping[str, int] = default(default_factory=dict)
    defects: Mapping[str, int] = default(default_factory=dict)
    """Counts of missing, invalid, out_of_range and unknown_category values, those that occurred."""
    start_ns: int = 0
    end_ns: int = 0
    """The panes the window covers: [start_ns, end_ns)."""
    last_ns: int = 0
    """When the field last received anything, by our clock; 0: never."""

    @cached_property
    def observations(self) -> int:
        """How many values the window holds: buckets, exponential buckets and categories together."""
        counted = sum(int(entry.counts.sum()) for entry in self.binned) + sum(self.categories.values())
        return counted + (self.exponential.count if self.exponential is not None else 0)
