"""What proved true in a history: cohorts of its predictions, provisional and then final, as the join of `run` has them.

The rows of a table hold prediction and outcome side by side, so nothing is joined by an id; the cohorts, when they are
final, their figures and verdicts are those of `outcomes`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from driftline.processors.estimation import ScoreModel
from driftline.processors.findings import Identity, Performance
from driftline.processors.monitor import Monitor
from driftline.processors.outcomes.census import Census
from driftline.processors.outcomes.cohorts import Cohorts
from driftline.processors.outcomes.performances import Performances
from driftline.processors.outcomes.rows import Joined
from driftline.processors.pipeline.estimate_errors import EstimateErrors
from driftline.processors.replay.answers import Answered, texts
from driftline.processors.tables.times import UNKNOWN

SECONDS_A_ROW = 0.003
"""What measuring is said to take, a thousand times what it does: a large cohort waits twenty times as long, in the
history's time, until it is measured again. Days pass in no time here: else most of it went into what grew by a row."""


@dataclass(slots=True)
class _Stretch:
    """The predictions of one source in one cohort; `coming`, (n,), is when outcomes will be known, ascending."""

    rows: list[Answered] = field(default_factory=list)
    coming: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def take(self, rows: Answered) -> None:
        """Take more of them."""
        self.rows.append(rows)
        self.coming = np.sort(np.concatenate([self.coming, rows.known_ns[rows.known_ns != UNKNOWN]]))

    def known(self, now_ns: int) -> int:
        """How many outcomes became known since the last time this was asked."""
        count = int(np.searchsorted(self.coming, now_ns, side="right"))
        self.coming = self.coming[count:]
        return count


class Proof:
    """Follows what becomes of predictions. Nothing is said of a model before its first outcome.

    Args:
        monitor_of: the monitor of an identity.
        score_of: what the reference of an identity knows of its score.
    """

    def __init__(
        self, monitor_of: Callable[[Identity], Monitor], score_of: Callable[[Identity], ScoreModel | None]
    ) -> None:
        self._census = Census(monitor_of)
        self._performances = Performances(self._joined, timer=lambda: self._work)  # a stopwatch would differ each time
        self._work = 0.0
        self._estimates = EstimateErrors(self._joined, score_of)
        self._sources: dict[Identity, dict[int, _Stretch]] = {}
        self._numbers: list[Identity] = []
        self._now_ns = 0

    def take(self, source: Identity, answered: Answered) -> None:
        """Take predictions of a source: an identity with every attribute that a segment of its monitor names."""
        if source not in self._sources:
            self._sources[source] = {}
            self._numbers.append(source)
        rows = answered.rows(answered.usable)
        cohorts = self._cohorts(source)
        starts = rows.made_ns - rows.made_ns % cohorts[0].wanted.cohort
        for start in np.unique(starts).tolist():
            part = rows.rows(starts == start)
            self._sources[source].setdefault(start, _Stretch()).take(part)
            for each in cohorts:
                each.predicted(start, len(part.made_ns))

    def look(self, now_ns: int, *, last: bool = False) -> list[Performance]:
        """The newest provisional cohort of every identity, and every final one that is kept; outcomes that are known
        by now count. A large one may be as it was at a look before, but for the `last`.
        """
        self._now_ns = now_ns
        if last:
            self._performances.clear()
        for source, start, stretch in self._stretches():
            known = stretch.known(now_ns)
            for each in self._cohorts(source) if known else ():
                each.proved(start, known)
        self._forget(now_ns)
        newest = self._performances.newest(self._census, now_ns)
        final = self._performances.settled(self._census, lambda _: True, now_ns)
        found = self._performances.of([*newest, *final], now_ns)
        return self._estimates.beside(sorted(found, key=lambda each: each.window.start_ns))

    def panes(self, step_ns: int, before_ns: int) -> list[int]:
        """Ends of the panes, ascending and before a time, in which outcomes come that no look has counted."""
        coming = [stretch.coming[: np.searchsorted(stretch.coming, before_ns)] for *_, stretch in self._stretches()]
        times = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *coming]) // step_ns)
        ends = ((times + 1) * step_ns).tolist()
        return [end for end in ends if end < before_ns]

    @property
    def end_ns(self) -> int:
        """The end of the last cohort, or of what comes of it; 0 without any."""
        ends = [start + self._cohorts(source)[0].wanted.cohort for source, start, _ in self._stretches()]
        coming = [int(stretch.coming[-1]) + 1 for *_, stretch in self._stretches() if len(stretch.coming)]
        return max([*ends, *coming], default=0)

    @property
    def unsettled(self) -> int:
        """Cohorts of the whole traffic that have outcomes and were not final at the last look."""
        whole = [cohorts for identity, cohorts in self._census if not identity.segment]
        open_ = (one for each in whole for start, one in each if not each.is_final(start, self._now_ns))
        return sum(bool(one.outcomes) for one in open_)

    def _forget(self, now_ns: int) -> None:
        """Let go of what is older than the monitor keeps."""
        for source, held in self._sources.items():
            cohorts = self._cohorts(source)
            oldest = cohorts[0].start_of(max(now_ns - cohorts[0].wanted.keep, 0))
            for start in [start for start in held if start < oldest]:
                del held[start]
            for each in cohorts:
                each.forget_before(oldest)

    def _joined(self, identity: Identity, start_ns: int, end_ns: int) -> Joined:
        """The predictions of an identity made in [start, end) whose outcome is known by now."""
        found = Joined()
        for number in self._census.sources(identity):
            held = self._sources[self._numbers[number]]
            for start in sorted(start for start in held if start_ns <= start < end_ns):
                for rows in held[start].rows:
                    _add(found, rows.rows((rows.known_ns != UNKNOWN) & (rows.known_ns <= self._now_ns)))
        self._work += len(found) * SECONDS_A_ROW
        return found

    def _stretches(self) -> Iterator[tuple[Identity, int, _Stretch]]:
        for source, held in self._sources.items():
            for start, stretch in held.items():
                yield source, start, stretch

    def _cohorts(self, source: Identity) -> tuple[Cohorts, ...]:
        return self._census.of(self._numbers.index(source), source)


def _add(joined: Joined, rows: Answered) -> None:
    count = len(rows.made_ns)
    joined.ids += [str(len(joined) + row) for row in range(count)]
    joined.values += texts(rows.values, count)
    joined.outcomes += [each or "" for each in texts(rows.outcomes, count)]
    joined.numeric = joined.numeric or rows.outcomes.dtype != object
    joined.times_ns += rows.made_ns.tolist()
    joined.ages_ns += (rows.known_ns - rows.made_ns).tolist()
    single = rows.classes == ("",)
    joined.scores += _numbers(rows.scores[:, 0]) if single else [None] * count
    many = len(rows.classes) > 1
    joined.by_class += [_by_class(rows.classes, each) for each in rows.scores.tolist()] if many else [None] * count


def _numbers(column: NDArray[np.float64]) -> list[float | None]:
    return [None if each != each else each for each in column.tolist()]  # noqa: PLR0124  # NaN


def _by_class(classes: tuple[str, ...], scores: list[float]) -> str:
    return json.dumps({name: score for name, score in zip(classes, scores, strict=True) if score == score})  # noqa: PLR0124
