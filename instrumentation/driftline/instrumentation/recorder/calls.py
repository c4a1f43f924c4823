"""The arguments of `record` as blocks of columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
_NO_PLAN = Plan(())


@dataclass(slots=True)
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
        self._max_fields = max_fields + 1  # one over the aggregator's cap, so that the excess is seen there
        self._shapes: dict[_Shape, Plan] = {}
        self._plans: dict[tuple[tuple[str, ...], tuple[FieldKey, ...], Segment, str | None], Plan] = {}

    def row(
        self,
        features: dict[Any, Any],
        prediction: Any,
        score: Any,
        *,
        duration: Any,
        error_type: str | None,
        classes: Any,
    ) -> Row | None:
        """A mapping of plain single values as a row, the cheap way; None for everything else."""
        values = tuple(features.values())
        if not (
            len(values) < self._max_fields
            and SCALARS.issuperset(map(type, values))
            and type(prediction) in SCALARS
            and type(score) in SCALARS
            and (duration is None or type(duration) is float)
        ):
            return None
        if prediction is not None:
            values += (prediction,)
        if score is not None:
            values += (score,)
        shape = (tuple(features), prediction is None, score is None, error_type, classes is None)
        plan = self._shapes.get(shape)
        if plan is None:
            if len(self._shapes) >= _MAX_PLANS:
                self._shapes.clear()
            call = Call(features, prediction=prediction, score=score, error_type=error_type, classes=classes)
            plan = self._shapes[shape] = self.read(call)[0].plan
        return plan, values, duration

    def plan(
        self, names: tuple[str, ...], outputs: tuple[FieldKey, ...], segment: Segment, error_type: str | None
    ) -> Plan:
        """The plan of these fields: the same object for the same arguments, so that their calls are joined."""
        key = (names, outputs, segment, error_type)
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= _MAX_PLANS:
                self._plans.clear()
            fields = (*map(self.feature_key, names), *outputs)
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
        names = table.names[: self._max_fields]
        outputs = self._outputs(call, rows)
        columns = [*table.columns[: len(names)], *(column for _, column in outputs)]
        keys = tuple(key for key, _ in outputs)
        whole = Block(_NO_PLAN, columns, rows, _durations(call.duration, rows), len(names) if table.owned else 0)
        return [
            Block(self.plan(names, keys, segment, call.error_type), part.columns, part.rows, part.durations, part.owned)
            for segment, part in self._split(call.segments, whole)
        ]

    def _outputs(self, call: Call, rows: int) -> list[tuple[FieldKey, Column]]:
        made = []
        if call.prediction is not None:
            made += self.outputs.prediction_fields(call.prediction, rows, call.classes)
        if call.score is not None:
            made += self.outputs.score_fields(call.score, rows, call.classes)
        return made

    def _split(self, segments: Mapping[str, Any] | None, whole: Block) -> Iterator[tuple[Segment, Block]]:
        """The block by segment. A call's one duration counts with its first row."""
        if not segments:
            yield (), whole
            return
        durations = whole.durations
        for segment, at in self.segments.rows(segments, whole.rows):
            if at is None:
                yield segment, whole
                continue
            a_row = len(durations) == whole.rows
            own = tuple(durations[row] for row in at) if a_row else durations if at[0] == 0 else ()
            yield segment, Block(whole.plan, [_picked(one, at) for one in whole.columns], len(at), own)


def owned(block: Block) -> Block:
    """The block with arrays of its own: the host may reuse its memory."""
    lent = [np.array(one) if isinstance(one, np.ndarray) else one for one in block.columns[block.owned :]]
    return Block(block.plan, [*block.columns[: block.owned], *lent], block.rows, block.durations)


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
