"""Where the points of a stream count: which models, which part of them, which segments of their traffic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from driftline.processors.findings import Identity
from driftline.processors.health import Health
from driftline.processors.monitor import Monitor, MonitorSet, claims
from driftline.processors.observations import Reason, Stream, StreamKind
from driftline.processors.pipeline.claims import Claimed, ambiguous
from driftline.processors.windows import Part, Target, WindowSpec
from driftline.semconv import OTHER_CATEGORY, FieldRole, attributes, metrics

Values = Mapping[str, str]

_PARTS = {
    metrics.ML_FIELD_DISTRIBUTION: Part.DISTRIBUTION,
    metrics.ML_FIELD_CATEGORIES: Part.CATEGORY,
    metrics.ML_FIELD_DEFECTS: Part.DEFECT,
    metrics.ML_PREDICTIONS: Part.PREDICTIONS,
    metrics.ML_PREDICTION_DURATION: Part.DURATIONS,
}
_KINDS = {
    Part.DISTRIBUTION: {StreamKind.HISTOGRAM, StreamKind.EXPONENTIAL},
    Part.DURATIONS: {StreamKind.HISTOGRAM, StreamKind.EXPONENTIAL},
}
_LABELS = {
    Part.CATEGORY: (attributes.ML_FIELD_CATEGORY, OTHER_CATEGORY),
    Part.DEFECT: (attributes.ML_FIELD_DEFECT, ""),
    Part.PREDICTIONS: (attributes.ERROR_TYPE, ""),
    Part.DURATIONS: (attributes.ERROR_TYPE, ""),
}
_TRAFFIC = frozenset({Part.PREDICTIONS, Part.DURATIONS})


class Router:
    """Answers for every new stream where it counts. Reads monitors, keeps nothing of a stream.

    Args:
        monitors: the monitors in force.
        health: counts streams of ours that name no model.
    """

    def __init__(self, monitors: MonitorSet, health: Health) -> None:
        self._monitors = monitors
        self._health = health
        self._foreign: dict[str, list[Claimed]] = defaultdict(list)
        for monitor in monitors:
            for claim in claims(monitor.spec):
                self._foreign[claim.metric].append(Claimed(monitor, claim))

    def __call__(self, stream: Stream) -> Sequence[Target] | Reason | None:
        """The targets of a stream; None when nobody monitors it; a Reason when it is not what its name promises."""
        if part := _PARTS.get(stream.metric):
            return self._own(stream, part)
        return self._declared(stream, self._foreign.get(stream.metric, ()))

    def _own(self, stream: Stream, part: Part) -> Sequence[Target] | Reason | None:
        if not _fits(stream, part):
            return Reason.UNSUPPORTED
        values = {**stream.resource, **stream.attributes}
        monitor, identity = self._attributed(values)
        if monitor is None:
            self._health.count(metrics.DRIFTLINE_POINTS_UNATTRIBUTED)
            return None
        if not _equals(values, monitor.spec.model.where):
            return None
        name = "" if part in _TRAFFIC else values[attributes.ML_FIELD_NAME]
        role = "" if part in _TRAFFIC else values.get(attributes.ML_FIELD_ROLE, FieldRole.FEATURE)
        if name and monitor.rule(name).ignore:
            return None
        label = _label(stream, part)
        whole = Target(identity, part, name, role, label, window_of(monitor), declared=monitor.declared)
        return list(_targets(monitor, values, whole))

    def _attributed(self, values: Values) -> tuple[Monitor | None, Identity]:
        """The monitor and identity of a stream of ours: by its model's name, else by a monitor's `model.where`."""
        model = values.get(attributes.ML_MODEL_NAME)
        if model:
            identity = identity_of(model, values)
            return self._monitors.for_identity(model, identity.version, identity.environment), identity
        for monitor in self._monitors:
            if monitor.spec.model.where and _equals(values, monitor.spec.model.where):
                return monitor, _identity_for(monitor, values)
        return None, Identity("")

    def _declared(self, stream: Stream, wanted: Sequence[Claimed]) -> Sequence[Target] | Reason | None:
        if not wanted:
            return None
        values = {**stream.resource, **stream.attributes}
        held = [claimed for claimed in wanted if self._holds(claimed, values)]
        if attributes.ML_MODEL_NAME not in values and ambiguous(held):
            self._health.count(metrics.DRIFTLINE_POINTS_UNATTRIBUTED)
            return None
        targets = [target for claimed in held for target in _targets_of(claimed, stream, values)]
        if held and not targets:
            return Reason.UNSUPPORTED
        return targets or None

    def _holds(self, claimed: Claimed, values: Values) -> bool:
        """Whether a foreign stream is what a monitor claims."""
        monitor = claimed.monitor
        if not (_equals(values, claimed.claim.where) and _equals(values, monitor.spec.model.where)):
            return False
        if values.get(attributes.ML_MODEL_NAME, monitor.model) != monitor.model:
            return False
        identity = _identity_for(monitor, values)
        return self._monitors.for_identity(identity.model, identity.version, identity.environment) is monitor


def identity_of(model: str, values: Values) -> Identity:
    """The whole traffic of a model, as a stream's attributes and resource tell it."""
    return Identity(
        model,
        values.get(attributes.ML_MODEL_VERSION) or None,
        values.get(attributes.ML_MODEL_VARIANT) or None,
        values.get(attributes.DEPLOYMENT_ENVIRONMENT_NAME) or None,
    )


