"""All windows of one length: fields over panes, sliding or tumbling, reaching back for the quiet ones."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.windows.cells import Cells
from driftline.processors.windows.field import Field, Place, labelled
from driftline.processors.windows.gone import Gone
from driftline.processors.windows.kinds import Binned, FieldWindow, WindowSpec
from driftline.processors.windows.older import Kept
from driftline.processors.windows.rows import Vacancies
from driftline.processors.windows.spread import Spread, cells, decode

_COUNTS, _SUMS = np.dtype(np.int64), np.dtype(np.float64)
_OLDER_CELLS = 4  # cells kept for each observation reached back for: bounds a field of nothing but defects


class Panes:
    """The windows of every field that shares one `WindowSpec`.

    Panes are aligned to the epoch by `spec.every_ns`. The window of a look covers the panes up to the clock's, the
    open one included. Memory: for each row its buckets twice, for each pane the rows that got something, and for a
    field that reaches back 40 bytes a cell, until `spec.observations` are held.

    >>> panes = Panes(WindowSpec(length_ns=20, every_ns=10))
    >>> age = panes.field("credit", "age", "feature")
    >>> place = panes.distribution(age, (0.5,))
    >>> panes.roll(now_ns=31)
    >>> place.cells.add(np.array([place.row]), np.array([[1, 2]]), pane=panes.pane_at(31), now_ns=31)
    >>> panes.look(now_ns=42), panes.read(age).binned[0].counts.tolist()
    (None, [1, 2])
    >>> panes.look(now_ns=50), panes.read(age).observations
    (None, 0)
    """

    def __init__(self, spec: WindowSpec) -> None:
        self.spec = spec
        self._fields: dict[tuple[Hashable, str, str], Field] = {}
        self._numbers = Vacancies()
        self._cells: dict[tuple[int, bool], Cells] = {}
        self._spreads: dict[int, Spread] = {}
        self._reaching: dict[int, Field] = {}
        self._by_number: dict[int, Field] = {}
        self._pane = -1
        self._looked_ns = -1
        self.gone = Gone()

    def field(self, identity: Hashable, name: str, role: str) -> Field:
        """The field of an identity, made when it is new."""
        key = identity, name, role
        found = self._fields.get(key)
        if found is None:
            found = Field(self._numbers.take(), identity, name, role)
            self._fields[key] = self._by_number[found.number] = found
        return found

    def distribution(self, field: Field, bounds: tuple[float, ...]) -> Place:
        """The row for buckets with these bounds."""
        place = field.binned.get(bounds)
        if place is None:
            place = field.binned[bounds] = self._place(field, len(bounds) + 1, summed=False, weight=1)
        return place

    def category(self, field: Field, label: str) -> Place:
        """The row for a category."""
        place = field.categories.get(label)
        if place is None:
            place = field.categories[label] = self._place(field, 1, summed=True, weight=1)
        return place

    def defect(self, field: Field, label: str) -> Place:
        """The row for a defect."""
        place = field.defects.get(label)
        if place is None:
            place = field.defects[label] = self._place(field, 1, summed=True, weight=0)
        return place

    def spread(self, field: Field) -> Spread:
        """The exponential counts of a field."""
        if field.spread is None:
            field.spread = Spread(owner=field.number, part=len(field.parts))
            field.spread.roll(self._pane)
            field.parts.append(field.spread)
            self._spreads[field.number] = field.spread
        return field.spread

    def close(self, field: Field) -> None:
        """Forget a field and all it holds."""
        del self._fields[field.identity, field.name, field.role], self._by_number[field.number]
        for part in field.places:
            part.cells.close([part.row])
        self._spreads.pop(field.number, None)
        self._reaching.pop(field.number, None)
        self._numbers.give_back(field.number)

    def pane_at(self, time_ns: int) -> int:
        """The pane a time falls into."""
        return time_ns // self.spec.every_ns

    def roll(self, now_ns: int) -> None:
        """Open the pane of `now_ns`; a clock that steps back changes nothing."""
        pane = self.pane_at(now_ns)
        if pane <= self._pane:
            return
        self._pane = pane
        for block in self._cells.values():
            block.roll(pane)
        for spread in self._spreads.values():
            spread.roll(pane)

    def look(self, now_ns: int) -> None:
        """Bring the windows to `now_ns`: what left them is taken out, and quiet fields keep what they need.

        A second look at the same time does nothing, so that each of many models may ask for it.
        """
        if now_ns == self._looked_ns:
            return
        self._looked_ns = now_ns
        self.roll(now_ns)
        self.gone.keep(self._pane - 1)
        first = self._first
        expired = {pane for block in self._cells.values() for pane in block.panes_before(first)}
        expired.update(pane for spread in self._spreads.values() for pane in spread.panes_before(first))
        if self.spec.observations is None:
            for pane in sorted(expired):
                self._drop(pane)
            return
        totals = self._totals()
        for pane in sorted(expired):
            self._retire(pane, totals, self.spec.observations)
        self._trim(totals, self.spec.observations)

    def read(self, field: Field) -> FieldWindow:
        """What the window of the last look holds of a field."""
        first = min(field.older.first_pane, self._first) if field.older else self._first
        return FieldWindow(
            field=field.name,
            role=field.role,
            binned=tuple(
                Binned(np.array(bounds, dtype=np.float64), place.cells.held(np.array([place.row]))[0])
                for bounds, place in field.binned.items()
            ),
            exponential=None if field.spread is None else field.spread.held,
            categories=labelled(field.categories),
            defects=labelled(field.defects),
            start_ns=first * self.spec.every_ns,
            end_ns=(self._pane + 1) * self.spec.every_ns,
            last_ns=field.last_ns(),
        )

    @property
    def pane(self) -> int:
        """The open pane."""
        return self._pane

    def __len__(self) -> int:
        return len(self._fields)

    @property
    def held_panes(self) -> int:
        """Sealed panes in memory, over all cells."""
        return sum(block.panes for block in self._cells.values())

    @property
    def fields(self) -> Iterable[Field]:
        """Every field."""
        return self._fields.values()

    @property
    def _first(self) -> int:
        if self.spec.tumbling:
            return self._pane - self._pane % self.spec.panes
        return self._pane - self.spec.panes + 1

    def _place(self, field: Field, buckets: int, *, summed: bool, weight: int) -> Place:
        block = self._cells.get((buckets, summed))
        if block is None:
            block = self._cells[buckets, summed] = Cells(buckets, _SUMS if summed else _COUNTS)
            block.roll(self._pane)
        place = Place(block, block.open(owner=field.number, part=len(field.parts), weight=weight))
        field.parts.append(place)
        return place

    def _totals(self) -> NDArray[np.float64]:
        owners = self._numbers.high
        totals = np.zeros(owners)
        for block in self._cells.values():
            totals += block.observations(owners)
        for number, spread in self._spreads.items():
            totals[number] += spread.observations
        return totals

    def _drop(self, pane: int) -> None:
        for block in self._cells.values():
            block.revert(*self.gone.take(block, pane))
        for spread in self._spreads.values():
            if spread.observations_in(pane):
                spread.revert(self.gone.take_spread(spread, pane))

    def _retire(self, pane: int, totals: NDArray[np.float64], needed: int) -> None:
        """Take a pane out where the field can do without it; elsewhere keep it as older."""
        left = totals - self._in_pane(pane)
        keeps = left < needed
        keeps[list(self._reaching)] = True
        for block in self._cells.values():
            rows, counts = self.gone.take(block, pane)
            kept = keeps[block.owner[rows]]
            block.revert(rows[~kept], counts[~kept])
            self._keep_rows(pane, block, rows[kept], counts[kept])
        for spread in self._spreads.values():
            if spread.observations_in(pane):
                self._retire_spread(pane, spread, keeps=bool(keeps[spread.owner]))
        totals[~keeps] = left[~keeps]

    def _in_pane(self, pane: int) -> NDArray[np.float64]:
        owners = self._numbers.high
        held = np.zeros(owners)
        for block in self._cells.values():
            rows, counts = block.peek(pane)
            weights = counts.sum(axis=1) * block.weight[rows]
            held += np.bincount(block.owner[rows], weights=weights, minlength=owners)
        for number, spread in self._spreads.items():
            held[number] += spread.observations_in(pane)
        return held

    def _keep_rows(self, pane: int, block: Cells, rows: NDArray[np.int64], counts: NDArray[Any]) -> None:
        at, cell = np.nonzero(counts)
        for row, bucket, count in zip(rows[at].tolist(), cell.tolist(), counts[at, cell].tolist(), strict=True):
            kept = Kept(int(block.part[row]), bucket, count, int(block.weight[row]))
            self._reach(int(block.owner[row])).older.push(pane, kept)

    def _retire_spread(self, pane: int, spread: Spread, *, keeps: bool) -> None:
        counts = self.gone.take_spread(spread, pane)
        if not keeps:
            spread.revert(counts)
            return
        for code, count in cells(counts):
            self._reach(spread.owner).older.push(pane, Kept(spread.part, code, count, 1))

    def _reach(self, number: int) -> Field:
        field = self._by_number[number]
        self._reaching[number] = field
        return field

    def _trim(self, totals: NDArray[np.float64], needed: int) -> None:
        oldest = self._pane - self.spec.longest_panes + 1
        for number, field in list(self._reaching.items()):
            older = field.older
            while older and (
                older.first_pane < oldest
                or totals[number] - older.first_observations >= needed
                or len(older) > _OLDER_CELLS * max(needed, 1)
            ):
                totals[number] -= older.first_observations
                for kept in older.pop():
                    _revert(field, kept)
            if not older:
                del self._reaching[number]
                if field.spread is not None:
                    field.spread.refine()


def _revert(field: Field, kept: Kept) -> None:
    part = field.parts[kept.part]
    if isinstance(part, Spread):
        part.revert(decode(kept.cell, int(kept.count)), alone=False)
    else:
        part.cells.revert_one(part.row, kept.cell, kept.count)
