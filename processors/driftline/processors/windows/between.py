"""What single panes hold of a field: what a reference is learned from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from driftline.processors.windows.exponential import ExponentialCounts
from driftline.processors.windows.field import Field, Place
from driftline.processors.windows.kinds import Binned, FieldWindow
from driftline.processors.windows.panes import Panes


def between(panes: Panes, field: Field, start_ns: int, end_ns: int) -> FieldWindow:
    """What the sealed panes of [start_ns, end_ns) hold of a field, as far as they are still kept.

    The open pane is not read: what is learned from it could change.
    """
    panes.roll(end_ns)
    every = panes.spec.every_ns
    wanted = range(start_ns // every, end_ns // every)
    spread = ExponentialCounts()
    for pane in wanted:
        spread = spread if field.spread is None else spread.merge(field.spread.peek(pane))
    return FieldWindow(
        field=field.name,
        role=field.role,
        binned=tuple(
            Binned(np.array(bounds, dtype=np.float64), _held(place, wanted)) for bounds, place in field.binned.items()
        ),
        exponential=None if field.spread is None else spread,
        categories={
            label: count for label, place in field.categories.items() if (count := round(_held(place, wanted)[0]))
        },
        start_ns=wanted.start * every,
        end_ns=wanted.stop * every,
        last_ns=field.last_ns(),
    )


def _held(place: Place, panes: range) -> NDArray[np.int64]:
    held = np.zeros(place.cells.buckets, dtype=np.int64)
    for pane in panes:
        rows, counts = place.cells.peek(pane)
        at = np.searchsorted(rows, place.row)
        if at < len(rows) and rows[at] == place.row:
            held += counts[at].astype(np.int64)
    return held
