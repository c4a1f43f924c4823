"""A reference that trails behind the window: the model's own past, forgotten after its length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from driftline.processors.pipeline.history import FieldHistory
from driftline.processors.pipeline.sums import FieldSums
from driftline.processors.statistics.dispersion import FEWEST_BLOCKS
from driftline.processors.windows import FieldWindow
from driftline.semconv import ReferenceKind

BLOCKS = 48
"""Blocks that the length is kept in."""
WINDOWS_NEEDED = 10
"""A reference shorter than this many windows would be judged by its own luck."""


@dataclass(frozen=True, slots=True)
class Trailing:
    """How the past of a model is kept and chosen. All lengths in nanoseconds.

    The reference of a window that starts at t is made of the blocks within [t - length, t). Blocks are a 48th of the
    length, in whole panes; twice the length is kept, as a quiet window may start that much earlier, and no less than
    the blocks that tell how the traffic scatters. Without those nothing is chosen: taken for independent, rows that
    follow each other raise 2.7 times the alarms that were asked for.

    >>> Trailing(length_ns=480, window_ns=10, pane_ns=10).block_ns
    10
    """

    length_ns: int
    window_ns: int
    pane_ns: int
    kind: ClassVar[str] = ReferenceKind.TRAILING

    @property
    def block_ns(self) -> int:
        """A block, in whole panes."""
        return max(self.length_ns // BLOCKS // self.pane_ns, 1) * self.pane_ns

    @property
    def slots(self) -> int:
        """Blocks kept."""
        length = -(-self.length_ns // self.block_ns)
        return length + max(length, FEWEST_BLOCKS + 1) + 2

    @property
    def past_ns(self) -> int:
        """How far back the blocks lie that say how the traffic scatters."""
        return max(self.length_ns, (FEWEST_BLOCKS + 1) * self.block_ns)

    @property
    def strata(self) -> int:
        """Kinds of blocks that are not alike: any is like the others."""
        return 1

    @property
    def lag_ns(self) -> int:
        """How old a pane must be to enter: it enters as it closes."""
        return 0

    @property
    def keeps_drift_out(self) -> bool:
        """Drift enters as it ages: that is what a trailing reference is for."""
        return False

    @property
    def reach_ns(self) -> int:
        """How far back a pane can still matter."""
        return self.slots * self.block_ns

    @property
    def waiting(self) -> str:
        """What a field waits for."""
        return (
            f"its past does not reach back {self._needed_ns / 1e9:,.0f} s yet, "
            f"with traffic in {FEWEST_BLOCKS} blocks of {self.block_ns / 1e9:,.0f} s"
        )

    def place(self, pane: FieldWindow) -> tuple[int, int]:
        """The slot of a pane, and the stamp of its block."""
        block = pane.start_ns // self.block_ns
        return block % self.slots, block

    @property
    def step_ns(self) -> int:
        """How often the choice for a window that slides on is another."""
        return self.block_ns

    def view(self, start_ns: int, end_ns: int, stagger_ns: int) -> tuple[int, int]:
        """What the choice depends on beyond the slots: nothing."""
        del start_ns, end_ns, stagger_ns
        return 0, 0

    def choose(self, history: FieldHistory, start_ns: int, view: tuple[int, int], stagger_ns: int) -> FieldSums | None:
        """The reference of a window that starts at `start_ns`; None while the past is too short."""
        del view
        chosen = history.before(start_ns - stagger_ns, start_ns - self.length_ns)
        blocks = history.before(start_ns - stagger_ns, start_ns - stagger_ns - self.past_ns)
        if np.count_nonzero(blocks) < FEWEST_BLOCKS:
            return None
        if not chosen.any() or start_ns - int(history.begins[chosen].min()) < self._needed_ns:
            return None
        return history.total(chosen)

    @property
    def _needed_ns(self) -> int:
        windows = min(WINDOWS_NEEDED * self.window_ns, self.length_ns - 2 * self.block_ns)
        return max(windows, min(FEWEST_BLOCKS * self.block_ns, self.length_ns - 2 * self.block_ns), 1)
