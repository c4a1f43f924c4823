"""The arguments of `record` as blocks of columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from driftline.instrumentation.recorder.columns import is_sequence, read_columns
from driftline.instrumentation.recorder.errors import ShapeError
from driftline.instrumentation.recorder.fields import Column, FieldKey, Segment
from driftline.instrumentation.recorder.outputs import Outputs, rows_of
from driftline.instrumentation.recorder.plans import Block, Plan, Row
from driftline.instrumentation.recorder.reference import Reference
from driftline.instrumentation.recorder.segments import Segments
from driftline.instrumentation.recorder.values import SCALARS
from driftline.semconv import FieldRole

_Shape = tuple[tuple[Any, ...], bool, bool, str | None, bool]
_MAX_PLANS = 1024


@dataclass(frozen=True, slots=True)
class Call:
    """What one call of `record` was given."""

    features: Any
    names: Sequence[str] | None = None
    prediction: Any = None
    score: Any = None
    duration: Any = None
    segments: Mapping[str, Any] | None = None
    error_type: str | None = None
    classes: Sequence[Any] | None = None


class CallReader:
    """Turns calls into blocks, and remembers the plans it met (at most 1024: endless new columns cost no memory)."""

    def __init__(self, reference: Reference | None, outputs: Outputs, segments: Segments, max_fields: int) -> None:
        self.outputs = outputs
        self.segments = segments
        self._reference = reference
        self._max_fields = max_fields
        self._shapes: dict[_Shape, Plan] = {}
        self._plans: dict[tuple[tuple[FieldKey, ...], Segment, str | None], Plan] = {}

    def row(self, call: Call) -> Row | None:
        """A mapping of plain single values as a row, the cheap way; None for everything else."""
        features = call.features
        values = tuple(features.values())
        if not (
            SCALARS.issuperset(map(type, values))
            and type(call.prediction) in SCALARS
            and type(call.score) in SCALARS
            and (call.duration is None or type(call.duration) is float)
            and not call.segments
        ):
            return None
        if call.prediction is not None:
            values += (call.prediction,)
        if call.score is not None:
            values += (call.score,)
        shape = (tuple(features), call.prediction is None, call.score is None, call.error_type, call.classes is None)
        plan = self._shapes.get(shape)
        if plan is None:
            plan = self._learn(shape, call)
        return plan, values, call.duration

    def _learn(self, shape: _Shape, call: Call) -> Plan:
        if len(self._shapes) >= _MAX_PLANS:
            self._shapes.clear()
        plan = self._shapes[shape] = self.read(call)[0].plan
        return plan

    def plan(self, fields: tuple[FieldKey, ...], segment: Segment, error_type: str | None) -> Plan:
        """The plan of these fields: the same object for the same arguments, so that their calls are joined."""
        key = (fields, segment, error_type)
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= _MAX_PLANS:
                self._plans.clear()
            plan = self._plans[key] = Plan(fields, segment, error_type)
        return plan

    def feature_key(self, name: str) -> FieldKey:
        """A feature's field. A column that the profile knows by another role (an embedding, the outcome) keeps it."""
        known = self._reference.fields.get(name) if self._reference is not None else None
        return FieldKey(name, known.role if known is not None else FieldRole.FEATURE)

    def read(self, call: Call) -> list[Block]:
        """The call as blocks, one a segment; none for no rows. Columns may still be the host's own memory.

        Raises:
            ShapeError: the parts of the call do not fit each other.
        """
        one_answer = any(part is not None and rows_of(part) == 1 and not _listed(part) for part in _answers(call))
        table = read_columns(call.features, call.names, single=one_answer)
        rows = _rows(table.rows, call)
        if rows == 0:
            return []
        fields = [self.feature_key(name) for name in table.names[: self._max_fields]]
        columns: list[Column] = list(table.columns[: self._max_fields])
        for key, column in self._answers(call, rows):
            fields.append(key)
            columns.append(column)
        return self._split(call, tuple(fields), columns, rows)

    def _answers(self, call: Call, rows: int) -> list[tuple[FieldKey, Column]]:
        made = []
        if call.prediction is not None:
            made += self.outputs.prediction_fields(call.prediction, rows, call.classes)
        if call.score is not None:
            made += self.outputs.score_fields(call.score, rows, call.classes)
        return made

    def _split(self, call: Call, fields: tuple[FieldKey, ...], columns: list[Column], rows: int) -> list[Block]:
        durations = _durations(call.duration, rows)
        if not call.segments:
            return [Block(self.plan(fields, (), call.error_type), columns, rows, durations)]
        blocks = []
        for segment, at in self.segments.rows(call.segments, rows):
            plan = self.plan(fields, segment, call.error_type)
            if at is None:
                blocks.append(Block(plan, columns, rows, durations))
            else:
                own = tuple(durations[row] for row in at) if len(durations) == rows > 1 else durations
                blocks.append(Block(plan, [_picked(column, at) for column in columns], len(at), own))
                durations = durations if len(durations) == rows > 1 else ()  # one call, counted with its first row
        return blocks


def owned(block: Block) -> Block:
    """The block with arrays of its own: the host may reuse its memory."""
    columns = [np.array(column) if isinstance(column, np.ndarray) else column for column in block.columns]
    return Block(block.plan, columns, block.rows, block.durations)


def _answers(call: Call) -> tuple[Any, Any]:
    return call.prediction, call.score


def _listed(output: Any) -> bool:
    return is_sequence(output) or (isinstance(output, Mapping) and any(map(is_sequence, output.values())))


def _rows(rows: int | None, call: Call) -> int:
    if rows is not None:
        return rows
    said = (rows_of(call.prediction), rows_of(call.score))
    return next((count for count in said if count is not None), 1)


def _durations(duration: Any, rows: int) -> tuple[float, ...]:
    if duration is None:
        return ()
    if not is_sequence(duration):
        return (float(duration),)
    if len(duration) != rows:
        raise ShapeError(f"{len(duration)} durations for {rows} rows: pass one for the call, or one a row")
    return tuple(float(one) for one in duration)


def _picked(column: Column, at: Any) -> Column:
    return column[at] if isinstance(column, np.ndarray) else [column[row] for row in at]
