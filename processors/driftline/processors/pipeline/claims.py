"""Where the streams of somebody else's metrics count, that monitors claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from driftline.processors.findings import Identity
from driftline.processors.monitor import Claim, FieldEntry, Monitor, Objective
from driftline.processors.observations import Stream, StreamKind
from driftline.processors.pipeline.thresholds import UNITS, Threshold
from driftline.processors.windows import Part, Target, WindowSpec
from driftline.semconv import OTHER_CATEGORY, FieldRole

_HISTOGRAMS = {StreamKind.HISTOGRAM, StreamKind.EXPONENTIAL}


@dataclass(frozen=True, slots=True)
class Claimed:
    """What one monitor claims."""

    monitor: Monitor
    claim: Claim

    def target(
        self, stream: Stream, values: Mapping[str, str], identity: Identity, window: WindowSpec
    ) -> Target | None:
        """Where a stream counts; None when it is not of a kind that can."""
        wanted = self.claim.wanted
        found = _event(wanted, stream) if isinstance(wanted, Objective) else _field(wanted, stream, values)
        if found is None:
            return None
        part, field, role, label = found
        return Target(identity, part, field, role, label, window, declared=self.monitor.declared)


def ambiguous(claimed: Sequence[Claimed]) -> bool:
    """Whether several models claim a stream, and one of them only because the stream does not name its model."""
    monitors = [each.monitor for each in claimed]
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
