"""Predictions and outcomes as the events that a processor joins by their id."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from driftline.instrumentation.identifying import numbered
from driftline.instrumentation.recorder.calls import Call
from driftline.instrumentation.recorder.columns import as_column, is_sequence
from driftline.instrumentation.recorder.errors import ShapeError
from driftline.instrumentation.recorder.fields import Column, FieldKey, Segment
from driftline.instrumentation.recorder.outbox import Note, Outbox
from driftline.instrumentation.recorder.outputs import Outputs, rows_of
from driftline.instrumentation.recorder.segments import Segments
from driftline.instrumentation.recorder.values import plain, text
from driftline.semconv import Defect, FieldRole, attributes, events
from driftline.semconv.sampling import sampled

_log = logging.getLogger("driftline.instrumentation")

ROWS_AN_EVENT: Final = 500
"""A larger batch is several events: a log record is no place for a table."""
_SCORES_AN_EVENT: Final = 5_000  # of many classes fewer rows go together: receivers bound the values of a record
RATE_VARIABLE: Final = "DRIFTLINE_PREDICTION_SAMPLE_RATE"
_CLASS_PREFIX: Final = f"{FieldRole.SCORE}."


class Joining:
    """Words the sampled predictions, and outcomes, of one model as events and puts them into the outbox.

    Args:
        identity: attributes of every event.
        outputs: how the model's outputs are named.
        segments: admits combinations of segment values.
        rate: share of predictions that travel, chosen by a hash of their id; 0 is none.
        outbox: takes the events.
        dropped: called with the number of rows that the outbox had no room for.
    """

    def __init__(
        self,
        identity: Mapping[str, str],
        outputs: Outputs,
        segments: Segments,
        *,
        rate: float,
        outbox: Outbox,
        dropped: Callable[[int], None],
    ) -> None:
        self._identity = dict(identity)
        self._shared = self._identity | ({} if rate >= 1 else {attributes.ML_PREDICTION_SAMPLE_RATE: rate})
        self._outputs = outputs
        self._segments = segments
        self._rate = rate
        self._outbox = outbox
        self._dropped = dropped

    def predicted(self, prediction_id: Any, call: Call, time_ns: int) -> None:
        """Note a call's predictions: one id, or one a row.

        Raises:
            ShapeError: not one id a row.
        """
        if self._rate <= 0 or call.error_type is not None:
            return
        rows = max(rows_of(call.prediction) or 0, rows_of(call.score) or 0)
        ids = row_ids(prediction_id, rows)
        if not any(sampled(one, self._rate) for one in ids):
            return
        values, scores = self._values(call, rows), self._scores(call, rows)
        step = min(ROWS_AN_EVENT, max(_SCORES_AN_EVENT // _width(scores), 1))
        for segment, at in self._parts(call.segments, rows):
            kept = [row for row in at if sampled(ids[row], self._rate)]
            for start in range(0, len(kept), step):
                part = kept[start : start + step]
                named = {
                    attributes.ML_PREDICTION_ID: [ids[row] for row in part],
                    attributes.ML_PREDICTION_VALUE: values and [values[row] for row in part],
                    attributes.ML_PREDICTION_SCORE: scores and [scores[row] for row in part],
                }
                self._put(events.ML_PREDICTION, time_ns, {**dict(segment), **self._shared}, named, len(part))

    def proved(self, prediction_id: Any, label: Any, value: Any, time_ns: int) -> None:
        """Note outcomes: one id, or one for each of several.

        Raises:
            ShapeError: not one outcome for each id.
        """
        ids = row_ids(prediction_id, rows_of(prediction_id) or 0)
        columns = {attributes.ML_OUTCOME_LABEL: label, attributes.ML_OUTCOME_VALUE: value}
        named: dict[str, list[Any] | None] = {attributes.ML_PREDICTION_ID: ids}
        for name, given in columns.items():
            if given is not None:
                column = as_column(given) if is_sequence(given) else [given]
                if len(column) != len(ids):
                    raise ShapeError(f"{len(column)} outcomes for {len(ids)} ids: pass one for each")
                named[name] = [_known(one, categorical=name == attributes.ML_OUTCOME_LABEL) for one in column]
        for start in range(0, len(ids), ROWS_AN_EVENT):
            part = {name: column and column[start : start + ROWS_AN_EVENT] for name, column in named.items()}
            rows = len(ids[start : start + ROWS_AN_EVENT])
            self._put(events.ML_OUTCOME, time_ns, self._identity, part, rows)

    def _put(
        self, name: str, time_ns: int, shared: Mapping[str, Any], columns: Mapping[str, list[Any] | None], rows: int
    ) -> None:
        own = {key: column[0] if rows == 1 else column for key, column in columns.items() if column}
        known = {key: value for key, value in own.items() if value is not None}
        if not self._outbox.put(Note(name, time_ns, {**shared, **known}, rows)):
            self._dropped(rows)

    def _parts(self, segments: Mapping[str, Any] | None, rows: int) -> Iterator[tuple[Segment, Sequence[int]]]:
        for segment, at in self._segments.rows(segments, rows) if segments else [((), None)]:
            yield segment, range(rows) if at is None else at.tolist()

    def _values(self, call: Call, rows: int) -> list[Any] | None:
        if call.prediction is None:
            return None
        fields = self._outputs.prediction_fields(call.prediction, rows, call.classes)
        return _column(*fields[0]) if len(fields) == 1 else None  # several outputs a row have no one outcome

    def _scores(self, call: Call, rows: int) -> list[Any] | None:
        if call.score is None:
            return None
        fields = self._outputs.score_fields(call.score, rows, call.classes)
        columns = {key.name.removeprefix(_CLASS_PREFIX): _column(key, column) for key, column in fields}
        if len(columns) == 1:
            return next(iter(columns.values()))
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def choose_rate(argument: float | None, environ: Mapping[str, str]) -> float:
    """The share of predictions that travel: the argument, the variable, else all. What is no share is said and ignored.

    >>> choose_rate(None, {"DRIFTLINE_PREDICTION_SAMPLE_RATE": "0.1"}), choose_rate(None, {})
    (0.1, 1.0)
    """
    given = environ.get(RATE_VARIABLE) if argument is None else argument
    if given is None or given == "":
        return 1.0
    try:
        rate = float(given)
    except ValueError:
        rate = math.nan
    if 0 <= rate <= 1:
        return rate
    _log.warning("a sample rate of %r is no share from 0 to 1: all predictions with an id travel", given)
    return 1.0


def row_ids(given: Any, rows: int) -> list[str]:
    """The ids of `rows` rows. Of one id for all the first row has it as it is, row n as `id.n`.

    Raises:
        ShapeError: several ids, but not one a row.

    >>> row_ids("r-1", 1), row_ids("r-1", 3), row_ids([7, 8], 2)
    (['r-1'], ['r-1', 'r-1.1', 'r-1.2'], ['7', '8'])
    """
    if is_sequence(given):
        ids = [str(plain(one)) for one in as_column(given)]
        if len(ids) != rows:
            raise ShapeError(f"{len(ids)} prediction ids for {rows} rows: pass one for all, or one a row")
        return ids
    return numbered(str(plain(given)), range(rows))


def _width(scores: list[Any] | None) -> int:
    """How many scores a row has."""
    return len(scores[0]) or 1 if scores and isinstance(scores[0], dict) else 1


def _column(key: FieldKey, column: Column) -> list[Any]:
    values = column.tolist() if isinstance(column, np.ndarray) else column
    return [_known(value, categorical=key.categorical) for value in values]


def _known(value: Any, *, categorical: bool) -> Any:
    """The value as an event carries it: category text, else a finite number or text; None for what is neither."""
    simple = plain(value)
    if categorical or isinstance(simple, bool):
        simple = text(simple)
    if isinstance(simple, Defect) or (isinstance(simple, float) and not math.isfinite(simple)):
        return None
    return simple if isinstance(simple, int | float | str) else None
