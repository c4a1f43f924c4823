"""What of a model's traffic is counted and never windowed: predictions, durations, events of objectives."""

from __future__ import annotations

from typing import Final

from driftline.processors.findings import Identity
from driftline.processors.observations import Stream, StreamKind
from driftline.processors.pipeline.entries import Entry
from driftline.processors.pipeline.links import TotalsSink, durations_sink, events_sink, predictions_sink
from driftline.processors.pipeline.spreads import durations_into, events_into
from driftline.processors.pipeline.thresholds import Threshold, good_buckets
from driftline.processors.pipeline.totals import Totals
from driftline.processors.windows import Part, Target

TRAFFIC: Final = frozenset({Part.PREDICTIONS, Part.DURATIONS, Part.EVENTS})
"""The parts that are of no field."""


class Counters:
    """Connects streams with totals.

    Args:
        totals: what is counted.
    """

    def __init__(self, totals: Totals) -> None:
        self._totals = totals
        self._predictions = predictions_sink(totals)
        self._durations: dict[tuple[float, ...], TotalsSink] = {}
        self._events: dict[int, TotalsSink] = {}

    def connect(self, entry: Entry, stream: Stream, identity: Identity, target: Target) -> None:
        """Let a stream count in its part of an identity's totals."""
        if target.part is Part.PREDICTIONS:
            _link(entry, self._predictions, self._totals.predictions_row(identity, target.label))
        elif target.part is Part.DURATIONS:
            self._connect_durations(entry, stream, self._totals.durations_row(identity, target.label))
        else:
            self._connect_events(entry, stream, identity, Threshold.read(target.label))

    def _connect_durations(self, entry: Entry, stream: Stream, place: tuple[Identity, str]) -> None:
        if stream.kind is StreamKind.EXPONENTIAL:
            entry.exponential.append(durations_into(self._totals, place))
            return
        sink = self._durations.get(stream.bounds)
        if sink is None:
            sink = self._durations[stream.bounds] = durations_sink(self._totals, stream.bounds)
        _link(entry, sink, place)

    def _connect_events(self, entry: Entry, stream: Stream, identity: Identity, threshold: Threshold) -> None:
        place = self._totals.events_row(identity, threshold.objective)
        if stream.kind is StreamKind.EXPONENTIAL:
            entry.exponential.append(events_into(self._totals, place, threshold.largest))
            return
        good = good_buckets(stream.bounds, threshold.largest)
        sink = self._events.get(good)
        if sink is None:
            sink = self._events[good] = events_sink(self._totals, good)
        _link(entry, sink, place)


def _link(entry: Entry, sink: TotalsSink, place: tuple[Identity, str]) -> None:
    entry.block.link(sink, sink).connect(entry.slot, sink.row(place))
