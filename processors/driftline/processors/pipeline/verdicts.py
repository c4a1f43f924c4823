"""What was found at the look before: since when a state holds, and what a restart must not forget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from driftline.processors.findings import Identity, Kind, State

Key = tuple[Identity, str | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a field or model as it stood."""

    state: State
    since_ns: int
    level: float | None = None
    decided_by: str | None = None


class Verdicts:
    """Remembers the states of fields and models between looks, and over a restart."""

    def __init__(self) -> None:
        self._standing: dict[Key, Standing] = {}
        self._restored: dict[Key, Standing] = {}
        self._held_until: dict[Key, int] = {}

    def note(
        self,
        identity: Identity,
        field: str | None,
        state: State,
        now_ns: int,
        *,
        level: float | None = None,
        decided_by: str | None = None,
    ) -> int:
        """Take in how a field, or the model (`field` None), stands at a look; since when it stands so."""
        before = self._standing.get((identity, field))
        since = before.since_ns if before is not None and before.state is state else now_ns
        self._standing[identity, field] = Standing(state, since, level, decided_by)
        return since

    def held(self, identity: Identity, field: str, now_ns: int, length_ns: int) -> Standing | None:
        """A drift from before a restart that the window, not full again, cannot yet speak against."""
        standing = self._restored.get((identity, field))
        if standing is None:
            return None
        until = self._held_until.setdefault((identity, field), now_ns + length_ns)
        if now_ns < until:
            return standing
        self.release(identity, field)
        return None

    def drifting(self, identity: Identity, fields: Iterable[str]) -> list[str]:
        """Which of the fields stand in drift."""
        standing = ((name, self._standing.get((identity, name))) for name in fields)
        return [name for name, found in standing if found is not None and found.state is State.DRIFT]

    def forget(self, identity: Identity, field: str) -> None:
        """What stood of a field, stood against another reference."""
        self._standing.pop((identity, field), None)
        self.release(identity, field)

    def release(self, identity: Identity, field: str) -> None:
        """The window speaks for itself again."""
        self._restored.pop((identity, field), None)
        self._held_until.pop((identity, field), None)

    def keep_only(self, identities: Iterable[Identity]) -> None:
        """Forget everyone else."""
        kept = set(identities)
        for memory in (self._standing, self._restored, self._held_until):
            for key in [key for key in memory if key[0] not in kept]:
                del memory[key]

    def __contains__(self, key: object) -> bool:
        return key in self._standing

    def snapshot(self) -> list[dict[str, Any]]:
        """Every standing, as JSON can hold it."""
        return [
            {**identity_dict(identity), "field": name, "kind": Kind.MODEL if name is None else Kind.FIELD}
            | {"state": standing.state, "since_ns": standing.since_ns}
            | {"level": standing.level, "decided_by": standing.decided_by}
            for (identity, name), standing in self._standing.items()
        ]

    def restore(self, saved: Iterable[Mapping[str, Any]]) -> None:
        """Take up a snapshot; drifts of fields are held until their windows are full again."""
        for entry in saved:
            key = identity_from(entry), entry["field"]
            standing = Standing(State(entry["state"]), int(entry["since_ns"]), entry["level"], entry["decided_by"])
            self._standing[key] = standing
            if standing.state is State.DRIFT and key[1] is not None:
                self._restored[key] = standing


def identity_dict(identity: Identity) -> dict[str, Any]:
    """An identity as JSON can hold it."""
    return {
        "model": identity.model,
        "version": identity.version,
        "variant": identity.variant,
        "environment": identity.environment,
        "segment": [list(pair) for pair in identity.segment],
    }


def identity_from(saved: Mapping[str, Any]) -> Identity:
    """The identity again."""
    segment = tuple((str(name), str(value)) for name, value in saved["segment"])
    return Identity(saved["model"], saved["version"], saved["variant"], saved["environment"], segment)
