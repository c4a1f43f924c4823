"""One look at one monitor: windows beside references, before the judge, into findings."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from driftline.processors.detectors import Judge, Verdict
from driftline.processors.findings import Finding, Identity, Kind, State, Statistic, Window
from driftline.processors.monitor import Monitor
from driftline.processors.pipeline.exclusions import hushed
from driftline.processors.pipeline.explaining import Explainer
from driftline.processors.pipeline.figures import changes_in_drift
from driftline.processors.pipeline.judging import judge_all
from driftline.processors.pipeline.quality import Presence, Quality
from driftline.processors.pipeline.references import DEFAULT_LEARNING, Resolved, reference_of
from driftline.processors.pipeline.sentences import Context, ModelContext, why_field, why_model
from driftline.processors.pipeline.sequences import Sequences
from driftline.processors.pipeline.sides import Side
from driftline.processors.pipeline.sightings import Seen
from driftline.processors.pipeline.states import model_state
from driftline.processors.pipeline.subjects import Subject, subjects
from driftline.processors.pipeline.verdicts import Verdicts
from driftline.processors.windows import FieldWindow
from driftline.semconv import Defect


class Evaluator:
    """Judges what was seen. Not thread-safe: the pipeline holds the lock."""

    def __init__(
        self,
        judge: Judge,
        verdicts: Verdicts,
        explainer: Explainer | None = None,
        sequences: Sequences | None = None,
        quality: Quality | None = None,
    ) -> None:
        self._quality = quality or Quality()
        self._judge = judge
        self._verdicts = verdicts
        self._sequences = sequences or Sequences()
        self._explainer = explainer or Explainer()

    def look(self, monitor: Monitor, seen: Sequence[Seen], now_ns: int) -> list[Finding]:
        """Findings of a monitor: for each identity its fields, then the model's own.

        All fields of all identities share the budget of the look, because it is the monitor's.
        """
        listed = [(each, subject) for each in seen for subject in subjects(*_of(each), monitor, each.mutes)]
        verdicts = self._judged(monitor, seen, [subject for _, subject in listed])
        changed = changes_in_drift([(subject, _side(each, subject)) for each, subject in listed], verdicts)
        fields: dict[Identity, list[Finding]] = {each.identity: [] for each in seen}
        for at, (each, subject) in enumerate(listed):
            finding = self._field(monitor, each, subject, verdicts.get(at), now_ns)
            fields[each.identity].append(replace(finding, changes=changed[at]) if at in changed else finding)
        found = [
            finding
            for each in seen
            for finding in (*fields[each.identity], self._model(monitor, each, fields[each.identity], now_ns))
        ]
        explained = self._explainer.look(monitor, [(each.resolved, subject) for each, subject in listed], found, now_ns)
        return [*explained, *self._quality.look(monitor, _present(seen, listed), now_ns)]

    def _judged(self, monitor: Monitor, seen: Sequence[Seen], subjects: Sequence[Subject]) -> dict[int, Verdict]:
        """Verdicts by the position of their subject, from the windows and from the panes since the look before."""
        drift = monitor.spec.drift
        verdicts = judge_all(self._judge, subjects, monitor, 1 / len(drift.detectors))
        if not drift.sequential:
            return verdicts
        panes: dict[tuple[Identity, str], list[FieldWindow]] = defaultdict(list)
        for each in seen:
            for pane in each.panes:
                if hushed(monitor, each.mutes, pane) is None:
                    panes[each.identity, pane.field].append(pane)
        return self._sequences.judge(monitor, subjects, panes, verdicts)

    def _field(self, monitor: Monitor, seen: Seen, subject: Subject, verdict: Verdict | None, now_ns: int) -> Finding:
        identity, window = subject.identity, subject.window
        state = subject.state or (State(verdict.status) if verdict else State.NOT_ENOUGH_SAMPLES)
        judged = verdict if subject.decides else None
        level, decided_by = (judged.level, judged.decided_by) if judged else (None, None)
        why = why_field(window.field, state, subject.aligned, judged, _context(monitor, seen, subject))
        held = self._held(identity, window.field, state, monitor, now_ns)
        if held is not None:
            state, level, decided_by = State.DRIFT, held[0], held[1]
            why = why_field(window.field, state, None, None, _context(monitor, seen, subject))
        return Finding(
            finding_id(identity, window.field),
            Kind.FIELD,
            identity,
            window.field,
            window.role,
            state,
            Window(window.start_ns, window.end_ns, subject.observations),
            level,
            decided_by,
            _statistics(verdict),
            _defects(window, subject.observations),
            reference_of(seen.resolved, window.field, now_ns),
            since_ns=self._verdicts.note(identity, window.field, state, now_ns, level=level, decided_by=decided_by),
            why=why,
        )

    def _held(
        self, identity: Identity, field: str, state: State, monitor: Monitor, now_ns: int
    ) -> tuple[float | None, str | None] | None:
        """Level and statistic of a drift from before a restart, while the window cannot yet speak against it."""
        if state is State.MUTED or state is State.DRIFT:
            self._verdicts.release(identity, field)
            return None
        standing = self._verdicts.held(identity, field, now_ns, monitor.spec.window.length)
        return None if standing is None else (standing.level, standing.decided_by)

    def _model(self, monitor: Monitor, seen: Seen, fields: Sequence[Finding], now_ns: int) -> Finding:
        state = model_state([finding.status for finding in fields], stale=seen.stale)
        drifting = tuple(sorted(each.field or "" for each in fields if each.status is State.DRIFT))
        top = max(fields, key=lambda each: each.level or 0.0, default=None)
        context = ModelContext(
            silent_seconds=seen.silent_seconds,
            seconds_apart=seen.seconds_apart,
            window_seconds=monitor.spec.window.length / 1e9,
        )
        level, decided_by = (top.level, top.decided_by) if top else (None, None)
        return Finding(
            finding_id(seen.identity, None),
            Kind.MODEL,
            seen.identity,
            None,
            None,
            state,
            _window(monitor, fields, now_ns),
            level,
            decided_by,
            reference=reference_of(seen.resolved, None, now_ns),
            drifting=drifting,
            since_ns=self._verdicts.note(seen.identity, None, state, now_ns, level=level, decided_by=decided_by),
            why=why_model(state, fields, context),
        )


def _present(seen: Sequence[Seen], listed: Sequence[tuple[Seen, Subject]]) -> list[Presence]:
    """What was seen, as the checks of the data's quality need it."""
    of: dict[Identity, list[Subject]] = defaultdict(list)
    for each, subject in listed:
        of[each.identity].append(subject)
    return [
        Presence(
            each.identity,
            of[each.identity],
            each.resolved,
            each.silent_seconds,
            each.predictions,
            each.mutes,
            each.stale,
        )
        for each in seen
    ]


