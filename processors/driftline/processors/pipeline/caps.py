"""How many of each the processor keeps, and what happens beyond: memory is bounded whatever arrives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace

from driftline.processors.findings import Identity
from driftline.processors.health import Health
from driftline.processors.observations import Reason
from driftline.processors.windows import Part, Target
from driftline.semconv import OTHER_CATEGORY, attributes, metrics


@dataclass(frozen=True, slots=True)
class Caps:
    """Most streams, models, fields of a model, categories of a field, and segments of a model.

    `streams` and `models` count twice, once for what monitors declare and once for all others, so that no flood of
    unknown ones takes a declared one's place. Within the declared no model may hold more streams than are still free.
    """

    streams: int = 100_000
    models: int = 5_000
    fields: int = 2_000
    categories: int = 256
    segments: int = 256


@dataclass(slots=True)
class _Model:
    declared: bool
    fields: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """(field, role) to the categories known by name, over all segments."""
    segments: set[tuple[tuple[str, str], ...]] = field(default_factory=set)


class Admission:
    """Decides, target by target, what is kept under its own name, what counts under `_OTHER`, and what is refused.

    >>> admission = Admission(Caps(), Health())
    >>> admission.models
    0
    """

    def __init__(self, caps: Caps, health: Health) -> None:
        self._caps, self._health = caps, health
        self._models: dict[Identity, _Model] = {}
        self._streams: Counter[Identity] = Counter()
        self._pools: Counter[bool] = Counter()
        self._counts: Counter[bool] = Counter()

    @property
    def models(self) -> int:
        """Models known, segments not counted."""
        return len(self._models)

    @property
    def streams(self) -> int:
        """Streams admitted at present."""
        return sum(self._pools.values())

    def admit(self, target: Target) -> Target | None:
        """The target as it may be kept; None when there is no place for it."""
        whole = whole_of(target.identity)
        model = self._model(whole, declared=target.declared)
        if model is None:
            return self._unknown(target)
        known = self._known_field(model, target)
        if known is None:
            self._over("fields")
            return None
        target = self._segmented(model, target)
        if target.part is not Part.CATEGORY or target.label in known or target.label == OTHER_CATEGORY:
            return target
        if len(known) < self._caps.categories:
            known.add(target.label)
            return target
        self._over("categories")
        return replace(target, label=OTHER_CATEGORY)

    def refuse(self, targets: Sequence[Target]) -> Reason | None:
        """Why no stream with these targets fits any more, whoever sends it. Said first, as a flood must cost little."""
        if self._pools[any(target.declared for target in targets)] < self._caps.streams:
            return None
        self._over("streams")
        return Reason.OVER_LIMIT

    def take_stream(self, owner: Identity, *, declared: bool) -> bool:
        """Whether one more stream of `owner` fits; if so it is counted."""
        if not self.has_room(owner, declared):
            self.count_refusal()
            return False
        self._pools[declared] += 1
        self._streams[owner] += 1
        return True

    def has_room(self, owner: Identity, declared: bool) -> bool:  # noqa: FBT001  # a pair of facts about one owner
        """Whether one more stream of `owner` fits."""
        free = self._caps.streams - self._pools[declared]
        return free > 0 and not (declared and self._streams[owner] >= free)

    def count_refusal(self) -> None:
        """A stream was refused as one too many."""
        self._over("streams")

    def give_back_stream(self, owner: Identity, *, declared: bool) -> None:
        """A stream was forgotten."""
        self._pools[declared] -= 1
        self._streams[owner] -= 1
        if not self._streams[owner]:
            del self._streams[owner]

    def forget(self, identity: Identity) -> None:
        """A model without fields and streams was forgotten."""
        model = self._models.pop(identity, None)
        if model is not None:
            self._counts[model.declared] -= 1

    def forget_models(self) -> None:
        """Begin anew, as monitors declare others now."""
        self._models.clear()
        self._counts.clear()

    def forget_field(self, identity: Identity, name: str, role: str) -> None:
        """A field that no stream feeds any more was forgotten, in all segments."""
        model = self._models.get(identity)
        if model is not None:
            model.fields.pop((name, role), None)

    def _model(self, whole: Identity, *, declared: bool) -> _Model | None:
        model = self._models.get(whole)
        if model is None:
            if self._counts[declared] >= self._caps.models:
                return None
            model = self._models[whole] = _Model(declared)
            self._counts[declared] += 1
        return model

    def _unknown(self, target: Target) -> Target | None:
        """Beyond the cap on models only the traffic is kept, summed under one name."""
        self._over("models")
        if target.part not in {Part.PREDICTIONS, Part.DURATIONS}:
            return None
        return replace(target, identity=Identity(OTHER_CATEGORY), label="")

    def _known_field(self, model: _Model, target: Target) -> set[str] | None:
        if target.part in {Part.PREDICTIONS, Part.DURATIONS}:
            return model.fields.get(("", ""), set())
        known = model.fields.get((target.field, target.role))
        if known is None and len(model.fields) < self._caps.fields:
            known = model.fields[target.field, target.role] = set()
        return known

    def _segmented(self, model: _Model, target: Target) -> Target:
        identity = target.identity
        if not isinstance(identity, Identity) or not identity.segment or identity.segment in model.segments:
            return target
        if len(model.segments) < self._caps.segments:
            model.segments.add(identity.segment)
            return target
        self._over("segments")
        other = tuple((attribute, OTHER_CATEGORY) for attribute, _ in identity.segment)
        return replace(target, identity=replace(identity, segment=other))

    def _over(self, kind: str) -> None:
        self._health.count(metrics.DRIFTLINE_OVERFLOWS, 1, **{attributes.KIND: kind})


def whole_of(identity: Hashable) -> Identity:
    """The identity without its segment."""
    if not isinstance(identity, Identity):
        raise TypeError(f"a target's identity must be a findings.Identity, not {type(identity).__name__}")
    return replace(identity, segment=()) if identity.segment else identity
