"""The store of the join: predictions that wait, outcomes that came, each kept once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from driftline.processors.findings import Identity
from driftline.processors.outcomes import queries
from driftline.processors.outcomes.errors import OutcomesError
from driftline.processors.outcomes.records import Held, Made, Predicted, Row
from driftline.processors.outcomes.tables import FILE_NAME, OUTCOMES, PREDICTIONS, SOURCES, open_engine


class Store:
    """Holds predictions by (id, source) and outcomes by (id, model). Not safe for threads: the caller holds a lock.

    Everything a call changes is one transaction, committed when it returns.

    Args:
        folder: where the file is; None keeps everything in memory.

    Raises:
        OutcomesError: the file cannot be used; from every method, where it cannot be read or written.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.sources: dict[int, Identity] = {}
        self.rates: dict[int, float] = {}
        self.models: dict[int, str] = {}
        self._largest: dict[str, float] = {}
        self.numbers: dict[Identity, int] = {}
        try:
            self._engine: Engine = open_engine(folder)
            self._read()
        except (SQLAlchemyError, OutcomesError) as error:
            where = "memory" if folder is None else folder / FILE_NAME
            raise OutcomesError(
                f"cannot keep outcomes in {where} ({error}): another processor may have it open, else move it away"
            ) from error

    def _read(self) -> None:
        with self._transaction() as connection:
            for number, identity, rate in connection.execute(select(SOURCES)):
                self._know(number, _identity(identity), rate)
            self.predictions = _count(connection, PREDICTIONS)
            self.outcomes = _count(connection, OUTCOMES)
            self.orphans = connection.scalar(queries.ORPHANS) or 0

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def source(self, identity: Identity, rate: float) -> int:
        """The number of an identity with its segment. Its rate is the largest it was ever told with."""
        number = self.numbers.get(identity)
        if number is not None and rate <= self.rates[number]:
            return number
        with self._transaction() as connection:
            if number is None:
                made = connection.execute(insert(SOURCES), {"identity": _text(identity), "rate": rate})
                number = int(made.inserted_primary_key[0])  # type: ignore[index]  # a table with one key gives it back
            else:
                connection.execute(update(SOURCES).where(SOURCES.c.number == number), {"rate": rate})
        self._know(number, identity, rate)
        return number

    def rate_of(self, model: str) -> float:
        """The largest share of a model's predictions that travels; of no model, of any. 1 where none is known."""
        return self._largest.get(model, 1.0)

    def made(self, ids: Iterable[str]) -> dict[str, list[Made]]:
        """The predictions held of each id."""
        found: dict[str, list[Made]] = defaultdict(list)
        with self._transaction() as connection:
            for key, source, time_ns in connection.execute(queries.MADE, {"ids": json.dumps(list(ids))}).all():
                found[key].append(Made(source, time_ns))
        return found

    def held(self, ids: Iterable[str]) -> dict[tuple[str, str], Held]:
        """The outcomes held of each id, by (id, model)."""
        with self._transaction() as connection:
            rows = connection.execute(queries.HELD, {"ids": json.dumps(list(ids))})
            return {(key, model): Held(*rest) for key, model, *rest in rows.all()}

    def predict(self, rows: Sequence[tuple[int, Predicted]], adopted: Iterable[tuple[str, str]]) -> None:
        """Keep predictions, none of which is held, each with its source; `adopted` outcomes are orphans no more."""
        if not rows:
            return
        with self._transaction() as connection:
            connection.exec_driver_sql(queries.PREDICT, [_row(source, one) for source, one in rows])
            keys = list(adopted)
            if keys:
                connection.exec_driver_sql(queries.ADOPT, keys)
        self.orphans -= len(keys)
        self.predictions += len(rows)

    def prove(self, outcomes: Mapping[tuple[str, str], Held], replaced: Mapping[tuple[str, str], Held]) -> None:
        """Keep outcomes by (id, model), in place of the `replaced` ones."""
        if not outcomes:
            return
        with self._transaction() as connection:
            connection.exec_driver_sql(queries.PROVE, [(*key, *held) for key, held in outcomes.items()])
        self.outcomes += len(outcomes) - len(replaced)
        self.orphans += sum(held.orphan for held in outcomes.values())
        self.orphans -= sum(held.orphan for held in replaced.values())

    def page(self, source: int, start_ns: int, end_ns: int, after: tuple[int, str]) -> list[Row]:
        """Up to `queries.PAGE` joined predictions of a source made in [start, end), after one by (time, id)."""
        named = {
            "source": source,
            "model": self.sources[source].model,
            "start": start_ns,
            "end": end_ns,
            "after": after[0],
            "after_id": after[1],
        }
        with self._transaction() as connection:
            return [Row(*row) for row in connection.execute(queries.PAGE_OF, named).all()]

    def counts(self, source: int, length_ns: int) -> Iterator[tuple[int, int, int]]:
        """(start, predictions, those with an outcome) of each cohort of a source."""
        named = {"source": source, "model": self.sources[source].model, "length": length_ns}
        with self._transaction() as connection:
            for cohort, predictions, outcomes in connection.execute(queries.COUNTS, named):
                yield cohort * length_ns, predictions, outcomes

    def forget(self, source: int, before_ns: int) -> int:
        """Drop a source's predictions made before, and outcomes that no other waits for; how many predictions."""
        named = {"source": source, "before": before_ns}
        with self._transaction() as connection:
            ended = connection.execute(queries.FORGET_OUTCOMES, named).rowcount
            dropped = connection.execute(queries.FORGET, named).rowcount
        self.outcomes -= ended
        self.predictions -= dropped
        return dropped

    def forget_orphans(self, received_before_ns: int) -> int:
        """Drop orphans that came before; how many."""
        with self._transaction() as connection:
            dropped = connection.execute(queries.FORGET_ORPHANS, {"before": received_before_ns}).rowcount
        self.outcomes -= dropped
        self.orphans -= dropped
        return dropped

    def orphan_age(self, oldest: int) -> int:
        """When the last of the `oldest` orphans came."""
        with self._transaction() as connection:
            return connection.scalar(queries.OLDEST_ORPHAN, {"oldest": oldest - 1}) or 0

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Within the block either everything is written or nothing."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise OutcomesError(f"the store of outcomes: {error}; send it again later") from error

    def _know(self, number: int, identity: Identity, rate: float) -> None:
        self.sources[number] = identity
        self.rates[number] = rate
        self.models[number] = identity.model
        for model in (identity.model, ""):
            self._largest[model] = max(self._largest.get(model, 0.0), rate)
        self.numbers[identity] = number


def _count(connection: Any, table: Any) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _row(source: int, one: Predicted) -> tuple[Any, ...]:
    if one.score is None or isinstance(one.score, float):
        return one.id, source, one.time_ns, one.value, one.score, None
    return one.id, source, one.time_ns, one.value, None, json.dumps(one.score)


def _text(identity: Identity) -> str:
    return json.dumps(
        [identity.model, identity.version, identity.variant, identity.environment, identity.segment],
        separators=(",", ":"),
    )


def _identity(text: str) -> Identity:
    model, version, variant, environment, segment = json.loads(text)
    return Identity(model, version, variant, environment, tuple((name, value) for name, value in segment))
