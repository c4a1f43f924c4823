"""A flood of label sets, turned away before anything of it is worked out.

To say where a stream counts takes far longer than to say that there is no room for it. So once a pool is full, a new
stream that would surely need a place in it is refused by three looks: it is ours, nobody follows it, the pool is full.
"""

from __future__ import annotations

from collections.abc import Mapping

from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor, MonitorSet
from driftline.processors.observations import IGNORED, Reason, Stream, StreamId
from driftline.processors.pipeline.registry import Registry
from driftline.semconv import attributes, metrics

_FIELDS = frozenset({metrics.ML_FIELD_DISTRIBUTION, metrics.ML_FIELD_CATEGORIES, metrics.ML_FIELD_DEFECTS})
_MOST_OWNERS = 4096
_NAMES = (
    attributes.ML_MODEL_NAME,
    attributes.ML_MODEL_VERSION,
    attributes.ML_MODEL_VARIANT,
    attributes.DEPLOYMENT_ENVIRONMENT_NAME,
)
Owner = tuple[Identity, bool]
"""Whose place a stream would take, and whether a monitor declares that model."""


class Owners:
    """Tells whose place a stream of ours would take, where that is plain.

    Args:
        monitors: the monitors in force.
    """

    def __init__(self, monitors: MonitorSet) -> None:
        self._monitors = monitors
        self._owners: dict[tuple[str, ...], Owner | None] = {}

    def of(self, stream: Stream) -> Owner | None:
        """Whose place it would take; None when only routing it can tell, or when it may not be wanted at all."""
        if stream.metric not in _FIELDS or not stream.attributes.get(attributes.ML_FIELD_NAME):
            return None
        key = tuple([_value(stream.attributes, stream.resource, name) for name in _NAMES])
        try:
            return self._owners[key]
        except KeyError:
            if len(self._owners) >= _MOST_OWNERS:  # a flood of models; each can be looked up again
                self._owners.clear()
            owner = self._owners[key] = self._owner(*key)
            return owner

    def _owner(self, model: str, version: str, variant: str, environment: str) -> Owner | None:
        if not model:
            return None
        identity = Identity(model, version or None, variant or None, environment or None)
        monitor = self._monitors.for_identity(model, identity.version, identity.environment)
        return (identity, monitor.declared) if _takes_all(monitor) else None


class Crowding:
    """Tells, for sure, that a stream would be refused as one too many.

    Args:
        registry: the streams that are followed.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._epoch = registry.epoch
        self._marks: dict[StreamId, int] = {}
        self._followed: set[int] = set()

    def follow(self, number: StreamId | Reason, stream: Stream) -> None:
        """What the registry answered for a stream."""
        if isinstance(number, Reason) or number == IGNORED:
            return
        mark = self._marks[number] = _mark(stream)
        self._followed.add(mark)

    def turns_away(self, stream: Stream, owner: Owner) -> bool:
        """Whether there is no place left for its owner, and it has none yet."""
        if self._registry.admission.has_room(*owner):
            return False
        if self._epoch != self._registry.epoch:
            self._forget()
        if _mark(stream) in self._followed:
            return False
        self._registry.admission.count_refusal()
        return True

    def _forget(self) -> None:
        """Streams were forgotten; what stays marked beyond them costs a longer look, no more."""
        self._epoch = self._registry.epoch
        self._marks = {number: mark for number, mark in self._marks.items() if self._registry.entry(number)}
        self._followed = set(self._marks.values())


def _mark(stream: Stream) -> int:
    """Equal for equal streams; others rarely share it."""
    return hash((stream.metric, frozenset(stream.attributes.items())))


def _value(attributes_: Mapping[str, str], resource: Mapping[str, str], name: str) -> str:
    return attributes_[name] if name in attributes_ else resource.get(name, "")


def _takes_all(monitor: Monitor) -> bool:
    spec = monitor.spec
    return not spec.model.where and not any(field.ignore for field in spec.fields)
