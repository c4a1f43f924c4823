"""A small world for pipeline tests: a clock that is set by hand, recorders that send real points, a pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from driftline.processors.findings import Finding, Identity, Kind, Objective, Reference, State, Traffic
from driftline.processors.health import Health
from driftline.processors.monitor import MonitorSet, load_monitors
from driftline.processors.observations import Batch, BucketPoints, Stream, StreamId, StreamKind
from driftline.processors.pipeline import Pipeline
from driftline.processors.profile import NumericField, Profile

Segment = tuple[tuple[str, str], ...]
SECOND = 10**9
START = 1_800_000_000 * SECOND
EVERY = 10


def monitors(folder: Path, spec: str, name: str = "credit") -> MonitorSet:
    """One monitor from the text of its spec."""
    path = folder / f"{name}.monitor.yaml"
    head = f"apiVersion: driftline.dev/v1\nkind: ModelMonitor\nmetadata: {{name: {name}}}\n"
    path.write_text(f"{head}spec:\n{spec}\n")
    return load_monitors([path])


@cache
def profile(version: str | None = "7", model: str | None = "credit", seed: int = 0) -> Profile:
    """20,000 people with an age and a plan."""
    random = np.random.default_rng(seed)
    table = {"age": random.normal(40, 10, 20_000), "plan": random.choice(["a", "b", "c"], 20_000)}
    return Profile.from_table(table, model=model, version=version)


BOUNDS = tuple(float(bound) for bound in np.linspace(20, 60, 17))


@dataclass
class World:
    """A pipeline and its clock; `now` in seconds since the start."""

    pipeline: Pipeline
    health: Health
    now: float = 0
    found: list[Finding] = field(default_factory=list)
    traffic: list[Traffic] = field(default_factory=list)
    objectives: dict[str, Objective] = field(default_factory=dict)

    @classmethod
    def of(cls, configured: MonitorSet | None = None) -> World:
        health = Health()
        return cls(Pipeline(configured, started_ns=START, health=health), health)

    @property
    def now_ns(self) -> int:
        return START + round(self.now * SECOND)

    def look(self) -> list[Finding]:
        """Evaluate now."""
        out = self.pipeline.evaluate(self.now_ns)
        self.found = [each for each in out if isinstance(each, Finding)]
        self.traffic = [each for each in out if isinstance(each, Traffic)]
        self.objectives = {each.name: each for each in out if isinstance(each, Objective)}
        return self.found

    def finding(self, name: str | None, **identity: Segment | str | None) -> Finding:
        """The only finding of a field (None: of the model) whose identity has these values."""
        named = [each for each in self.found if each.field == name and each.kind is not Kind.QUALITY]
        return self._only(named, identity)

    def quality(self, check: str, name: str | None = None) -> Finding | None:
        """The only finding of a check of quality; None where the check could not be made."""
        found = [each for each in self.found if each.kind is Kind.QUALITY]
        found = [each for each in found if each.decided_by == check and each.field == name]
        assert len(found) <= 1
        return found[0] if found else None

    def reference(self, name: str | None, **identity: Segment | str | None) -> Reference:
        """What the only finding of a field was held against."""
        found = self.finding(name, **identity).reference
        assert found is not None
        return found

    def models(self) -> list[Identity]:
        """Identities with a model finding."""
        return [each.identity for each in self.found if each.kind is Kind.MODEL]

    def status(self, name: str | None = None, **identity: Segment | str | None) -> State:
        return self.finding(name, **identity).status

    @staticmethod
    def _only(found: Sequence[Finding], identity: Mapping[str, Segment | str | None]) -> Finding:
        identity = {"segment": (), **identity}
        fitting = [each for each in found if all(getattr(each.identity, key) == to for key, to in identity.items())]
        assert len(fitting) == 1, f"{len(fitting)} findings for {identity}: {[each.identity for each in found]}"
        return fitting[0]


@dataclass
class Sender:
    """A recorder: cumulative streams of one process, started with the world."""

    world: World
    resource: dict[str, str]
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))
    bounds: tuple[float, ...] = BOUNDS
    unit: str = ""
    _streams: dict[tuple[object, ...], tuple[StreamId, NDArray[np.float64]]] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World, version: str | None = "7", model: str | None = "credit", **extra: str) -> Sender:
        named = {"ml.model.name": model, "ml.model.version": version, **extra}
        return cls(world, {key: value for key, value in named.items() if value is not None})

    def histogram(
        self, values: NDArray[np.float64], metric: str = "ml.field.distribution", /, **attributes: str
    ) -> None:
        """Send values of a numeric field."""
        counts = np.histogram(values, bins=[-np.inf, *np.nextafter(self.bounds, np.inf), np.inf])[0]
        self._send(metric, StreamKind.HISTOGRAM, attributes, counts)

    def count(self, metric: str, amount: float, /, **attributes: str) -> None:
        """Add to a counter."""
        self._send(metric, StreamKind.SUM, attributes, np.array([amount]))

    def age(self, count: int, mean: float = 40, name: str = "age", **attributes: str) -> None:
        self.histogram(self.random.normal(mean, 10, count), **_field(name), **attributes)

    def plan(self, counts: Mapping[str, int], name: str = "plan", **attributes: str) -> None:
        for category, count in counts.items():
            named = {**_field(name), "ml.field.category": category, **attributes}
            self.count("ml.field.categories", count, **named)

    def _send(self, metric: str, kind: StreamKind, attributes: Mapping[str, str], added: NDArray[np.float64]) -> None:
        key = metric, *sorted(attributes.items())
        bounds = self.bounds if kind is StreamKind.HISTOGRAM else ()
        if key not in self._streams:
            stream = Stream(metric, self.unit, kind, True, False, "test", self.resource, dict(attributes), bounds)
            number = self.world.pipeline.stream(stream)
            assert isinstance(number, int), number
            self._streams[key] = StreamId(number), np.zeros(len(bounds) + 1)
        number, total = self._streams[key]
        total += added
        values = total.astype(np.int64) if kind is StreamKind.HISTOGRAM else total.copy()
        points = BucketPoints(
            np.array([number]),
            np.array([START + 1]),
            np.array([self.world.now_ns]),
            values[None],
            np.array([int(values.sum()) if kind is StreamKind.HISTOGRAM else 0]),
            np.array([np.nan]),
        )
        self.world.pipeline.fold(Batch(buckets=[points]), self.world.now_ns)


def _field(name: str) -> dict[str, str]:
    return {"ml.field.name": name, "ml.field.role": "feature"}


def like(reference: Profile, name: str = "age") -> tuple[float, ...]:
    """The bounds of a profile's field."""
    found = reference.field(name)
    assert isinstance(found, NumericField)
    return found.bounds
