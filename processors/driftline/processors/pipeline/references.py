"""Which reference a model is compared with.

What a monitor asks for that is made of traffic (trailing, seasonal, a variant, the rest); else the first that there is:
the profile declared for exactly this version, the one this version announced, one declared without a version, the
learned one. Windows that a person accepted stand above, field by field.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from driftline.processors.estimation import ScoreModel
from driftline.processors.findings import Identity, Reference
from driftline.processors.monitor import Monitor, MonitorSet
from driftline.processors.pipeline.acceptance import Acceptances
from driftline.processors.pipeline.beside import Present, rest_beside, variant_beside
from driftline.processors.pipeline.histories import Histories
from driftline.processors.pipeline.learning import Learned
from driftline.processors.pipeline.sides import Origin, Side, side_of
from driftline.processors.profile import Profile, ProfileError
from driftline.semconv import ReferenceKind

MOST_ANNOUNCED = 2000
"""Announced profiles kept; beyond it the one announced longest ago goes."""
DEFAULT_LEARNING = 5000

DOCUMENT = "references"

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
    waiting: str = ""
    """What those fields wait for; empty: for observations."""
    score: ScoreModel | None = None
    """What came of the scores; None where the reference holds no outcomes of them."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A profile, its sides, its JSON, and what it knows of the score, each made once."""

    profile: Profile
    made_ns: int
    sides: Mapping[str, Side]
    content: Mapping[str, Any]
    score: ScoreModel | None

    @classmethod
    def of(cls, profile: Profile, made_ns: int) -> _Kept:
        sides = {each.name: side_of(each) for each in profile.fields}
        return cls(profile, made_ns, sides, profile.to_dict(), ScoreModel.of(profile))

    def resolved(self, kind: str) -> Resolved:
        return Resolved(self.profile.id, kind, self.made_ns, self.sides, score=self.score)


class References:
    """Declared, announced and learned references. Not thread-safe: the pipeline holds the lock.

    Raises ProfileError from `configure` and `announce`, changing nothing.
    """

    def __init__(self) -> None:
        self._files: dict[tuple[str, int, int], _Kept] = {}
        self._declared: dict[str, tuple[_Kept, ...]] = {}
        self._announced: OrderedDict[tuple[str, str | None], _Kept] = OrderedDict()
        self.learned: dict[LearnKey, Learned] = {}
        self.histories = Histories()
        self.accepted = Acceptances()

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

    def resolve(self, identity: Identity, monitor: Monitor, present: Present | None = None) -> Resolved | None:
        """The reference of an identity; None when there is none yet and one must be learned.

        `present` are the windows of this look: without them what is made of traffic has no sides.
        """
        found = self.base(identity, monitor, present)
        accepted = self.accepted.sides(identity, over(found))
        if not accepted:
            return found
        if found is None:
            origin = max((side.origin for side in accepted.values() if side.origin), key=lambda each: each.made_ns)
            return Resolved(origin.id, origin.kind, origin.made_ns, accepted)
        if found.kind == ReferenceKind.TRAILING:  # an accepted window stands in until there is a past again
            accepted = {name: side for name, side in accepted.items() if name not in found.sides}
        learning = {name: count for name, count in found.learning.items() if name not in accepted}
        return replace(found, sides={**found.sides, **accepted}, learning=learning)

    def base(self, identity: Identity, monitor: Monitor, present: Present | None = None) -> Resolved | None:
        """The reference of an identity, whatever was accepted."""
        made = self._of_traffic(identity, monitor, present)
        if made is not None:
            return made
        exact, general = self._of_monitor(identity, monitor)
        if exact is not None:
            return exact.resolved(ReferenceKind.DECLARED)
        if announced := self._announced.get((identity.model, identity.version)):
            return announced.resolved(ReferenceKind.ANNOUNCED)
        if general is not None:
            return general.resolved(ReferenceKind.DECLARED)
        learned = self.learned.get(learn_key(identity))
        if learned is None:
            return None
        waiting = {name: found.observations for name, found in learned.fields.items() if name not in learned.sides}
        return Resolved(learned.id, ReferenceKind.LEARNED, learned.made_ns, learned.sides, waiting)

    def _of_traffic(self, identity: Identity, monitor: Monitor, present: Present | None) -> Resolved | None:
        """What the monitor asks for, where that is made of traffic and this identity has it."""
        history = self.histories.of(identity, monitor)
        if history is not None:
            kind = history.shape.kind
            if present is None:
                return Resolved("", kind, 0, {})
            past = history.past(present.fields(identity), present.now_ns)
            return Resolved(past.id, kind, past.made_ns, past.sides, past.waiting, past.why)
        choice = monitor.spec.reference
        present = present or Present(0)
        if choice is not None and choice.variant is not None:
            beside, kind = variant_beside(identity, choice.variant, present), ReferenceKind.VARIANT
        elif choice is not None and choice.rest is not None:
            beside, kind = rest_beside(identity, present), ReferenceKind.REST
        else:
            return None
        return None if beside is None else Resolved(beside.id, kind, present.now_ns, beside.sides)

    def snapshot(self) -> dict[str, Any]:
        """All that is not declared: a document as JSON can hold it, and columns of arrays, by name."""
        histories, columns = self.histories.snapshot()
        document = {
            "histories": histories,
            "accepted": self.accepted.snapshot(),
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
        return {DOCUMENT: document, **columns}

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take up a snapshot. Raises KeyError, TypeError, ValueError or IndexError when it is none."""
        document = saved[DOCUMENT]
        self.histories.restore(document.get("histories", ()), saved)
        self.accepted.restore(document.get("accepted", ()))
        for entry in document["announced"]:
            kept = _Kept.of(Profile.from_dict(entry["profile"]), int(entry["made_ns"]))
            self._announced[entry["model"], entry["version"]] = kept
        for entry in document["learned"]:
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


def over(found: Resolved | None) -> str:
    """What an accepted window stands above: a profile by its id, all else by its kind."""
    if found is None:
        return ReferenceKind.LEARNED
    return found.id if found.kind in {ReferenceKind.DECLARED, ReferenceKind.ANNOUNCED} else found.kind


def reference_of(resolved: Resolved | None, field: str | None, now_ns: int) -> Reference | None:
    """The reference as a finding shows it; None while there is none of this field."""
    if resolved is None or not resolved.sides or (field is not None and field not in resolved.sides):
        return None
    if field is not None and (origin := resolved.sides[field].origin) is not None:
        return _accepted(origin, resolved.sides[field].observations, now_ns)
    sides = resolved.sides.values() if field is None else (resolved.sides[field],)
    observations = max(side.observations for side in sides)
    origins = [side.origin for side in sides if side.origin is not None]
    if len(origins) == len(sides):  # nothing of the model is compared with anything else
        return _accepted(max(origins, key=lambda each: each.made_ns), observations, now_ns)
    return Reference(resolved.id, resolved.kind, observations, max(now_ns - resolved.made_ns, 0) / 1e9)


def _accepted(origin: Origin, observations: int, now_ns: int) -> Reference:
    age = max(now_ns - origin.made_ns, 0) / 1e9
    return Reference(origin.id, origin.kind, observations, age, origin.by, origin.made_ns, origin.reason)


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
