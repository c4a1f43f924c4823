"""Which cohorts a prediction counts in: its model's whole traffic, and each segment its monitor watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor
from driftline.processors.outcomes.cohorts import Cohorts

MonitorOf = Callable[[Identity], Monitor]


class Census:
    """Cohorts by identity and segment. A source is an identity with all attributes that some segment names.

    Args:
        monitor_of: the monitor of an identity.
    """

    def __init__(self, monitor_of: MonitorOf) -> None:
        self._monitor_of = monitor_of
        self._cohorts: dict[Identity, Cohorts] = {}
        self._of: dict[int, tuple[Cohorts, ...]] = {}
        self._sources: dict[Identity, list[int]] = {}

    def __iter__(self) -> Iterator[tuple[Identity, Cohorts]]:
        return iter(self._cohorts.items())

    def of(self, number: int, source: Identity) -> tuple[Cohorts, ...]:
        """The cohorts that predictions of a source count in; the whole traffic's first."""
        known = self._of.get(number)
        if known is None:
            known = self._of[number] = tuple(self._admit(number, source))
        return known

    def sources(self, identity: Identity) -> list[int]:
        """The sources whose predictions count for an identity."""
        return self._sources.get(identity, [])

    def _admit(self, number: int, source: Identity) -> Iterator[Cohorts]:
        monitor = self._monitor_of(source)
        for segment in monitor.segments_of(dict(source.segment)):
            identity = replace(source, segment=segment)
            self._sources.setdefault(identity, []).append(number)
            yield self._cohorts.setdefault(identity, Cohorts(monitor.spec.performance))


def named(monitor: Monitor, values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Of a prediction's attributes those that a segment of the monitor names, in the order of their names."""
    wanted = {name for each in monitor.spec.segments for name in ((each,) if isinstance(each, str) else each)}
    return tuple(sorted((name, values[name]) for name in wanted if name in values))
