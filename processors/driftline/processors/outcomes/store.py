"""The store of the join: predictions that wait, outcomes that came, each kept once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, Select, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from driftline.processors.findings import Identity
from driftline.processors.outcomes import queries
from driftline.processors.outcomes.directory import Directory, Mask
from driftline.processors.outcomes.errors import OutcomesError
from driftline.processors.outcomes.index import Places
from driftline.processors.outcomes.matching import Key
from driftline.processors.outcomes.prints import Prints, columns, fingerprint, of_model
from driftline.processors.outcomes.records import Made, Predicted, Proved
from driftline.processors.outcomes.rows import Joined
from driftline.processors.outcomes.source_text import identity_of, source_text
from driftline.processors.outcomes.tables import FILE_NAME, SOURCES, open_engine


class Store:
    """Holds predictions by (id, source) and outcomes by (id, model). Not safe for threads: the caller holds a lock.

    Everything a call changes is one transaction, committed when it returns. Ids go with their fingerprints.

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
        self._directory = Directory()
        self._next = {"predictions": 1, "outcomes": 1}
        try:
            self._engine: Engine = open_engine(folder)
            self._read()
        except (SQLAlchemyError, OutcomesError) as error:
            where = "memory" if folder is None else folder / FILE_NAME
            raise OutcomesError(
                f"cannot keep outcomes in {where} ({error}): another processor may have it open, else move it away"
            ) from error

    @property
    def predictions(self) -> int:
        """How many are held."""
        return len(self._directory.predictions)

    @property
    def outcomes(self) -> int:
        """How many are held."""
        return len(self._directory.outcomes)

    @property
    def orphans(self) -> int:
        """How many outcomes are of no prediction that is held."""
        return self._directory.waiting

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
                made = connection.execute(insert(SOURCES), {"identity": source_text(identity), "rate": rate})
                number = int(made.inserted_primary_key[0])  # type: ignore[index]  # a table with one key gives it back
            else:
                connection.execute(update(SOURCES).where(SOURCES.c.number == number), {"rate": rate})
        self._know(number, identity, rate)
        return number

    def rate_of(self, model: str) -> float:
        """The largest share of a model's predictions that travels; of no model, of any. 1 where none is known."""
        return self._largest.get(model, 1.0)

    def made(self, prints: Mapping[str, bytes]) -> dict[str, list[Made]]:
        """The predictions held of each id."""
        ids, held = list(prints), self._directory.predictions
        asked, places = held.find(columns(prints.values()))
        found: dict[str, list[Made]] = {}
        rows = zip(*(each.tolist() for each in (asked, held["source"][places], held["time_ns"][places])), strict=True)
        for at, source, time_ns in rows:
            found.setdefault(ids[at], []).append(Made(source, time_ns))
        return found

    def held(self, prints: Mapping[str, bytes]) -> tuple[dict[Key, Proved], dict[Key, int]]:
        """The outcomes held of each id and the numbers of their rows, by (id, model)."""
        _, places = self._directory.outcomes.find(columns(prints.values()))
        if not len(places):
            return {}, {}
        with self._transaction() as connection:
            rows = connection.execute(queries.HELD, _numbered(self._directory.outcomes["number"][places])).all()
        keys = [(row.id, row.model) for row in rows]
        return (
            {key: Proved(*row[:-1]) for key, row in zip(keys, rows, strict=True)},
            {key: row.number for key, row in zip(keys, rows, strict=True)},
        )

    def alone(self, told: Prints) -> Mask:
        """Which outcomes have an id of their own, of which no outcome is held."""
        _, at, times = np.unique(told.high, return_inverse=True, return_counts=True)
        alone: Mask = times[at] == 1
        asked, _ = self._directory.outcomes.find(told)
        alone[asked] = False
        return alone

    def predicted(self, told: Prints, models: Sequence[str]) -> tuple[Places, NDArray[np.int64], Mask]:
        """Every prediction with an id that is told: at which position of `told`, its (source, time), and whether an
        outcome is of it that names such a model, or none.
        """
        held = self._directory.predictions
        asked, places = held.find(told)
        theirs = self._directory.is_of(_of_models(models)[asked], places)
        return asked, np.column_stack((held["source"][places], held["time_ns"][places])), theirs

    def predict(self, rows: Sequence[tuple[int, Predicted]], prints: Mapping[str, bytes]) -> None:
        """Keep predictions, none of which is held, each with its source."""
        if not rows:
            return
        numbers = self._numbers("predictions", len(rows))
        told = [_row(number, source, one) for number, (source, one) in zip(numbers, rows, strict=True)]
        with self._transaction() as connection:
            connection.exec_driver_sql(queries.PREDICT, told)
        self._directory.predict(
            columns(prints[one.id] for _, one in rows),
            np.array(numbers),
            np.array([source for source, _ in rows]),
            np.array([one.time_ns for _, one in rows]),
        )

    def prove(
        self,
        added: Sequence[Proved],
        changed: Sequence[tuple[Proved, int]],
        prints: Mapping[str, bytes],
        now_ns: int,
    ) -> None:
        """Keep outcomes, and put others in the place of the rows with a number."""
        given = self._numbers("outcomes", len(added))
        new = [
            (number, one.id, one.model, one.value, one.numeric, one.time_ns, now_ns)
            for number, one in zip(given, added, strict=True)
        ]
        other = [(one.value, one.numeric, one.time_ns, number) for one, number in changed]
        with self._transaction() as connection:
            if new:
                connection.exec_driver_sql(queries.PROVE, new)
            if other:
                connection.exec_driver_sql(queries.CORRECT, other)
        self._directory.prove(
            columns(prints[one.id] for one in added),
            np.array(given, dtype=np.int64),
            _of_models([one.model for one in added]),
            np.full(len(added), now_ns),
        )

    def joined(self, sources: Sequence[int], start_ns: int, end_ns: int) -> Places:
        """Numbers of the sources' predictions made in [start, end) that have an outcome: source by source, in the order
        of their times.
        """
        return self._directory.between(sources, start_ns, end_ns)

    def rows(self, numbers: Places) -> Joined:
        """Predictions by number beside their outcomes; those that were forgotten meanwhile are left out."""
        linked = self._directory.linked(numbers)
        if not len(linked.predictions):
            return Joined()
        with self._transaction() as connection:
            ids, values, scores, by_class = _in_order(connection, queries.MADE, linked.predictions)
            outcomes, numeric, known_ns = _in_order(connection, queries.KNOWN, linked.outcomes)
        times_ns = linked.times_ns.tolist()
        ages_ns = [known - made for known, made in zip(known_ns, times_ns, strict=True)]
        return Joined(ids, values, scores, by_class, outcomes, any(numeric), times_ns, ages_ns)

    def counts(self, lengths_ns: Mapping[int, int]) -> list[tuple[int, int, int, int]]:
        """(source, start, predictions, those with an outcome) of each cohort, whose length is given for each source."""
        return self._directory.counts(lengths_ns)

    def old(self, before_ns: Mapping[int, int]) -> int:
        """How many predictions were made before the time given for their source."""
        return int(self._directory.old(before_ns).sum())

    def forget(self, before_ns: Mapping[int, int]) -> int:
        """Drop predictions made before the time given for their source, and outcomes that are of no other; how many
        predictions.
        """
        gone, ended = self._directory.ended(before_ns)
        self._forget(gone, ended)
        return int(gone.sum())

    def forget_orphans(self, received_before_ns: int) -> int:
        """Drop orphans that came before; how many."""
        expired = self._directory.expired(received_before_ns)
        self._forget(None, expired)
        return int(expired.sum())

    def orphan_age(self, oldest: int) -> int:
        """When the last of the `oldest` orphans came."""
        return self._directory.waiting_since(oldest)

    def _forget(self, predictions: Mask | None, outcomes: Mask) -> None:
        directory = self._directory
        with self._transaction() as connection:
            if predictions is not None and predictions.any():
                connection.execute(queries.FORGET, _numbered(directory.predictions["number"][predictions]))
            if outcomes.any():
                connection.execute(queries.FORGET_OUTCOMES, _numbered(directory.outcomes["number"][outcomes]))
        directory.forget(predictions, outcomes)

    def _read(self) -> None:
        with self._transaction() as connection:
            for number, identity, rate in connection.execute(select(SOURCES)):
                self._know(number, identity_of(identity), rate)
            for numbers, ids, sources, times_ns in _columns(connection, queries.PREDICTIONS_HELD):
                prints = columns(map(fingerprint, ids))
                self._directory.predict(prints, np.array(numbers), np.array(sources), np.array(times_ns))
                self._next["predictions"] = numbers[-1] + 1
            for numbers, ids, models, received_ns in _columns(connection, queries.OUTCOMES_HELD):
                prints = columns(map(fingerprint, ids))
                self._directory.prove(prints, np.array(numbers), _of_models(models), np.array(received_ns))
                self._next["outcomes"] = numbers[-1] + 1

    def _numbers(self, table: str, needed: int) -> range:
        """Numbers for new rows. Those of rows that could not be written are not given again."""
        first = self._next[table]
        self._next[table] += needed
        return range(first, first + needed)

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
        self._directory.know(number, identity.model)


