"""Which reference a model is compared with.

First that there is: the profile declared for exactly this version, the one this version announced, one declared
without a version, the learned one.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor, MonitorSet
from driftline.processors.pipeline.learning import Learned
from driftline.processors.pipeline.sides import Side, side_of
from driftline.processors.profile import Profile, ProfileError

MOST_ANNOUNCED = 2000
"""Announced profiles kept; beyond it the one announced longest ago goes."""
DEFAULT_LEARNING = 5000

LearnKey = tuple[str, str | None, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A reference in force. `learning` when fields of it still wait for enough observations."""

    id: str
    kind: str
    made_ns: int
    sides: Mapping[str, Side]
    learning: Mapping[str, int] = field(default_factory=dict)
    """Fields still learning, with what they have so far."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A profile, its sides, and its JSON, each made once."""

    profile: Profile
    made_ns: int
    sides: Mapping[str, Side]
    content: Mapping[str, Any]

    @classmethod
    def of(cls, profile: Profile, made_ns: int) -> _Kept:
        return cls(profile, made_ns, {each.name: side_of(each) for each in profile.fields}, profile.to_dict())

    def resolved(self, kind: str) -> Resolved:
        return Resolved(self.profile.id, kind, self.made_ns, self.sides)


class References:
    """Declared, announced and learned references. Not thread-safe: the pipeline holds the lock.

    Raises ProfileError from `configure` and `announce`, changing nothing.
    """

    def __init__(self) -> None:
        self._files: dict[tuple[str, int, int], _Kept] = {}
        self._declared: dict[str, tuple[_Kept, ...]] = {}
        self._announced: OrderedDict[tuple[str, str | None], _Kept] = OrderedDict()
        self.learned: dict[LearnKey, Learned] = {}

    def configure(self, monitors: MonitorSet) -> None:
        """Read the profiles that monitors declare; a file that did not change is not read again."""
        files: dict[tuple[str, int, int], _Kept] = {}
        declared = {str(path): tuple(self._read(path, files)) for path in monitors.profiles()}
        self._files, self._declared = files, declared

    def announce(self, model: str, version: str | None, body: str, now_ns: int) -> str:
        """Take an announced profile; returns its id. Announcing it again changes nothing."""
        try:
            content = json.loads(body)
        except ValueError as error:
            raise ProfileError(f"the announced profile is not JSON: {error}") from error
        key = model, version
        before = self._announced.get(key)
        if before is None or not isinstance(content, dict) or content.get("id") != before.profile.id:
            profile = Profile.from_dict(content)
            self._announced[key] = _Kept.of(profile, now_ns)
        self._announced.move_to_end(key)
        while len(self._announced) > MOST_ANNOUNCED:
            self._announced.popitem(last=False)
        return self._announced[key].profile.id

    def resolve(self, identity: Identity, monitor: Monitor) -> Resolved | None:
        """The reference of an identity; None when there is none yet and one must be learned."""
        exact, general = self._of_monitor(identity, monitor)
        if exact is not None:
            return exact.resolved("declared")
        if announced := self._announced.get((identity.model, identity.version)):
            return announced.resolved("announced")
        if general is not None:
            return general.resolved("declared")
        learned = self.learned.get(learn_key(identity))
        if learned is None:
            return None
        waiting = {name: found.observations for name, found in learned.fields.items() if name not in learned.sides}
        return Resolved(learned.id, "learned", learned.made_ns, learned.sides, waiting)

    def snapshot(self) -> dict[str, Any]:
        """Announced and learned references, as JSON can hold them."""
        return {
            "announced": [
                {"model": model, "version": version, "made_ns": kept.made_ns, "profile": kept.content}
                for (model, version), kept in self._announced.items()
            ],
            "learned": [
                {"model": model, "environment": environment, "segment": [list(pair) for pair in segment]}
                | {"learned": learned.to_dict()}
                for (model, environment, segment), learned in self.learned.items()
            ],
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take up a snapshot. Raises KeyError, TypeError or ValueError when it is none."""
        for entry in saved["announced"]:
            kept = _Kept.of(Profile.from_dict(entry["profile"]), int(entry["made_ns"]))
            self._announced[entry["model"], entry["version"]] = kept
        for entry in saved["learned"]:
            segment = tuple((str(name), str(value)) for name, value in entry["segment"])
            self.learned[entry["model"], entry["environment"], segment] = Learned.from_dict(entry["learned"])

    def _of_monitor(self, identity: Identity, monitor: Monitor) -> tuple[_Kept | None, _Kept | None]:
        """What the monitor declares for exactly this version, and without a version."""
        declared = monitor.spec.reference.profile if monitor.spec.reference else None
        if declared is None:
            return None, None
        found = self._declared.get(declared, ())
        if not Path(declared).is_dir():
            kept = found[0] if found else None
            version = monitor.spec.model.version or (kept.profile.model_version if kept else None)
            return (kept, None) if version is not None and version == identity.version else (None, kept)
        ours = [kept for kept in found if kept.profile.model_name in {identity.model, None}]
        ours.sort(key=lambda kept: kept.profile.model_name is None)  # the model's own before anybody's
        exact = next(
            (kept for kept in ours if identity.version is not None and kept.profile.model_version == identity.version),
            None,
        )
        return exact, next((kept for kept in ours if kept.profile.model_version is None), None)

    def _read(self, path: Path, files: dict[tuple[str, int, int], _Kept]) -> list[_Kept]:
        found = []
        for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
            if file.name.startswith("."):
                continue
            stamp = _stamp(file)
            if stamp not in files:
                files[stamp] = self._files.get(stamp) or _Kept.of(Profile.load(file), stamp[1])
            found.append(files[stamp])
        return found


def learn_key(identity: Identity) -> LearnKey:
    """Whose learned reference an identity is compared with: all versions and variants of a model share one."""
    return identity.model, identity.environment, identity.segment


def _stamp(file: Path) -> tuple[str, int, int]:
    try:
        found = file.stat()
    except OSError as error:
        raise ProfileError(
            f"{file}: {error.strerror}: make it with `driftline profile`, or correct the path"
        ) from error
    return str(file), found.st_mtime_ns, found.st_size