def window_of(monitor: Monitor) -> WindowSpec:
    """The window that a monitor asks for; it reaches back at most as far as a reference of the model's own past."""
    window, reference = monitor.spec.window, monitor.spec.reference
    longest = window.longest_ns
    if reference is not None and reference.trailing is not None:
        longest = min(longest, max(reference.trailing.length, window.length))
    if reference is not None and reference.seasonal is not None:
        longest = min(longest, max(reference.seasonal.period, window.length))
    return WindowSpec(window.length, window.every, window.reaches_back_for, longest)


def _identity_for(monitor: Monitor, values: Values) -> Identity:
    """A foreign stream's identity: the monitor's model, and what the stream or else the monitor says of it."""
    told = identity_of(monitor.model, values)
    wanted = monitor.spec.model
    return Identity(told.model, told.version or wanted.version, told.variant, told.environment or wanted.environment)


def _targets(monitor: Monitor, values: Values, whole: Target) -> Iterator[Target]:
    """The target of the whole traffic, and the same for every segment that the stream falls in."""
    for segment in monitor.segments_of(values):
        yield replace(whole, identity=replace(cast("Identity", whole.identity), segment=segment)) if segment else whole


def _targets_of(claimed: Claimed, stream: Stream, values: Values) -> Iterator[Target]:
    """The targets of a foreign stream: of the whole traffic, and of every segment that it falls in."""
    monitor = claimed.monitor
    whole = claimed.target(stream, values, _identity_for(monitor, values), window_of(monitor))
    if whole is not None:
        yield from _targets(monitor, values, whole)


def _fits(stream: Stream, part: Part) -> bool:
    """Whether a stream of ours has the kind and the attributes that its name promises."""
    needed = set() if part in _TRAFFIC else {attributes.ML_FIELD_NAME}
    if part is Part.DEFECT:
        needed.add(attributes.ML_FIELD_DEFECT)
    return _fits_kind(stream, part) and all(stream.attributes.get(name) for name in needed)


def _fits_kind(stream: Stream, part: Part) -> bool:
    if kinds := _KINDS.get(part):
        return stream.kind in kinds
    return stream.kind is StreamKind.SUM and stream.monotonic


def _label(stream: Stream, part: Part) -> str:
    if part not in _LABELS:
        return ""
    name, absent = _LABELS[part]
    return stream.attributes.get(name, absent)


def _equals(values: Values, where: Values) -> bool:
    return all(values.get(name) == wanted for name, wanted in where.items())
