"""What a monitor wants of somebody else's metrics: fields, and events of objectives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from driftline.processors.monitor.objectives import Objective
from driftline.processors.monitor.spec import FieldEntry, Spec


@dataclass(frozen=True, slots=True)
class Claim:
    """A wish for the streams of one metric."""

    wanted: FieldEntry | Objective
    """What they are to become."""
    metric: str
    where: Mapping[str, str]
    """Only streams whose attributes, or whose resource's, equal these."""

    @property
    def key(self) -> Literal["fields", "slos"]:
        """The key of the spec that it stands below."""
        return "slos" if isinstance(self.wanted, Objective) else "fields"

    def overlaps(self, other: Claim) -> bool:
        """Whether a stream could be both.

        >>> one, two = (Claim(FieldEntry(name="f"), "m", {"route": route}) for route in ("/a", "/b"))
        >>> one.overlaps(one), one.overlaps(two)
        (True, False)
        """
        contradict = any(other.where.get(name, value) != value for name, value in self.where.items())
        return self.metric == other.metric and not contradict


def claims(spec: Spec) -> Iterator[Claim]:
    """Everything that a spec wants of somebody else's metrics."""
    for entry in spec.fields:
        if entry.metric is not None:
            yield Claim(entry, entry.metric.name, entry.metric.where)
    for slo in spec.slos:
        if slo.sli.latency is not None and (metric := slo.sli.latency.metric) is not None:
            yield Claim(slo, metric.name, metric.where)
