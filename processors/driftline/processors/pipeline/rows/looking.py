"""Looks at rows: slower than those at fields, and never while points are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any, Final

import numpy as np

from driftline.processors.detectors.rows import RowJudge, RowVerdict
from driftline.processors.findings import Finding, Identity, Performance
from driftline.processors.monitor import Monitor, MonitorSet
from driftline.processors.monitor.rows import Rows
from driftline.processors.observations import SampledRows
from driftline.processors.pipeline.routing import identity_of
from driftline.processors.pipeline.rows.beside import RowsBeside
from driftline.processors.pipeline.rows.finding import found, learning, muted
from driftline.processors.pipeline.rows.keeping import restored, saved
from driftline.processors.pipeline.rows.losses import PREDICTED, RowLosses, features
from driftline.processors.pipeline.rows.past import PastEstimates
from driftline.processors.pipeline.rows.subject import Key, KnownRows, RowSubject, crowded, key_of
from driftline.processors.windows.reservoir import Reservoir
from driftline.processors.windows.row_sample import RowSample
from driftline.semconv import ReferenceKind, attributes

MOST_MODELS: Final = 256
_PATIENCE: Final = 3
Hushed = Callable[[Identity, Monitor, int], str | None]
Drifting = Callable[[Identity], Sequence[str]]


class RowLooks:
    """Keeps rows, and judges them. Every method may be called from every thread.

    Args:
        monitors: the monitors in force.
        hushed: why an identity is neither judged nor learned from at a moment; None where it is.
        seed: of the sampling and of the null.
        drifting: features of an identity that drift by themselves; they put an estimate in doubt.

    Raises:
        MissingExtraError: a monitor asks for the classifier, and scikit-learn is not installed.
    """

    def __init__(
        self, monitors: MonitorSet, hushed: Hushed, seed: int = 0, *, drifting: Drifting = lambda _: ()
    ) -> None:
        self._lock = Lock()  # guards all below
        self._looking = Lock()  # one look at a time; taken before the other
        self._hushed = hushed
        self._seed = seed
        self._random = np.random.default_rng(seed)
        self._subjects: dict[Identity, RowSubject] = {}
        self._learning: dict[Key, Reservoir] = {}
        self._learned: dict[Key, KnownRows] = {}
        self._beside = RowsBeside()
        self._losses = RowLosses(drifting)
        self._past = PastEstimates(MOST_MODELS)
        self._blocks = 0
        self.configure(monitors)

    @property
    def wanted(self) -> bool:
        """Whether a monitor, or the defaults, ask for rows."""
        return bool(self._judges)

    def configure(self, monitors: MonitorSet) -> None:
        """Put other monitors in force; raises as the constructor does, changing nothing."""
        specs = [monitors.defaults, *(monitor.spec for monitor in monitors)]
        asked = {spec.rows.statistics for spec in specs if spec.rows is not None}
        judges = {statistics: RowJudge(statistics, self._seed) for statistics in asked}
        with self._lock:
            self._monitors, self._judges = monitors, judges
            known, self._subjects = self._subjects, {}
            for identity, subject in known.items():
                if (monitor := self._monitor(identity)) is not None:
                    self._subjects[identity] = replace(subject, monitor=monitor)

    def fold(self, arrived: Sequence[SampledRows], now_ns: int) -> None:
        """Keep some of these rows. Those of a model that nobody compares, or that names none, are let go."""
        with self._lock:
            for rows in arrived:
                identity = identity_of(rows.named.get(attributes.ML_MODEL_NAME, ""), rows.named)
                monitor = self._monitor(identity) if identity.model else None
                if monitor is not None and self._hushed(identity, monitor, now_ns) is None:
                    self._keep(self._subject(identity, monitor), rows, now_ns)

    def look(self, now_ns: int) -> None:
        """Judge the rows that are due. The lock is not held meanwhile: rows go on being kept.

        Cost: `RowJudge.rows` for each identity that is due, once in `rows.every`.
        """
        with self._looking:
            with self._lock:
                self._forget_silent(now_ns)
                self._hush(now_ns)
                sharing = Counter(id(each.monitor) for each in self._subjects.values())
                jobs = [job for each in self._subjects.values() if (job := self._taken(each, now_ns)) is not None]
            for subject, window, known in jobs:
                budget = subject.monitor.budget_per_look_at_rows / sharing[id(subject.monitor)]
                findings = self._judged(subject, window, known, budget=budget, now_ns=now_ns)
                estimate = self._losses.estimated(subject, window, known, findings[None], now_ns)
                with self._lock:
                    subject.findings, subject.estimate = findings, estimate
                    if estimate is not None:
                        self._past.note(estimate)

    def findings(self) -> list[Finding]:
        """What is known at present: of each identity its rows, then its fields of vectors."""
        with self._lock:
            return [finding for subject in self._subjects.values() for finding in subject.findings.values()]

    def estimates(self) -> list[Performance]:
        """How wrong each identity's last window will turn out to be, where rows can say."""
        with self._lock:
            return [subject.estimate for subject in self._subjects.values() if subject.estimate is not None]

    def estimated_between(self, identity: Identity, start_ns: int, end_ns: int) -> list[Performance]:
        """What was estimated of an identity's windows in [start, end); none where they cover less than half of it."""
        with self._lock:
            return self._past.between(identity, start_ns, end_ns)

    def snapshot(self) -> dict[str, Any]:
        """The rows that were learned, as JSON can hold them."""
        with self._lock:
            return {"learned": saved(self._learned)}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take up a snapshot. Raises KeyError, TypeError or ValueError when it is none."""
        learned = dict(restored(entry, ReferenceKind.LEARNED) for entry in kept["learned"])
        with self._lock:
            self._learned = learned

    def _monitor(self, identity: Identity) -> Monitor | None:
        """The monitor of an identity, if it asks for rows."""
        monitor = self._monitors.for_identity(identity.model, identity.version, identity.environment)
        return monitor if monitor.spec.rows is not None else None

    def _subject(self, identity: Identity, monitor: Monitor) -> RowSubject:
        subject = self._subjects.get(identity)
        if subject is None:
            for old in crowded(list(self._subjects.values()), MOST_MODELS - 1):
                del self._subjects[old.identity]
            empty = Reservoir.empty(_asked(monitor).sample)
            subject = self._subjects[identity] = RowSubject(identity, monitor, empty)
        return subject

    def _keep(self, subject: RowSubject, rows: SampledRows, now_ns: int) -> None:
        subject.heard_ns = now_ns
        if rows.sampled and not subject.sampled:
            subject.sampled, subject.window = True, Reservoir.empty(subject.window.capacity)
            self._learning.pop(key_of(subject.identity), None)
        if subject.sampled and not rows.sampled:
            return
        if subject.known is None and self._meets(subject) is None:
            self._learn(subject, rows, now_ns)
            return
        subject.window = self._with(subject.window, rows, now_ns)
        if subject.began_ns is None:
            subject.began_ns = now_ns

    def _with(self, kept: Reservoir, rows: SampledRows, now_ns: int) -> Reservoir:
        count = len(next(iter(rows.columns.values()), ()))
        blocks = [self._blocks + call for call in rows.calls or [0] * count]
        self._blocks = max(blocks, default=self._blocks) + 1
        columns = {**rows.columns, PREDICTED: rows.predictions} if rows.predictions else rows.columns
        return kept.update(columns, random=self._random, blocks=blocks, time_ns=now_ns, weight=rows.weight)

    def _meets(self, subject: RowSubject) -> KnownRows | None:
        """What there is to compare with by now."""
        beside = self._beside.of(subject.identity, subject.monitor)
        if beside is None:
            subject.known = self._learned.get(key_of(subject.identity))
        else:
            rows, made_ns = beside
            most = _asked(subject.monitor).reference
            columns = {name: column[_spread(len(column), most)] for name, column in rows.columns.items()}
            count = len(next(iter(columns.values()), ()))
            sample = RowSample(columns, np.arange(count))
            subject.known = KnownRows(sample, rows.profile, ReferenceKind.DECLARED, made_ns, blocked=False, beside=rows)
        return subject.known

    def _learn(self, subject: RowSubject, rows: SampledRows, now_ns: int) -> None:
        """Add rows to those that the model is to be compared with, until there are enough, and of as long a time as a
        window's are.
        """
        key, needed = key_of(subject.identity), _asked(subject.monitor).reference
        so_far = self._with(self._learning.pop(key, Reservoir.empty(needed)), rows, now_ns)
        if len(so_far.kept) < needed or now_ns - so_far.span_ns[0] < _asked(subject.monitor).every:
            self._learning[key] = so_far
            subject.findings = {None: learning(subject, len(so_far.kept), needed, now_ns)}
            return
        name = f"rows of {now_ns}"
        known = KnownRows(features(so_far.get()), name, ReferenceKind.LEARNED, now_ns, blocked=True)
        self._learned[key] = subject.known = known

    def _forget_silent(self, now_ns: int) -> None:
        """Let go of identities without rows for long: a version that is retired stops being said to drift."""
        for subject in list(self._subjects.values()):
            spec = subject.monitor.spec
            if now_ns - subject.heard_ns > max(spec.stale_after, _PATIENCE * _asked(subject.monitor).every):
                del self._subjects[subject.identity]

    def _hush(self, now_ns: int) -> None:
        """While an identity is hushed, nothing that was found of it before is told."""
        for subject in self._subjects.values():
            reason = self._hushed(subject.identity, subject.monitor, now_ns)
            if reason is not None:
                subject.findings = {name: muted(each, reason, now_ns) for name, each in subject.findings.items()}
                subject.estimate = subject.estimate and subject.estimate.without_verdict()

    def _taken(self, subject: RowSubject, now_ns: int) -> tuple[RowSubject, Reservoir, KnownRows] | None:
        """The window of a subject that is due, which then begins anew."""
        hushed = self._hushed(subject.identity, subject.monitor, now_ns) is not None
        if hushed or subject.known is None or not subject.due(now_ns):
            return None
        window = subject.window
        subject.window, subject.began_ns = Reservoir.empty(_asked(subject.monitor).sample), None
        known = self._meets(subject)  # again: the file beside the profile may have changed
        return None if known is None else (subject, window, known)

    def _judged(
        self, subject: RowSubject, window: Reservoir, known: KnownRows, *, budget: float, now_ns: int
    ) -> dict[str | None, Finding]:
        """Findings of one window: the identity's budget in equal parts, one for each verdict."""
        now = features(window.get())
        reference = known.sample if known.blocked else known.sample.in_stretches(now.rows_a_block)
        vectors = [name for name, column in reference.columns.items() if column.ndim == 2 and name in now.columns]
        alpha = budget / (len(vectors) + 1)
        judge = self._judges[_asked(subject.monitor).statistics]
        verdicts: dict[str | None, RowVerdict] = {None: judge.rows(reference, now, alpha=alpha)}
        for name in vectors:
            verdicts[name] = judge.embedding(name, reference, now, alpha=alpha)
        span = window.span_ns[0], now_ns
        return {
            name: found(subject, name, verdict, known=known, alpha=alpha, span_ns=span)
            for name, verdict in verdicts.items()
        }


def _asked(monitor: Monitor) -> Rows:
    return monitor.spec.rows or Rows()


def _spread(rows: int, most: int) -> np.ndarray:
    """Places of at most `most` rows, evenly over all."""
    return np.unique(np.linspace(0, rows - 1, min(rows, most)).astype(np.int64)) if rows else np.zeros(0, np.int64)
