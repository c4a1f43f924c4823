"""What is held, as columns in memory: found by fingerprint, told apart by the number of its row in the store."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from driftline.processors.outcomes.index import Index, Places
from driftline.processors.outcomes.prints import Prints

_ROOM = 1024


class Entries:
    """Columns that grow at their end. A place is a position in them, and changes when others are dropped.

    Args:
        kinds: the type of each column beside `number`, `high` and `low`.

    >>> from driftline.processors.outcomes.prints import columns, printed
    >>> entries = Entries(source=np.int16)
    >>> entries.add(columns(printed("abc").values()), number=np.arange(3), source=np.array([1, 1, 2])).tolist()
    [0, 1, 2]
    >>> entries.keep(entries["source"] == 2).tolist()
    [-1, -1, 0]
    >>> [each.tolist() for each in entries.find(columns(printed("xc").values()))]
    [[1], [0]]
    """

    def __init__(self, **kinds: DTypeLike) -> None:
        whole = {"number": np.int64, "high": np.uint64, "low": np.uint64, **kinds}
        self._columns: dict[str, NDArray[Any]] = {name: np.empty(_ROOM, kind) for name, kind in whole.items()}
        self._length = 0
        self._index = Index()

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, name: str) -> NDArray[Any]:
        """A column; what is written into it stays."""
        return self._columns[name][: self._length]

    def add(self, prints: Prints, **columns: Any) -> Places:
        """Add entries; every column is an array or one value for all. Their places."""
        start, end = self._length, self._length + len(prints.high)
        self._grow(end)
        for name, values in {"high": prints.high, "low": prints.low, **columns}.items():
            self._columns[name][start:end] = values
        self._length = end
        self._index.add(prints.high, start)
        return np.arange(start, end)

    def find(self, prints: Prints) -> tuple[Places, Places]:
        """Every (position in `prints`, place) with the same fingerprint, each side as an array."""
        asked, places = self._index.find(prints.high)
        same = self["low"][places] == prints.low[asked]
        return asked[same], places[same]

    def keep(self, kept: NDArray[np.bool_]) -> Places:
        """Drop all others; the new place of each old one, -1 where it went."""
        for name in self._columns:
            self._columns[name] = self[name][kept]
        self._length = int(kept.sum())
        self._index = Index()
        self._index.add(self["high"], 0)
        return np.where(kept, np.cumsum(kept) - 1, -1)

    def _grow(self, length: int) -> None:
        room = len(self._columns["high"])
        if length > room:
            more = max(length, room + room // 2)
            self._columns = {name: np.resize(each, more) for name, each in self._columns.items()}
