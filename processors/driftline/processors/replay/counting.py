"""Rows to cells: every batch of a table is binned once, by pane and group, as the model server would have done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from driftline.processors.profile.options import Options
from driftline.processors.profile.survey import role_of
from driftline.processors.replay.answers import Answered, Answers
from driftline.processors.replay.binning import category_counts, coded, numeric_counts
from driftline.processors.replay.errors import ReplayError
from driftline.processors.replay.freely import FreeColumns
from driftline.processors.replay.grid import Cell, Grid, Group
from driftline.processors.replay.layout import CategoricalColumn, Layout
from driftline.processors.tables.columns import numbers
from driftline.processors.tables.times import UNKNOWN, TimeColumn
from driftline.semconv import FieldRole

Rows = NDArray[np.intp]
LayoutOf = Callable[[str | None], Layout | None]
"""The layout that counts the rows of a model version; None: nobody watches it."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Which columns say where a row belongs.

    Args:
        time: reads when it happened.
        version: the column of the model's version; None: the table is of one version.
        segments: columns whose values are segments of the monitor.
        outcome: the column of what proved true; None: the one with that role, if any.
        known: reads when it was known; None: at once.
        numeric: whether a truth of numbers is no class.
        lists: whether rows are parts of lists, a ranking: which of them belong together no column says.
    """

    time: TimeColumn
    version: str | None = None
    segments: tuple[str, ...] = ()
    outcome: str | None = None
    known: TimeColumn | None = None
    numeric: bool = True
    lists: bool = False

    @property
    def names(self) -> set[str | None]:
        """Columns that are no fields unless the reference holds them."""
        known = self.known.name if self.known else None
        return {self.time.name, self.version, *self.segments, self.outcome, known}

    def answers(self, layout: Layout, schema: pa.Schema) -> Answers | None:
        """Which columns say what was answered and what proved true.

        Raises:
            ReplayError: not the column that was named.
        """
        if self.lists:
            if self.outcome is not None:
                raise ReplayError("which rows a ranking put in one order no column says: leave --outcome out")
            return None
        roles = {each.name: each.role for each in layout.columns}
        known = set(roles.values())  # the reference's column of a role, else the one that is called so
        named = {name: role for name in schema.names if (role := role_of(name, Options())) not in known}
        roles = {**named, **roles}
        classes = {each.name for each in layout.columns if isinstance(each, CategoricalColumn)}
        truth = self.outcome or next((name for name, role in roles.items() if role == FieldRole.OUTCOME), None)
        numeric = self.numeric and truth not in classes
        return Answers.of(roles, schema, outcome=self.outcome, known=self.known, numeric=numeric)


class Counter:
    """Counts batches into a grid.

    Args:
        keys: the columns that are not fields.
        version_of: the version that rows are of which name this one, or none.
        layout_of: how the rows of a version are counted.
        grid: where they count.
    """

    def __init__(
        self, keys: Keys, version_of: Callable[[str | None], str | None], layout_of: LayoutOf, grid: Grid
    ) -> None:
        self._keys, self._version_of, self._layout_of, self._grid = keys, version_of, layout_of, grid
        self._free = FreeColumns()
        self.rows = self.without_time = self.untimed = 0
        self.unserved: set[str] = set()
        """Versions that nobody watches."""
        self.unknown: dict[str, None] = {}
        """Columns that the reference does not have."""

    def update(self, batch: pa.RecordBatch) -> None:
        """Count one batch."""
        times = self._keys.time.read(batch)
        self.rows += batch.num_rows
        known = times != UNKNOWN
        self.without_time += int((~known).sum())
        groups, codes = self._groups(batch)
        layouts = [self._layout_of(group.version) for group in groups]
        self.unserved.update(str(group.version) for group, found in zip(groups, layouts, strict=True) if found is None)
        for layout in {id(each): each for each in layouts if each is not None}.values():
            ours = np.array([each is layout for each in layouts])
            self._count(batch, layout, _cells(times, self._grid.step_ns, codes, known & ours[codes]), groups)

    def _count(self, batch: pa.RecordBatch, layout: Layout, cells: Cells, groups: Sequence[Group]) -> None:
        if not len(cells.panes):
            return
        counted = np.zeros((len(cells.panes), layout.width), dtype=np.int32)
        for column in layout.columns:
            if column.name in batch.schema.names:
                array, part = batch.column(column.name), counted[:, column.start : column.start + column.width]
                if isinstance(column, CategoricalColumn):
                    part += category_counts(column, array, cells.order, cells.edges).astype(np.int32)
                else:
                    part += numeric_counts(column, cells.sort(numbers(array)), cells.edges).astype(np.int32)
        answers = self._keys.answers(layout, batch.schema)
        free = self._free.count(self._unreferenced(batch, layout, answers), cells.order, cells.edges)
        answered = None if answers is None else self._answered(batch, answers, cells)
        rows = np.diff(cells.edges).tolist()
        for at, (pane, group) in enumerate(zip(cells.panes.tolist(), cells.groups.tolist(), strict=True)):
            mine = {name: each for name, in_cells in free.items() if (each := in_cells[at]) is not None}
            said = [] if answered is None else [answered.rows(slice(cells.edges[at], cells.edges[at + 1]))]
            self._grid.add(pane, groups[group], Cell(rows[at], counted[at].copy(), mine, said))

    def _answered(self, batch: pa.RecordBatch, answers: Answers, cells: Cells) -> Answered:
        """What was answered, in the order of the cells."""
        found = answers.read(batch if cells.order is None else batch.take(pa.array(cells.order)), cells.times)
        self.untimed += found.untimed
        return found

    def _unreferenced(self, batch: pa.RecordBatch, layout: Layout, answers: Answers | None) -> Mapping[str, pa.Array]:
        """The fields of a batch where no reference says which they are; with one, its fields alone count."""
        taken = layout.names | self._keys.names
        others = {name: batch.column(name) for name in batch.schema.names if name not in taken}
        if not layout.columns:
            return others
        used = () if answers is None else answers.names
        self.unknown.update(dict.fromkeys(name for name in others if name not in used))
        return {}

    def _groups(self, batch: pa.RecordBatch) -> tuple[list[Group], Rows]:
        """The groups of a batch, and each row's."""
        names = [name for name in (self._keys.version, *self._keys.segments) if name is not None]
        if not names:
            return [self._group((), ())], np.zeros(batch.num_rows, dtype=np.intp)
        combined = np.zeros(batch.num_rows, dtype=np.int64)
        texts: list[list[str | None]] = []
        for name in names:
            codes, found = _texts(batch, name)
            combined = combined * len(found) + codes
            texts.append(found)
        distinct, codes = np.unique(combined, return_inverse=True)
        return [self._group(names, values) for values in _unpacked(distinct.tolist(), texts)], codes

    def _group(self, names: Sequence[str], values: Sequence[str | None]) -> Group:
        told = dict(zip(names, values, strict=True))
        version = self._version_of(told.get(self._keys.version) if self._keys.version else None)
        segments = [(name, value) for name in self._keys.segments if (value := told.get(name)) is not None]
        return Group(version, tuple(segments))


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows in the order of their cells: those of cell i are `order[edges[i]:edges[i + 1]]`; no order: as they are.

    `times` are those of the rows, in that order.
    """

    panes: NDArray[np.int64]
    groups: NDArray[np.int64]
    edges: NDArray[np.int64]
    order: Rows | None
    times: NDArray[np.int64]

    def sort(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """A column in the order of the cells."""
        return values if self.order is None else values[self.order]


def _cells(times: NDArray[np.int64], step_ns: int, codes: Rows, wanted: NDArray[np.bool_]) -> Cells:
    panes = times // step_ns
    order = None if wanted.all() else np.flatnonzero(wanted)
    pane, code = (panes, codes) if order is None else (panes[order], codes[order])
    if len(pane) and bool((np.diff(pane) < 0).any() or (code != code[0]).any()):
        sorting = np.lexsort((code, pane))
        order = sorting if order is None else order[sorting]
        pane, code = panes[order], codes[order]
    first = np.flatnonzero((np.diff(pane, prepend=pane[:1] - 1) != 0) | (np.diff(code, prepend=code[:1]) != 0))
    ordered = times if order is None else times[order]
    return Cells(pane[first], code[first], np.append(first, len(pane)), order, ordered)


def _texts(batch: pa.RecordBatch, name: str) -> tuple[Rows, list[str | None]]:
    if name not in batch.schema.names:
        return np.zeros(batch.num_rows, dtype=np.intp), [None]
    codes, texts = coded(batch.column(name))
    return codes, [text if isinstance(text, str) else None for text in texts] or [None]


def _unpacked(keys: Sequence[int], texts: Sequence[Sequence[str | None]]) -> Iterator[list[str | None]]:
    for key in keys:
        values = []
        rest = key
        for found in reversed(texts):
            rest, at = divmod(rest, len(found))
            values.append(found[at])
        yield values[::-1]
