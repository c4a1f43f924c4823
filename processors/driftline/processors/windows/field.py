"""One field of one model: where its parts are kept, and what it holds from before its window."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from driftline.processors.windows.cells import Cells
from driftline.processors.windows.older import Older
from driftline.processors.windows.spread import Spread


class Place(NamedTuple):
    """A row of cells."""

    cells: Cells
    row: int


@dataclass(slots=True, eq=False)
class Field:
    """A field's parts: buckets for each layout of bounds, exponential counts, categories, defects."""

    number: int
    identity: Hashable
    name: str
    role: str
    binned: dict[tuple[float, ...], Place] = field(default_factory=dict)
    categories: dict[str, Place] = field(default_factory=dict)
    defects: dict[str, Place] = field(default_factory=dict)
    spread: Spread | None = None
    parts: list[Place | Spread] = field(default_factory=list)
    """Every part by its number."""
    older: Older = field(default_factory=Older)
    streams: int = 0
    """Streams that feed it."""

    @property
    def places(self) -> list[Place]:
        """Every part that is a row of cells."""
        return [part for part in self.parts if isinstance(part, Place)]

    def last_ns(self) -> int:
        """When any part last received something; 0: never."""
        latest = max((int(place.cells.last_ns[place.row]) for place in self.places), default=0)
        return latest if self.spread is None else max(latest, self.spread.last_ns)


def held(cells: Cells, rows: NDArray[np.int64]) -> NDArray[Any]:
    """What the window holds of rows."""
    return cells.held(rows)


def labelled(
    places: dict[str, Place], read: Callable[[Cells, NDArray[np.int64]], NDArray[Any]] = held
) -> dict[str, int]:
    """Label to count, for the labels that hold anything. All places share their cells, of one bucket."""
    if not places:
        return {}
    cells = next(iter(places.values())).cells
    counts = read(cells, np.array([place.row for place in places.values()]))[:, 0]
    return {label: round(count) for label, count in zip(places, counts.tolist(), strict=True) if round(count)}