def _numbered(numbers: Places) -> dict[str, str]:
    return {"numbers": json.dumps(numbers.tolist())}


def _in_order(connection: Connection, statement: Select[Any], numbers: Places) -> list[list[Any]]:
    """The columns of rows by number, in the order of `numbers`. The statement gives them in that of their numbers."""
    ascending, at = np.unique(numbers, return_inverse=True)
    rows = connection.execute(statement, _numbered(ascending)).all()
    return [np.array(column, dtype=object)[at].tolist() for column in zip(*rows, strict=True)]


def _columns(connection: Connection, statement: Select[Any]) -> Iterator[tuple[Any, ...]]:
    """The result of a statement as columns, some ten thousand rows at a time."""
    result = connection.execute(statement)
    while rows := result.fetchmany(20_000):
        yield tuple(zip(*rows, strict=True))


def _of_models(names: Sequence[str]) -> NDArray[np.uint64]:
    known = {name: of_model(name) for name in set(names)}
    return np.array([known[name] for name in names], dtype=np.uint64)


def _row(number: int, source: int, one: Predicted) -> tuple[Any, ...]:
    if one.score is None or isinstance(one.score, float):
        return number, one.id, source, one.time_ns, one.value, one.score, None
    return number, one.id, source, one.time_ns, one.value, None, json.dumps(one.score)
