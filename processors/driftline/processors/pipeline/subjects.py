"""What is judged at one look: a field of an identity, its window beside its reference, and what is known before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from driftline.processors.findings import Identity, State
from driftline.processors.monitor import FieldRule, Monitor
from driftline.processors.pipeline.alignment import Aligned, align
from driftline.processors.pipeline.exclusions import hushed
from driftline.processors.pipeline.mutes import Mute
from driftline.processors.pipeline.references import Resolved
from driftline.processors.pipeline.sides import Side
from driftline.processors.windows import FieldWindow
from driftline.semconv import FieldRole


@dataclass(frozen=True, slots=True)
class Subject:
    """One field to be judged.

    `state` is what is known without a judge: None where the judge decides. `aligned` is None where nothing can be
    compared.
    """

    identity: Identity
    window: FieldWindow
    rule: FieldRule
    state: State | None
    aligned: Aligned | None
    observations: int
    learned: int | None = None
    """Observations learned so far, while learning."""
    side: Side | None = None
    """The reference it is compared with."""

    @property
    def decides(self) -> bool:
        """Whether the judge's verdict stands."""
        return self.state is None


def subjects(
    identity: Identity,
    windows: Sequence[FieldWindow],
    resolved: Resolved | None,
    monitor: Monitor,
    mutes: Sequence[Mute] = (),
) -> Iterator[Subject]:
    """Every field that arrives, and every field of the reference that does not; but outcomes come late, by the join."""
    for window in windows:
        subject = _subject(identity, window, resolved, monitor, mutes)
        if subject is not None:
            yield subject
    if resolved is None or (windows and not own(windows, monitor)):
        return
    present = {window.field for window in windows}
    foreign = _foreign(monitor)
    for name, side in resolved.sides.items():
        rule, due = monitor.rule(name), side.role != FieldRole.OUTCOME
        if due and name not in present and name not in foreign and not rule.ignore:
            yield Subject(identity, FieldWindow(name, side.role), rule, State.NO_DATA, None, 0)


def _subject(
    identity: Identity, window: FieldWindow, resolved: Resolved | None, monitor: Monitor, mutes: Sequence[Mute]
) -> Subject | None:
    rule = monitor.rule(window.field)
    seen = window.observations
    side = resolved.sides.get(window.field) if resolved else None
    if resolved is None or side is None:
        learning = resolved is None or window.field in resolved.learning
        if rule.ignore or not (seen or learning):
            return None
        state = State.WARMING_UP if learning else State.NO_REFERENCE
        learned = resolved.learning.get(window.field, 0) if resolved else 0
        return Subject(identity, window, rule, state, None, seen, learned if learning else None)
    if rule.ignore:
        return None
    if window.start_ns < side.from_ns:
        return Subject(identity, window, rule, State.WARMING_UP, None, seen)
    aligned = align(window, side)
    if isinstance(aligned, State):
        return Subject(identity, window, rule, aligned, None, seen)
    return Subject(identity, window, rule, _shown_only(window, rule, monitor, mutes, seen), aligned, seen, side=side)


def _shown_only(
    window: FieldWindow, rule: FieldRule, monitor: Monitor, mutes: Sequence[Mute], seen: int
) -> State | None:
    """Why a field that could be judged is not: it is muted, or there is too little of it."""
    if not rule.enabled or hushed(monitor, mutes, window):
        return State.MUTED
    return State.NOT_ENOUGH_SAMPLES if seen < rule.minimum_observations else None


def _foreign(monitor: Monitor) -> set[str]:
    return {entry.name for entry in monitor.spec.fields if entry.metric is not None}


def own(windows: Sequence[FieldWindow], monitor: Monitor) -> bool:
    """Whether a model of ours sends these fields: where all are foreign metrics, the reference's others are not due."""
    foreign = _foreign(monitor)
    return any(window.field not in foreign for window in windows)
