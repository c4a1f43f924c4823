"""The pane that a window let go of last: a window of a single pane lets go of it before it can be learned from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.windows.cells import Cells, look_up
from driftline.processors.windows.exponential import ExponentialCounts
from driftline.processors.windows.spread import Spread

Held = tuple[NDArray[np.int64], NDArray[Any]]


class Gone:
    """Takes panes out of cells and spreads, and remembers one of them.

    >>> gone = Gone()
    >>> gone.keep(7)
    >>> gone.pane
    7
    """

    def __init__(self) -> None:
        self.pane = -1
        self._cells: dict[Cells, Held] = {}
        self._spreads: dict[Spread, ExponentialCounts] = {}

    def keep(self, pane: int) -> None:
        """Remember `pane` from now on, when it is taken."""
        if pane != self.pane:
            self.pane = pane
            self._cells, self._spreads = {}, {}

    def take(self, block: Cells, pane: int) -> Held:
        """Take a pane out of cells."""
        taken = block.take(pane)
        if pane == self.pane:
            self._cells[block] = taken
        return taken

    def take_spread(self, spread: Spread, pane: int) -> ExponentialCounts:
        """Take a pane out of a spread."""
        taken = spread.take(pane)
        if pane == self.pane:
            self._spreads[spread] = taken
        return taken

    def read(self, block: Cells, pane: int, rows: NDArray[np.int64]) -> NDArray[Any]:
        """What `rows` (n,) got in a pane, (n, B), whether it was taken or not."""
        if pane == self.pane and block in self._cells:
            return look_up(*self._cells[block], rows)
        return block.in_pane(pane, rows)

    def read_spread(self, spread: Spread, pane: int) -> ExponentialCounts | None:
        """What a spread got in a pane; None when nothing."""
        found = spread.in_pane(pane)
        return self._spreads.get(spread) if found is None and pane == self.pane else found
