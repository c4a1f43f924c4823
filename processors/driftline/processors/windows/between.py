"""What single panes hold of a field: what a reference is learned from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.windows.cells import Cells
from driftline.processors.windows.field import Field, labelled
from driftline.processors.windows.kinds import Binned, FieldWindow
from driftline.processors.windows.panes import Panes


def between(panes: Panes, field: Field, start_ns: int, end_ns: int) -> Iterator[FieldWindow]:
    """What a field got in each closed pane of [start_ns, end_ns), oldest first; panes without anything are left out.

    There are the panes of the window of the last look, and the one before the clock's, which a window of a single
    pane has let go of. The open pane is never read: what is learned from it could change.
    """
    panes.roll(end_ns)
    first = max(start_ns // panes.spec.every_ns, panes.pane - panes.spec.panes)
    for pane in range(first, min(end_ns // panes.spec.every_ns, panes.pane)):
        found = _read(panes, field, pane)
        if found.observations or found.defects:
            yield found


def _read(panes: Panes, field: Field, pane: int) -> FieldWindow:
    def in_pane(block: Cells, rows: NDArray[np.int64]) -> NDArray[Any]:
        return panes.gone.read(block, pane, rows)

    return FieldWindow(
        field=field.name,
        role=field.role,
        binned=tuple(
            Binned(np.array(bounds, dtype=np.float64), in_pane(place.cells, np.array([place.row]))[0])
            for bounds, place in field.binned.items()
        ),
        exponential=None if field.spread is None else panes.gone.read_spread(field.spread, pane),
        categories=labelled(field.categories, in_pane),
        defects=labelled(field.defects, in_pane),
        start_ns=pane * panes.spec.every_ns,
        end_ns=(pane + 1) * panes.spec.every_ns,
        last_ns=field.last_ns(),
    )