def finding_id(identity: Identity, field: str | None) -> str:
    """The same for the same field of the same identity, at every look and in every process."""
    return hashlib.blake2b(repr((identity, field)).encode(), digest_size=8).hexdigest()


def _side(seen: Seen, subject: Subject) -> Side | None:
    return seen.resolved.sides.get(subject.window.field) if seen.resolved else None


def _of(seen: Seen) -> tuple[Identity, Sequence[FieldWindow], Resolved | None]:
    return seen.identity, seen.windows, seen.resolved


def _context(monitor: Monitor, seen: Seen, subject: Subject) -> Context:
    reference = monitor.spec.reference
    return Context(
        observations=subject.observations,
        minimum=subject.rule.minimum_observations,
        learned=subject.learned,
        needed=reference.learn.observations if reference and reference.learn else DEFAULT_LEARNING,
        muted=hushed(monitor, seen.mutes, subject.window),
        waiting=seen.resolved.waiting if seen.resolved and subject.learned is not None else "",
    )


def _statistics(verdict: Verdict | None) -> tuple[Statistic, ...]:
    return tuple(map(Statistic._make, verdict.scores)) if verdict else ()


def _defects(window: FieldWindow, observations: int) -> dict[str, float]:
    """Each defect's share of observations, missing and invalid values; empty when there is none of them."""
    total = observations + window.defects.get(Defect.MISSING, 0) + window.defects.get(Defect.INVALID, 0)
    return {defect: window.defects.get(defect, 0) / total for defect in Defect} if total else {}


def _window(monitor: Monitor, fields: Sequence[Finding], now_ns: int) -> Window:
    covered = list(_covered(fields))
    if not covered:
        return Window(now_ns - monitor.spec.window.length, now_ns, 0)
    return Window(
        min(window.start_ns for window in covered),
        max(window.end_ns for window in covered),
        max(window.observations for window in covered),
    )


def _covered(fields: Sequence[Finding]) -> Iterator[Window]:
    return (finding.window for finding in fields if finding.window.end_ns)
