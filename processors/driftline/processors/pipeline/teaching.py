"""Feeds references that are made of traffic: at every look, the panes that closed since the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor
from driftline.processors.pipeline.exclusions import hushed
from driftline.processors.pipeline.histories import History
from driftline.processors.pipeline.intake import ModelWindows
from driftline.processors.pipeline.learning import Learned
from driftline.processors.pipeline.lives import Life, Lives
from driftline.processors.pipeline.mutes import Mute
from driftline.processors.pipeline.references import DEFAULT_LEARNING, References, learn_key
from driftline.processors.pipeline.verdicts import Verdicts
from driftline.semconv import ReferenceKind


@dataclass(frozen=True, slots=True)
class Teacher:
    """Lets closed panes count: towards the past of a model, or towards what the model learns."""

    references: References
    lives: Lives
    verdicts: Verdicts

    def teach(self, monitor: Monitor, windows: ModelWindows, now_ns: int, mutes: Sequence[Mute] = ()) -> None:
        """Let an identity's closed panes count; towards what is learned, if it is the one that teaches.

        Panes that an exclusion or a mute touches are left out; from a seasonal past also those of fields in drift.
        Call it before the windows are brought to `now_ns`, because they let go of panes.
        """
        history = self.references.histories.of(windows.identity, monitor)
        if history is not None:
            self._remember(history, monitor, windows, now_ns, mutes)
            return
        resolved = self.references.resolve(windows.identity, monitor)
        if resolved is not None and resolved.kind not in {ReferenceKind.LEARNED, ReferenceKind.ACCEPTED}:
            return
        learned = _pupil(self.references, self.lives, monitor, windows.identity, now_ns)
        if learned is None:
            return
        end = now_ns - now_ns % monitor.spec.window.every
        start = max(learned.taken_ns, end - monitor.spec.window.length)
        if start >= end:
            return
        panes = windows.between(start, end, but_for=learned.sides)
        learned.take((pane for pane in panes if hushed(monitor, mutes, pane) is None), end, monitor.spec.window)

    def _remember(
        self, history: History, monitor: Monitor, windows: ModelWindows, now_ns: int, mutes: Sequence[Mute]
    ) -> None:
        history.taint(self.verdicts.drifting(windows.identity, history.fields), now_ns)
        start, end = history.due(windows.identity, now_ns)
        if start >= end:
            return
        for pane in windows.between(start, end):
            if not monitor.rule(pane.field).ignore and hushed(monitor, mutes, pane) is None:
                history.take(pane)
        history.taken[windows.identity] = end


def _pupil(references: References, lives: Lives, monitor: Monitor, identity: Identity, now_ns: int) -> Learned | None:
    """The learned reference that this identity teaches; None when another does, or its learning has ended."""
    key = learn_key(identity)
    learned = references.learned.get(key)
    us = identity.version, identity.variant
    if learned is None:
        choice = monitor.spec.reference
        needed = choice.learn.observations if choice and choice.learn else DEFAULT_LEARNING
        learned = references.learned[key] = Learned(us, needed, 0)
    if learned.owner != us:
        version, variant = learned.owner
        owner = Identity(identity.model, version, variant, identity.environment, identity.segment)
        if not learned.learning or lives.of(owner, now_ns) is Life.LIVES:
            return None
        learned.owner = us
    return learned
