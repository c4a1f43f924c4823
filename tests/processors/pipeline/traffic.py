"""Streams and points for the tests, and the slow, obvious loop that says what must be counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from driftline.processors.findings import Identity
from driftline.processors.observations import (
    Batch,
    BucketPoints,
    ExponentialPoint,
    Reason,
    Stream,
    StreamId,
    StreamKind,
    Tally,
)
from driftline.processors.pipeline.intake import Intake
from driftline.processors.windows import FieldWindow, Part, Target, WindowSpec

SECOND = 10**9
NOW = 1_800_000_000 * SECOND
STARTED = NOW - 100 * SECOND
WINDOW = WindowSpec(length_ns=300 * SECOND, every_ns=10 * SECOND)
CREDIT = Identity("credit", "7")
BOUNDS = (0.0, 1.0)


def histogram(
    name: str = "age", *, instance: str = "a", bounds: Sequence[float] = BOUNDS, delta: bool = False
) -> Stream:
    return Stream(
        "ml.field.distribution",
        "",
        StreamKind.HISTOGRAM,
        monotonic=True,
        delta=delta,
        scope="driftline",
        resource={"service.instance.id": instance},
        attributes={"ml.field.name": name},
        bounds=tuple(bounds),
    )


def exponential(name: str = "age", *, instance: str = "a", delta: bool = False) -> Stream:
    plain = histogram(name, instance=instance, bounds=(), delta=delta)
    return Stream(
        plain.metric, "", StreamKind.EXPONENTIAL, monotonic=True, delta=delta, scope="", resource=plain.resource,
        attributes=plain.attributes,
    )  # fmt: skip


def counter(
    metric: str,
    labels: Mapping[str, str] | None = None,
    *,
    instance: str = "a",
    monotonic: bool = True,
    delta: bool = False,
) -> Stream:
    return Stream(
        metric, "", StreamKind.SUM, monotonic=monotonic, delta=delta, scope="", attributes=labels or {},
        resource={"service.instance.id": instance},
    )  # fmt: skip


_PARTS = {
    "ml.field.distribution": Part.DISTRIBUTION,
    "ml.field.categories": Part.CATEGORY,
    "ml.field.defects": Part.DEFECT,
    "ml.predictions": Part.PREDICTIONS,
    "ml.prediction.duration": Part.DURATIONS,
}


@dataclass
class Routes:
    """Where streams count: one identity, unless a model or a segment is named."""

    window: WindowSpec = WINDOW
    segments: Sequence[str] = ()
    declared: frozenset[str] = frozenset({"credit"})

    def __call__(self, stream: Stream) -> Sequence[Target] | Reason | None:
        part = _PARTS.get(stream.metric)
        if part is None:
            return None
        values = dict(stream.attributes)
        model = values.get("model", "credit")
        identities = [Identity(model, "7")]
        identities += [
            Identity(model, "7", segment=((name, values[name]),)) for name in self.segments if name in values
        ]
        return [
            Target(
                identity, part, values.get("ml.field.name", ""), "feature" if "ml.field.name" in values else "",
                values.get("label", ""), self.window, declared=model in self.declared,
            )
            for identity in identities
        ]  # fmt: skip


def new_intake(routes: Routes | None = None, **options: Any) -> Intake:
    return Intake(routes or Routes(), **{"started_ns": STARTED, **options})


@dataclass(frozen=True)
class Point:
    stream: Stream
    start_ns: int
    time_ns: int
    values: tuple[float, ...]
    total: float = float("nan")
    count: int | None = None


def batch(intake: Intake, points: Iterable[Point]) -> Batch:
    """The points as a decoder would hand them over: one set of columns for each number of buckets and kind."""
    columns: dict[tuple[int, bool], list[tuple[StreamId, Point]]] = {}
    exponentials = []
    for point in points:
        number = intake.stream(point.stream)
        assert isinstance(number, int), f"refused: {number}"
        if point.stream.kind is StreamKind.EXPONENTIAL:
            exponentials.append(exponential_point(StreamId(number), point))
        else:
            summed = point.stream.kind is StreamKind.SUM
            columns.setdefault((len(point.values), summed), []).append((StreamId(number), point))
    return Batch([_columns(found, summed=summed) for (_, summed), found in columns.items()], exponentials)


def _columns(found: Sequence[tuple[StreamId, Point]], *, summed: bool) -> BucketPoints:
    plain = [point.values for _, point in found]
    values = np.array(plain, dtype=np.float64) if summed else np.array(plain, dtype=np.int64)
    claimed = [sum(point.values) if point.count is None else point.count for _, point in found]
    return BucketPoints(
        np.array([number for number, _ in found], dtype=np.int64),
        np.array([point.start_ns for _, point in found], dtype=np.int64),
        np.array([point.time_ns for _, point in found], dtype=np.int64),
        values,
        np.zeros(len(found), dtype=np.int64) if summed else np.array(claimed, dtype=np.int64),
        np.array([point.total for _, point in found]),
    )


def exponential_point(number: StreamId, point: Point, *, scale: int = 3, offset: int = -2) -> ExponentialPoint:
    """First value: zeros; then up to four positive buckets; then negative ones."""
    zero, *buckets = (int(value) for value in point.values)
    up, down = np.array(buckets[:4], dtype=np.int64), np.array(buckets[4:], dtype=np.int64)
    claimed = int(sum(point.values)) if point.count is None else point.count
    return ExponentialPoint(number, point.start_ns, point.time_ns, claimed, scale, zero, offset, up, offset, down)


def fold(intake: Intake, *points: Point, now_ns: int = NOW) -> Tally:
    return intake.fold(batch(intake, points), now_ns)


def windows(intake: Intake, now_ns: int = NOW, identity: Identity = CREDIT) -> dict[str, FieldWindow]:
    for model in intake.models():
        if model.identity == identity:
            return {found.field: found for found in model.fields(now_ns)}
    return {}


def counts(intake: Intake, name: str = "age", now_ns: int = NOW) -> list[int]:
    """All layouts of a field with BOUNDS."""
    for binned in windows(intake, now_ns)[name].binned:
        if tuple(binned.bounds.tolist()) == BOUNDS:
            return list(map(int, binned.counts))
    return [0] * (len(BOUNDS) + 1)


@dataclass
class SlowLoop:
    """What the contract says, point by point, in order of arrival. Windows of one length, a single target a stream."""

    window: WindowSpec = WINDOW
    lateness_ns: int = 30 * SECOND
    started_ns: int = STARTED
    _standing: dict[object, tuple[int, tuple[float, ...]]] = field(default_factory=dict)
    _counted: set[object] = field(default_factory=set)
    panes: dict[tuple[object, int], list[float]] = field(default_factory=dict)
    rejected: dict[Reason, int] = field(default_factory=dict)
    accepted: int = 0

    def fold(self, points: Iterable[Point], now_ns: int) -> None:
        for point in sorted(points, key=lambda point: (point.time_ns, -sum(point.values))):
            answer = self._point(point, now_ns)
            if isinstance(answer, Reason):
                self.rejected[answer] = self.rejected.get(answer, 0) + 1
            else:
                self.accepted += 1

    def _point(self, point: Point, now_ns: int) -> Reason | None:
        stream = point.stream
        incarnation = stream.metric, stream.delta, *stream.resource.items(), *stream.attributes.items(), point.start_ns
        late = point.time_ns < now_ns - self.lateness_ns
        if stream.delta:
            if (incarnation, point.time_ns) in self._counted:
                return Reason.DUPLICATE
            if late:
                return Reason.LATE
            self._counted.add((incarnation, point.time_ns))
            self._add(point, point.values, now_ns)
            return None
        last, before = self._standing.get(incarnation, (-1, None))
        if point.time_ns <= last:
            return Reason.DUPLICATE if point.time_ns == last else Reason.OUT_OF_ORDER
        if late:
            return Reason.LATE
        if before is None:
            before = tuple(0.0 for _ in point.values) if point.start_ns > self.started_ns else point.values
        added = tuple(new - old for new, old in zip(point.values, before, strict=True))
        if min(added) < 0:  # a reset
            added = point.values
        self._standing[incarnation] = point.time_ns, point.values
        self._add(point, added, now_ns)
        return None

    def _add(self, point: Point, added: Sequence[float], now_ns: int) -> None:
        ahead = point.time_ns > now_ns + self.window.every_ns
        pane = (now_ns if ahead else point.time_ns) // self.window.every_ns
        stream = point.stream
        key = stream.metric, stream.attributes.get("ml.field.name", ""), stream.attributes.get("label", "")
        held = self.panes.setdefault((key, pane), [0.0] * len(added))
        for bucket, count in enumerate(added):
            held[bucket] += count

    def held(self, key: object, now_ns: int) -> list[float]:
        """What the window holds of (metric, field, label)."""
        last = now_ns // self.window.every_ns
        first = last - self.window.panes + 1
        found = [held for (owner, pane), held in self.panes.items() if owner == key and first <= pane <= last]
        return [sum(column) for column in zip(*found, strict=True)]
