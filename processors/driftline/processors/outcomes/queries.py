"""What the join asks of its tables. Parameters are named as in the statements; lists of numbers are one JSON text."""

from __future__ import annotations

from sqlalchemy import ClauseElement, ColumnElement, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import dialect, insert

from driftline.processors.outcomes.tables import OUTCOMES, PREDICTIONS


def _among(column: ColumnElement[int]) -> ColumnElement[bool]:
    """`column` is in the JSON list `numbers`: one statement and one parameter whatever their number."""
    given = func.json_each(bindparam("numbers")).table_valued("value")
    return column.in_(select(given.c.value))


def _text(statement: ClauseElement) -> str:
    """A statement as SQLite takes it."""
    return str(statement.compile(dialect=dialect()))


_made, _held = PREDICTIONS.c, OUTCOMES.c

PREDICT = _text(insert(PREDICTIONS))
PROVE = _text(insert(OUTCOMES))
CORRECT = _text(
    update(OUTCOMES)
    .where(_held.number == bindparam("of"))
    .values({name: bindparam(name) for name in ("value", "numeric", "time_ns")})
)
"""Of each a row is a tuple in the order of its parameters: by name they cost more than the write itself."""

PREDICTIONS_HELD = select(_made.number, _made.id, _made.source, _made.time_ns).order_by(_made.number)
OUTCOMES_HELD = select(_held.number, _held.id, _held.model, _held.received_ns).order_by(_held.number)

MADE = select(_made.id, _made.value, _made.score, _made.scores).where(_among(_made.number)).order_by(_made.number)
KNOWN = select(_held.value, _held.numeric, _held.time_ns).where(_among(_held.number)).order_by(_held.number)
HELD = select(_held.id, _held.value, _held.time_ns, _held.model, _held.numeric, _held.number).where(
    _among(_held.number)
)
FORGET = delete(PREDICTIONS).where(_among(_made.number))
FORGET_OUTCOMES = delete(OUTCOMES).where(_among(_held.number))
