"""What the join asks of its tables. Parameters are named as in the statements; lists of ids are one JSON text."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ClauseElement,
    ColumnElement,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.sqlite import dialect, insert

from driftline.processors.outcomes.tables import OUTCOMES, PREDICTIONS

PAGE: Final = 20_000
"""Rows read at once: what receives never waits longer for a reader than this takes, some 50 ms."""


def _ids(column: ColumnElement[str]) -> ColumnElement[bool]:
    """`column` is among the JSON list `ids`: one statement and one parameter whatever the number of ids."""
    given = func.json_each(bindparam("ids")).table_valued("value")
    return column.in_(select(given.c.value))


def _text(statement: ClauseElement) -> str:
    """A statement as SQLite takes it."""
    return str(statement.compile(dialect=dialect()))


_made, _held = PREDICTIONS.c, OUTCOMES.c

MADE = select(_made.id, _made.source, _made.time_ns).where(_ids(_made.id))
HELD = select(_held.id, _held.model, _held.value, _held.numeric, _held.time_ns, _held.received_ns, _held.orphan).where(
    _ids(_held.id)
)

_new = insert(OUTCOMES)
_changing = {name: _new.excluded[name] for name in ("value", "numeric", "time_ns", "received_ns", "orphan")}
_at = _held.id == bindparam("of_id"), _held.model == bindparam("of_model")

PREDICT = _text(insert(PREDICTIONS))
PROVE = _text(_new.on_conflict_do_update(index_elements=["id", "model"], set_=_changing))
ADOPT = _text(update(OUTCOMES).where(*_at).values(orphan=literal_column("0")))
"""Of each a row is a tuple in the order of its columns: parameters by name cost more than the write itself."""

_own, _any = OUTCOMES.alias("own"), OUTCOMES.alias("of_any")
_joined = PREDICTIONS.outerjoin(_own, (_own.c.id == _made.id) & (_own.c.model == bindparam("model"))).outerjoin(
    _any, (_any.c.id == _made.id) & (_any.c.model == "")
)


def _known(name: str) -> ColumnElement[Any]:
    """A column of a prediction's outcome: that of its own model goes before one that named no model."""
    return func.coalesce(_own.c[name], _any.c[name])


PAGE_OF = (
    select(
        _made.time_ns,
        _made.id,
        _made.value,
        _made.score,
        _made.scores,
        _known("value"),
        _known("numeric"),
        _known("time_ns"),
    )
    .select_from(_joined)
    .where(
        _made.source == bindparam("source"),
        _made.time_ns >= bindparam("start"),
        _made.time_ns < bindparam("end"),
        tuple_(_made.time_ns, _made.id) > tuple_(bindparam("after", type_=BigInteger), bindparam("after_id")),
        _known("value").is_not(None),
    )
    .order_by(_made.time_ns, _made.id)
    .limit(PAGE)
)

_cohort = _made.time_ns.op("/")(bindparam("length", type_=BigInteger))
COUNTS = (
    select(_cohort, func.count(), func.count(_known("value")))
    .select_from(_joined)
    .where(_made.source == bindparam("source"))
    .group_by(literal_column("1"))  # the cohort
)

_ended = (_made.source == bindparam("source")) & (_made.time_ns < bindparam("before"))
_other = PREDICTIONS.alias("other")
FORGET_OUTCOMES = delete(OUTCOMES).where(
    _held.orphan.is_(False),  # one of another model may still wait for its prediction
    _held.id.in_(select(_made.id).where(_ended)),
    ~exists().where(
        (_other.c.id == _held.id)
        & ~((_other.c.source == bindparam("source")) & (_other.c.time_ns < bindparam("before")))
    ),
)
FORGET = delete(PREDICTIONS).where(_ended)
FORGET_ORPHANS = delete(OUTCOMES).where(_held.orphan, _held.received_ns < bindparam("before"))
OLDEST_ORPHAN = (
    select(_held.received_ns).where(_held.orphan).order_by(_held.received_ns).offset(bindparam("oldest")).limit(1)
)
ORPHANS = select(func.count()).select_from(OUTCOMES).where(_held.orphan)
