"""Feeds learned references: at every look, the panes that closed since the one before."""

from __future__ import annotations

from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor
from driftline.processors.pipeline.exclusions import excluded
from driftline.processors.pipeline.intake import ModelWindows
from driftline.processors.pipeline.learning import Learned
from driftline.processors.pipeline.lives import Life, Lives
from driftline.processors.pipeline.references import DEFAULT_LEARNING, References, learn_key


def teach(references: References, lives: Lives, monitor: Monitor, windows: ModelWindows, now_ns: int) -> None:
    """Let an identity's closed panes count towards the reference its model learns, if it is the one that teaches.

    Panes that an exclusion touches are left out. Call it before the windows are brought to `now_ns`, because they let
    go of panes.
    """
    identity = windows.identity
    resolved = references.resolve(identity, monitor)
    if resolved is not None and resolved.kind != "learned":
        return
    learned = _pupil(references, lives, monitor, identity, now_ns)
    if learned is None:
        return
    end = now_ns - now_ns % monitor.spec.window.every
    start = max(learned.taken_ns, end - monitor.spec.window.length)
    if start >= end:
        return
    panes = windows.between(start, end, but_for=learned.sides)
    learned.take((pane for pane in panes if not excluded(monitor, pane.start_ns, pane.end_ns)), end)


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
