"""A sample of rows, for what distributions cannot show. Off until somebody lists the fields that may leave.

| rule | |
|---|---|
| which fields | those named in `capture`, else in `DRIFTLINE_CAPTURE` (`age,income`); `*` is every feature |
| which rows | of all rows of a flush `Limits.captured_rows`, each with the same chance; failed calls have none |
| how much | `Limits.captured_bytes` a flush: then fewer rows |
| numbers | doubles, NaN where missing or unusable |
| categories | the category's text, empty where missing or unusable |
| embeddings | cells that are vectors, all of one length: their doubles, row after row; they are sampled, not counted |
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from driftline.instrumentation.recorder.columns import is_sequence
from driftline.instrumentation.recorder.fields import Column, FieldKey
from driftline.instrumentation.recorder.plans import Block
from driftline.instrumentation.recorder.reference import ReferenceField
from driftline.instrumentation.recorder.values import Kind, kind_of, number, text
from driftline.semconv import Defect, FieldRole, attributes

VARIABLE: Final = "DRIFTLINE_CAPTURE"
EVERY: Final = "*"
_BYTES_A_NUMBER: Final = 10  # of a double in an OTLP array, with its tag and length
_BYTES_A_TEXT: Final = 8  # beside the text itself
_OUTPUTS: Final = {
    FieldRole.PREDICTION: attributes.ML_PREDICTION_VALUE,
    FieldRole.SCORE: attributes.ML_PREDICTION_SCORE,
}


def choose_capture(argument: Sequence[str], environ: Mapping[str, str]) -> frozenset[str]:
    """The fields that may leave as values: the argument's, else the variable's; empty is off.

    >>> sorted(choose_capture((), {"DRIFTLINE_CAPTURE": "age, income"}))
    ['age', 'income']
    """
    listed = argument or environ.get(VARIABLE, "").split(",")
    return frozenset(name.strip() for name in listed if name.strip())


@dataclass(frozen=True, slots=True)
class Captured:
    """What a flush kept: columns by attribute, the call of each row, and how many rows they were chosen from."""

    rows: int
    total: int
    calls: list[int]
    columns: Mapping[str, list[Any]]


class Capture:
    """Chooses rows of everything that is counted between two flushes. Safe for threads, and never in a request's way:
    it sees rows when they are counted.

    Args:
        allowed: names of features and embeddings; `*` is all.
        reference: the profile's fields, for their kinds.
        rows: the most a flush keeps.
        room: the most bytes a flush keeps, as they travel.
        random: what chooses.
    """

    def __init__(
        self,
        allowed: Collection[str],
        reference: Mapping[str, ReferenceField],
        *,
        rows: int,
        room: int,
        random: np.random.Generator,
    ) -> None:
        self._allowed = allowed
        self._kinds = {name: field.kind for name, field in reference.items()}
        self._rows = rows
        self._room = room
        self._random = random
        self._lock = threading.Lock()
        self._kept: list[tuple[float, int, dict[str, Any]]] = []
        self._total = 0
        self._calls = 0

    def offer(self, block: Block, *, single: bool = False) -> None:
        """Consider the rows of one call, or of many calls of a `single` row each: every row of a flush has the same
        chance, whichever call it came with.

        Cost: a random number a row, and a look at the few that are chosen.
        """
        if block.plan.error_type is not None:
            return
        wanted = [(attribute, at) for at, key in enumerate(block.plan.fields) if (attribute := self._attribute(key))]
        with self._lock:
            self._total += block.rows
            keys = self._random.random(block.rows)
            full = len(self._kept) >= self._rows
            chosen = np.flatnonzero(keys < self._kept[-1][0]) if full else np.arange(block.rows)
            for row in chosen[np.argsort(keys[chosen])][: self._rows].tolist():
                cells = {name: block.columns[at][row] for name, at in wanted}
                self._kept.append((keys[row], self._calls + (row if single else 0), cells))
            self._calls += block.rows if single else 1
            self._kept.sort(key=lambda each: each[0])
            del self._kept[self._rows :]

    def takes_vectors(self, key: FieldKey, column: Column) -> bool:
        """Whether a column is an embedding that leaves as vectors, and so has no distribution of its own."""
        if isinstance(column, np.ndarray) or self._attribute(key) is None:
            return False
        return is_sequence(next((value for value in column if value is not None), None))

    def take(self) -> Captured | None:
        """The rows chosen since the last time; None without any."""
        with self._lock:
            chosen, self._kept = self._kept, []
            total, self._total, self._calls = self._total, 0, 0
        kept = [cells for _, _, cells in chosen]
        names = list(dict.fromkeys(name for row in kept for name in row))
        columns = {name: column for name in names if (column := self._column(name, kept)) is not None}
        if not any(name.startswith(attributes.ML_FEATURE_PREFIX) for name in columns):
            return None
        return _cut(Captured(len(kept), total, [call for _, call, _ in chosen], columns), self._room)

    def _attribute(self, key: FieldKey) -> str | None:
        """Where a field's values go; None for one that is not to leave."""
        if key.role in (FieldRole.FEATURE, FieldRole.EMBEDDING):
            allowed = key.name in self._allowed or EVERY in self._allowed
            return attributes.ML_FEATURE_PREFIX + key.name if allowed else None
        several = "." in key.name  # one a class, or one of several outputs: there is one attribute for one value
        return None if several else _OUTPUTS.get(key.role)

    def _column(self, name: str, rows: Sequence[Mapping[str, Any]]) -> list[Any] | None:
        values = [row.get(name) for row in rows]
        if any(is_sequence(value) for value in values):
            return _vectors(values)
        kind = self._kinds.get(name.removeprefix(attributes.ML_FEATURE_PREFIX)) or kind_of(values)
        if kind is Kind.CATEGORICAL:
            return ["" if isinstance(told, Defect) else told for told in map(text, values)]
        return [np.nan if isinstance(told, Defect) else told for told in map(number, values)]


def _vectors(values: Sequence[Any]) -> list[float] | None:
    """Vectors of one length, row after row; NaN for a row without one. None where lengths differ or a value is none."""
    widths = {len(value) for value in values if is_sequence(value)}
    if len(widths) != 1:
        return None
    width = widths.pop()
    try:
        lines = [np.asarray(value if is_sequence(value) else [np.nan] * width, dtype=np.float64) for value in values]
        return [float(value) for value in np.concatenate(lines)]
    except (TypeError, ValueError):
        return None


def _cut(captured: Captured, room: int) -> Captured:
    """The first rows, which are a sample of the sample, as many as there is room for."""
    size = sum(_size(column) for column in captured.columns.values())
    if size <= room:
        return captured
    rows = room * captured.rows // size
    columns = {name: column[: rows * (len(column) // captured.rows)] for name, column in captured.columns.items()}
    return Captured(rows, captured.total, captured.calls[:rows], columns)


def _size(column: Sequence[Any]) -> int:
    return sum(_BYTES_A_TEXT + len(value) if isinstance(value, str) else _BYTES_A_NUMBER for value in column)
