"""What monitors want of somebody else's metrics: fields, and events of objectives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from driftline.processors.findings import Identity
from driftline.processors.monitor import FieldEntry, Monitor, Objective
from driftline.processors.observations import Stream, StreamKind
from driftline.processors.pipeline.thresholds import UNITS, Threshold
from driftline.processors.windows import Part, Target, WindowSpec
from driftline.semconv import OTHER_CATEGORY, FieldRole

_HISTOGRAMS = {StreamKind.HISTOGRAM, StreamKind.EXPONENTIAL}


@dataclass(frozen=True, slots=True)
class Claim:
    """A monitor's wish for the streams of one metric."""

    monitor: Monitor
    metric: str
    where: Mapping[str, str]
    """Only streams whose attributes, or whose resource's, equal these."""
    wanted: FieldEntry | Objective
    """What they are to become."""

    def target(
        self, stream: Stream, values: Mapping[str, str], identity: Identity, window: WindowSpec
    ) -> Target | None:
        """Where a stream counts; None when it is not of a kind that can."""
        if isinstance(self.wanted, Objective):
            found = _event(self.wanted, stream)
        else:
            found = _field(self.wanted, stream, values)
        if found is None:
            return None
        part, field, role, label = found
        return Target(identity, part, field, role, label, window, declared=self.monitor.declared)


def claims_of(monitor: Monitor) -> Iterator[Claim]:
    """Everything a monitor wants of somebody else's metrics."""
    for entry in monitor.spec.fields:
        if entry.metric is not None:
            yield Claim(monitor, entry.metric.name, entry.metric.where, entry)
    for slo in monitor.spec.slos:
        if slo.sli.latency is not None and slo.sli.latency.metric is not None:
            yield Claim(monitor, slo.sli.latency.metric.name, slo.sli.latency.metric.where, slo)


def ambiguous(claims: Sequence[Claim]) -> bool:
    """Whether several models claim a stream, and one of them only because the stream does not name its model."""
    monitors = [claim.monitor for claim in claims]
    return len({each.model for each in monitors}) > 1 and not all(each.spec.model.where for each in monitors)


_Found = tuple[Part, str, str, str]


def _field(entry: FieldEntry, stream: Stream, values: Mapping[str, str]) -> _Found | None:
    by = entry.metric.by if entry.metric else None
    if by is None:
        return (Part.DISTRIBUTION, entry.name, FieldRole.FEATURE, "") if stream.kind in _HISTOGRAMS else None
    counts = stream.kind is StreamKind.SUM and stream.monotonic
    return (Part.CATEGORY, entry.name, FieldRole.FEATURE, values.get(by, OTHER_CATEGORY)) if counts else None


def _event(objective: Objective, stream: Stream) -> _Found | None:
    unit = UNITS.get(stream.unit)
    if unit is None or objective.sli.latency is None or stream.kind not in _HISTOGRAMS:
        return None
    threshold = Threshold(objective.name, objective.sli.latency.threshold / unit)
    return Part.EVENTS, "", "", threshold.label
