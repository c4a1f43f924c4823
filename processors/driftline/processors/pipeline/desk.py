"""Where people tell the pipeline what they know: a change is legitimate, a campaign makes noise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import RLock
from typing import Any

from driftline.processors.findings import Identity, Reference
from driftline.processors.monitor import Monitor
from driftline.processors.pipeline.actions import Action, ActionError, Actions, UnknownModelError
from driftline.processors.pipeline.beside import Present
from driftline.processors.pipeline.intake import ModelWindows
from driftline.processors.pipeline.mutes import Mute, Mutes
from driftline.processors.pipeline.references import References, over, reference_of
from driftline.processors.pipeline.verdicts import Verdicts
from driftline.processors.windows import FieldWindow
from driftline.semconv import ReferenceKind

LONGEST_MUTE_NS = 366 * 86_400 * 10**9
DOCUMENT = "actions"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of an acceptance: the fields whose windows are the reference now, with their observations.

    `restarted` are fields of a seasonal reference: a single window is no season, so their past starts anew instead.
    """

    model: str
    fields: Mapping[str, int]
    restarted: tuple[str, ...]
    by: str
    reason: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class InForce:
    """What one field is compared with; None while there is nothing."""

    identity: Identity
    field: str
    reference: Reference | None


class Desk:
    """Accepts windows as references, mutes and unmutes, and keeps who did what. May be called from every thread.

    Args:
        locks: taken in this order around everything.
        references: where accepted windows go.
        verdicts: what stands of a field is forgotten with its reference.
        models: everybody's windows.
        known: everybody who ever had data, and whom monitors name.
        monitor_of: the monitor of an identity.
    """

    def __init__(
        self,
        locks: tuple[RLock, RLock],
        references: References,
        verdicts: Verdicts,
        *,
        models: Callable[[], Iterable[ModelWindows]],
        known: Callable[[], Iterable[str]],
        monitor_of: Callable[[Identity], Monitor],
    ) -> None:
        self._locks = locks
        self._references = references
        self._verdicts = verdicts
        self._models, self._known, self._monitor_of = models, known, monitor_of
        self.mutes = Mutes()
        self._actions = Actions()

    def accept(self, model: str, field: str | None = None, *, by: str, reason: str, now_ns: int) -> Accepted:
        """Make the present windows of a model, or of one of its fields, the reference from now on.

        Of every version, variant and segment its own window. It holds for the model's other versions too, until
        `reset`, or until another profile is declared or announced than was in force. Windows that share panes with it
        are not judged: fields are `warming_up` until their window is clear of them.

        Raises:
            UnknownModelError: no such model, or no such field of it.
            ActionError: its windows are empty.
        """
        with self._locked():
            self._check(model, field)
            fields: dict[str, int] = {}
            restarted: set[str] = set()
            present = self._present(now_ns)
            for identity, window in self._windows(model, field, now_ns):
                monitor = self._monitor_of(identity)
                scatters = self._scatters(identity, monitor, window.field, present)
                base = over(self._references.base(identity, monitor))
                self._references.histories.forget(identity, monitor, [window.field], now_ns)
                self._verdicts.forget(identity, window.field)
                if base == ReferenceKind.SEASONAL:
                    restarted.add(window.field)
                    continue
                self._references.accepted.accept(
                    identity, window, by=by, reason=reason, over=base, now_ns=now_ns, dispersion=scatters
                )
                fields[window.field] = max(fields.get(window.field, 0), window.observations)
            if not fields and not restarted:
                raise ActionError(f"the window of {_named(model, field)} is empty: accept it once there is traffic")
            self._actions.note(Action(now_ns, "accepted", model, field, by, reason))
            return Accepted(model, fields, tuple(sorted(restarted)), by, reason, now_ns)

    def _present(self, now_ns: int) -> Present:
        return Present(now_ns, {each.identity: each for each in self._models()})

    def _scatters(
        self, identity: Identity, monitor: Monitor, field: str, present: Present
    ) -> Mapping[str, float] | None:
        """What the reference of a field says of how its traffic scatters."""
        found = self._references.resolve(identity, monitor, present)
        side = found.sides.get(field) if found else None
        return side.dispersion if side else None

    def reset(self, model: str, field: str | None = None, *, by: str, reason: str, now_ns: int) -> int:
        """Take accepted windows back; how many they were.

        Raises:
            UnknownModelError: no such model, or no such field of it.
            ActionError: there is none.
        """
        with self._locked():
            self._check(model, field)
            count = self._references.accepted.reset(model, field)
            if not count:
                raise ActionError(f"nothing was accepted for {_named(model, field)}: there is nothing to take back")
            self._actions.note(Action(now_ns, "reset", model, field, by, reason))
            return count

    def mute(self, model: str, field: str | None, until_ns: int, *, by: str, reason: str, now_ns: int) -> Mute:
        """Hush a model, or one of its fields: no alarm, and nothing is learned from it, until `until_ns`.

        Raises:
            UnknownModelError: no such model, or no such field of it.
            ActionError: `until_ns` is not ahead, or more than a year ahead.
        """
        with self._locked():
            self._check(model, field)
            if not now_ns < until_ns <= now_ns + LONGEST_MUTE_NS:
                raise ActionError("a mute lasts up to 366 days: give it a length such as 3d")
            self.mutes.expire(now_ns)
            mute = self.mutes.add(Mute(model, field, now_ns, until_ns, by, reason))
            self._actions.note(Action(now_ns, "muted", model, field, by, reason, until_ns))
            return mute

    def unmute(self, model: str, field: str | None = None, *, by: str, reason: str, now_ns: int) -> int:
        """End the mute of a field, or all of a model's; its windows are judged at the next look. How many ended.

        Raises:
            UnknownModelError: no such model, or no such field of it.
            ActionError: it is not muted.
        """
        with self._locked():
            self._check(model, field)
            ended = self.mutes.remove(model, field, now_ns)
            if not ended:
                hint = ": the whole model is, unmute it without a field" if self._hushed(model, now_ns) else ""
                raise ActionError(f"{_named(model, field)} is not muted{hint}")
            self._actions.note(Action(now_ns, "unmuted", model, field, by, reason))
            return len(ended)

    def actions(self, model: str) -> list[Action]:
        """What people did to a model, oldest first. Raises UnknownModelError when there is none by that name."""
        with self._locked():
            found = self._actions.of(model)
            if not found:
                self._check(model, None)
            return found

    def in_force(self, model: str, now_ns: int) -> list[InForce]:
        """The reference of every field of a model that arrives. Raises UnknownModelError when there is none."""
        with self._locked():
            self._check(model, None)
            present = self._present(now_ns)
            found: list[InForce] = []
            for identity in [each for each in present.windows if each.model == model]:
                resolved = self._references.resolve(identity, self._monitor_of(identity), present)
                found += [
                    InForce(identity, window.field, reference_of(resolved, window.field, now_ns))
                    for window in present.fields(identity)
                ]
            return found

    def snapshot(self) -> dict[str, Any]:
        """Mutes and actions, as JSON can hold them."""
        return {DOCUMENT: {"mutes": self.mutes.snapshot(), "actions": self._actions.snapshot()}}

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take up a snapshot. Raises KeyError or TypeError when it is none."""
        if DOCUMENT in saved:
            self.mutes.restore(saved[DOCUMENT]["mutes"])
            self._actions.restore(saved[DOCUMENT]["actions"])

    def _windows(self, model: str, field: str | None, now_ns: int) -> Iterator[tuple[Identity, FieldWindow]]:
        for each in self._models():
            if each.identity.model == model:
                for window in each.fields(now_ns):
                    if window.observations and field in {None, window.field}:
                        yield each.identity, window

    def _check(self, model: str, field: str | None) -> None:
        models = [each for each in self._models() if each.identity.model == model]
        if not models and model not in (known := set(self._known())):
            raise UnknownModelError(f"no model is called {model!r}; known here: {', '.join(sorted(known)) or 'none'}")
        names = {name for each in models for name in each.names}
        if field is not None and models and field not in names:
            raise UnknownModelError(f"{model} has no field {field!r}; it has: {', '.join(sorted(names)) or 'none'}")

    def _hushed(self, model: str, now_ns: int) -> bool:
        return any(each.until_ns > now_ns for each in self.mutes.of(model))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._locks[0], self._locks[1]:
            yield


def _named(model: str, field: str | None) -> str:
    return model if field is None else f"field {field!r} of {model}"
