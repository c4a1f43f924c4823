"""Taking predictions and outcomes: each meets what is held, is stored, and counts in its cohorts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from driftline.processors.outcomes.census import Census
from driftline.processors.outcomes.cohorts import Cohorts
from driftline.processors.outcomes.fresh import fresh
from driftline.processors.outcomes.matching import Batch
from driftline.processors.outcomes.prints import printed
from driftline.processors.outcomes.records import Made, Predicted, Proved, Result
from driftline.semconv import OTHER_CATEGORY
from driftline.semconv.sampling import sampled

if TYPE_CHECKING:
    from driftline.processors.outcomes.store import Store

MOST_SOURCES: Final = 5_000
"""Identities and combinations of segment values; beyond, segments count under `_OTHER`, and new models are refused."""
_Starts = Counter[tuple[int, int]]
"""Predictions by source and start of their cohort."""


class Taking:
    """One batch after the other. The caller holds a lock.

    Args:
        store: keeps what is taken.
        census: counts it.
    """

    def __init__(self, store: Store, census: Census) -> None:
        self._store = store
        self._census = census

    def predict(self, records: Sequence[Predicted], room: int, now_ns: int) -> tuple[Counter[str], Counter[Result]]:
        """Keep predictions, `room` at most; what became of them, and of the outcomes that waited for them."""
        batch = self._batch(one.id for one in records)
        done = Counter([self._admit(batch, record, room, now_ns) for record in records])
        first = self._starts(batch.first)
        late = self._late(first, now_ns)
        self._store.predict(batch.added, batch.prints)
        self._tally(Cohorts.predicted, self._starts([Made(source, one.time_ns) for source, one in batch.added]))
        self._tally(Cohorts.proved, first)
        return done, +Counter({Result.LATE: late, Result.JOINED: len(batch.first) - late})

    def prove(self, records: Sequence[Proved], now_ns: int) -> Counter[Result]:
        """Keep outcomes; what became of them."""
        usable = [one for one in records if one.usable(now_ns)]
        prints = printed(one.id for one in usable)
        some = fresh(self._store, usable, prints)
        batch = self._batch(one.id for one in some.others)
        done = some.results + Counter([self._compare(batch, record) for record in some.others])
        first = self._starts(batch.first) + self._starts(some.first)
        late = self._late(first, now_ns)
        added, changed = batch.parted()
        self._store.prove([*some.kept, *added], changed, prints, now_ns)
        self._tally(Cohorts.proved, first)
        self._tally(Cohorts.corrected, self._starts(batch.corrected))
        done.update({Result.LATE: late, Result.JOINED: -late, Result.REFUSED: len(records) - len(usable)})
        return Counter({result: done[result] for result in Result if done[result]})

    def _batch(self, ids: Iterable[str]) -> Batch:
        prints = printed(ids)
        return Batch(prints, *self._store.held(prints), self._store.made(prints), self._store.models)

    def _admit(self, batch: Batch, record: Predicted, room: int, now_ns: int) -> str:
        """What becomes of a prediction."""
        number = self._source(record)
        if number is None or not record.usable(now_ns):
            return "refused"
        if batch.is_held(number, record):
            return "duplicate"
        if self._cohorts(number)[0].is_past(record.time_ns, now_ns):
            return "expired"
        if len(batch.added) >= room:
            return "refused"
        batch.predict(number, record)
        return "accepted"

    def _compare(self, batch: Batch, record: Proved) -> Result:
        """What becomes of an outcome; whether one that is joined is late shows later."""
        if record.id not in batch.made and not sampled(record.id, self._store.rate_of(record.model)):
            return Result.UNSAMPLED
        return batch.prove(record)

    def _source(self, record: Predicted) -> int | None:
        """The number of the prediction's source; None where there is no place for one more model."""
        store = self._store
        if record.identity in store.numbers or len(store.numbers) < MOST_SOURCES:
            return store.source(record.identity, record.rate)
        other = replace(record.identity, segment=tuple((name, OTHER_CATEGORY) for name, _ in record.identity.segment))
        return store.source(other, record.rate) if other in store.numbers else None

    def _cohorts(self, source: int) -> tuple[Cohorts, ...]:
        return self._census.of(source, self._store.sources[source])

    def _starts(self, made: Collection[Made] | NDArray[np.int64]) -> _Starts:
        """Predictions, each its source and time, by their cohort."""
        table = np.array(made if isinstance(made, np.ndarray) else list(made), dtype=np.int64).reshape(-1, 2)
        sources, at = np.unique(table[:, 0], return_inverse=True)
        lengths = np.array([self._cohorts(source)[0].wanted.cohort for source in sources.tolist()], dtype=np.int64)
        starts = table[:, 1] - table[:, 1] % lengths[at]
        return Counter(zip(table[:, 0].tolist(), starts.tolist(), strict=True))

    def _late(self, first: _Starts, now_ns: int) -> int:
        """How many of these predictions belong to cohorts that are final already."""
        return sum(
            number
            for (source, start_ns), number in first.items()
            if self._cohorts(source)[0].is_final(start_ns, now_ns)
        )

    def _tally(self, count: Callable[[Cohorts, int, int], None], starts: _Starts) -> None:
        """Count what a batch changed, once it is stored."""
        for (source, start_ns), number in starts.items():
            for cohorts in self._cohorts(source):
                count(cohorts, start_ns, number)
