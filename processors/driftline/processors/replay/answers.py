"""What a model answered and what proved true, row by row: the columns of a table that say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from driftline.processors.replay.errors import ReplayError
from driftline.processors.tables.columns import Nature, category_rows, nature, numbers
from driftline.processors.tables.times import UNKNOWN, TimeColumn
from driftline.semconv import FieldRole

Texts = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Answered:
    """Rows, each (n,), in the order of their cells.

    Args:
        made_ns: when each prediction was made.
        known_ns: when its outcome was known, never before; `UNKNOWN` where there is none.
        outcomes: the classes as text, or the numbers; empty text or NaN where there is none.
        values: what was predicted, in the same form; None where no column says it.
        scores: (n, K), one column for each of `classes`; K is 0 where no column says it.
        classes: the class of each score; empty text for the only score.
    """

    made_ns: NDArray[np.int64]
    known_ns: NDArray[np.int64]
    outcomes: Texts | NDArray[np.float64]
    values: Texts | NDArray[np.float64] | None
    scores: NDArray[np.float64]
    classes: tuple[str, ...]

    def rows(self, chosen: slice | NDArray[np.bool_]) -> Answered:
        """Some of the rows."""
        values = None if self.values is None else self.values[chosen]
        made, known, outcomes = self.made_ns[chosen], self.known_ns[chosen], self.outcomes[chosen]
        return Answered(made, known, outcomes, values, self.scores[chosen], self.classes)

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Whether each says anything that an outcome can be compared with, (n,)."""
        scored = np.asarray(np.isfinite(self.scores).any(axis=1))
        return scored if self.values is None else scored | _told(self.values)

    @property
    def untimed(self) -> int:
        """Rows with an outcome of which nobody says when it was known."""
        return int(np.count_nonzero(_told(self.outcomes) & (self.known_ns == UNKNOWN)))

    @property
    def size(self) -> int:
        """Bytes, about."""
        return len(self.made_ns) * (32 + 8 * len(self.classes))


@dataclass(frozen=True, slots=True)
class Answers:
    """Which columns say what was predicted and what proved true.

    Args:
        outcome: the column of the truth.
        known: reads when it was known; None: at once.
        value: the column of what was predicted; None without one.
        scores: class to the column of its score; empty text for the only score.
        numeric: whether truth and prediction are numbers, not classes.
    """

    outcome: str
    known: TimeColumn | None
    value: str | None
    scores: Mapping[str, str]
    numeric: bool

    @property
    def names(self) -> tuple[str | None, ...]:
        """The columns of what was predicted and what proved true."""
        return self.outcome, self.value, *self.scores.values()

    @classmethod
    def of(
        cls,
        roles: Mapping[str, str],
        schema: pa.Schema,
        *,
        outcome: str | None,
        known: TimeColumn | None,
        numeric: bool,
    ) -> Answers | None:
        """The columns of a table; None where none says what proved true.

        Args:
            roles: column to its role.
            schema: of the table.
            outcome: the column of the truth, as somebody named it; None: the one with that role.
            known: as of `Answers`.
            numeric: whether a truth of numbers is no class.

        Raises:
            ReplayError: there is no such column, or nothing that it could be compared with.
        """
        there = {role: [name for name in schema.names if roles.get(name) == role] for role in FieldRole}
        truth = outcome or next(iter(there[FieldRole.OUTCOME]), None)
        if truth is None:
            return None
        if truth not in schema.names:
            raise ReplayError(f"the table has no column {truth}: name the one that holds what proved true, `--outcome`")
        value, scores = next(iter(there[FieldRole.PREDICTION]), None), there[FieldRole.SCORE]
        if value is None and not scores:
            if outcome is None:
                return None
            raise ReplayError(
                f"no column says what {truth} is to be compared with: call it `prediction` or `score`, or give the "
                "profile its role, `driftline profile --role COLUMN=prediction`"
            )
        by_class = {name.removeprefix("score.") if len(scores) > 1 else "": name for name in scores}
        numbered = numeric and not scores and nature(schema.field(truth).type) is Nature.NUMBER
        return cls(truth, known, value, by_class, numbered)

    def read(self, batch: pa.RecordBatch, made_ns: NDArray[np.int64]) -> Answered:
        """The rows of a batch; `made_ns` (n,) is when each prediction was made."""
        outcomes = self._read(batch.column(self.outcome))
        missing = ~_told(outcomes)
        known = made_ns if self.known is None else self.known.read(batch)
        known = np.where(missing | (known == UNKNOWN), UNKNOWN, np.maximum(known, made_ns))
        scores = [numbers(batch.column(name)) for name in self.scores.values()]
        return Answered(
            made_ns,
            known,
            outcomes,
            None if self.value is None else self._read(batch.column(self.value)),
            np.stack(scores, axis=1) if scores else np.zeros((len(made_ns), 0)),
            tuple(self.scores),
        )

    def _read(self, column: pa.Array) -> Texts | NDArray[np.float64]:
        if self.numeric:
            return numbers(column)
        codes, texts = category_rows(column)
        found: Texts = np.array([text or "" for text in texts], dtype=object)[codes]
        return found


def texts(column: Texts | NDArray[np.float64] | None, rows: int) -> Sequence[str | None]:
    """A column as the join has it: text, None where a row has none."""
    if column is None:
        return [None] * rows
    if column.dtype == object:
        return [each or None for each in column.tolist()]
    return [None if np.isnan(each) else repr(each) for each in column.tolist()]


def _told(column: Texts | NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each row says anything, (n,)."""
    return np.asarray(column != "" if column.dtype == object else np.isfinite(column), dtype=np.bool_)
