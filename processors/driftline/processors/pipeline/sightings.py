"""What a monitor has to judge at a look: of everyone it watches, how they stand and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor
from driftline.processors.pipeline.beside import Present
from driftline.processors.pipeline.intake import ModelWindows
from driftline.processors.pipeline.lives import Life, Lives
from driftline.processors.pipeline.mutes import Mute, Mutes
from driftline.processors.pipeline.references import References, Resolved
from driftline.processors.pipeline.subjects import own
from driftline.processors.pipeline.watched import Watched
from driftline.processors.windows import FieldWindow


@dataclass(frozen=True, slots=True)
class Seen:
    """What one identity of a monitor looks like at a look.

    Args:
        identity: whose traffic.
        windows: its fields; empty when nothing is known of it any more.
        resolved: its reference; None while there is none.
        stale: it had data and has none for too long.
        silent_seconds: seconds without data; None when there never was any.
        known_seconds: seconds since its first data; None when there never was any.
        seconds_apart: how far apart its data came lately.
        mutes: what a person hushed of it.
        panes: its fields' panes that closed since the look before; none without a sequential detector.
        predictions: all there were since the start; None when none were ever counted.
    """

    identity: Identity
    windows: Sequence[FieldWindow]
    resolved: Resolved | None
    stale: bool = False
    silent_seconds: float | None = None
    known_seconds: float | None = None
    seconds_apart: float = 0.0
    mutes: tuple[Mute, ...] = ()
    panes: tuple[FieldWindow, ...] = ()
    predictions: int | None = None


class Sightings:
    """Sees what is watched. Not thread-safe: the pipeline holds the lock.

    Args:
        references: what windows are compared with.
        lives: who had data when; told of what is seen.
        mutes: what people hushed.
        predictions: all there were of an identity since the start; None when none were ever counted.
    """

    def __init__(
        self, references: References, lives: Lives, mutes: Mutes, predictions: Callable[[Identity], int | None]
    ) -> None:
        self._references = references
        self._lives = lives
        self._mutes = mutes
        self._predictions = predictions

    def of(self, watched: Watched, present: Present) -> list[Seen]:
        """Everyone whom the monitor judges; a declared model that nobody saw is judged too, as absent."""
        monitor = watched.monitor
        seen = {windows.identity: self._seen(watched, windows, present) for windows in watched.windows}
        for identity in watched.remembered:
            if identity not in seen:
                self._lives.heard(identity, 0, empty=True, stale_after_ns=monitor.spec.stale_after)
                seen[identity] = self._absent(identity, monitor, present)
        living = [found for each in seen.values() if (found := self._standing(each, present.now_ns)) is not None]
        if not living and monitor.declared:  # the absence of a declared model is news
            wanted = monitor.spec.model
            living = [self._absent(Identity(monitor.model, wanted.version, None, wanted.environment), monitor, present)]
        return living

    def _absent(self, identity: Identity, monitor: Monitor, present: Present) -> Seen:
        return Seen(identity, (), self._references.resolve(identity, monitor, present))

    def _seen(self, watched: Watched, windows: ModelWindows, present: Present) -> Seen:
        monitor, identity = watched.monitor, windows.identity
        fields = present.fields(identity)
        self._lives.heard(
            identity,
            windows.last_ns,
            empty=not any(field.observations for field in fields),
            stale_after_ns=monitor.spec.stale_after,
            stands_for=own(fields, monitor) or not fields,
        )
        return Seen(
            identity,
            fields,
            self._references.resolve(identity, monitor, present),
            mutes=self._mutes.of(identity.model),
            panes=watched.panes.get(identity, ()),
            predictions=self._predictions(identity),
        )

    def _standing(self, seen: Seen, now_ns: int) -> Seen | None:
        """What was seen, with how the identity stands; None when its series end."""
        life = self._lives.of(seen.identity, now_ns)
        if life is Life.ENDED:
            self._lives.forget(seen.identity)
        if life in {Life.ENDED, Life.RETIRED}:
            return None
        silent = self._lives.silent_seconds(seen.identity, now_ns)
        return replace(
            seen,
            stale=life is Life.STALE,
            silent_seconds=silent,
            known_seconds=self._lives.known_seconds(seen.identity, now_ns),
            seconds_apart=self._lives.seconds_apart(seen.identity),
        )
