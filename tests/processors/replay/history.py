"""Histories for the replay tests, and the same rows sent live: a real recorder, real bytes, the pipeline of `run`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics

from driftline.instrumentation import ModelRecorder
from driftline.processors.findings import Finding
from driftline.processors.health import Health
from driftline.processors.monitor import MonitorSet, load_monitors
from driftline.processors.otlp import OtlpService
from driftline.processors.pipeline import Pipeline
from driftline.processors.pipeline.schedule import margin
from driftline.processors.profile import Profile
from driftline.processors.replay.lines import Changes, line

SECOND = 10**9
START = 1_800_000_000 * SECOND
MINUTE = 60 * SECOND

Table = dict[str, Any]


def monitors(folder: Path, spec: str, name: str = "credit") -> MonitorSet:
    """One monitor from the text of its spec."""
    path = folder / f"{name}.monitor.yaml"
    head = f"apiVersion: driftline.dev/v1\nkind: ModelMonitor\nmetadata: {{name: {name}}}\n"
    path.write_text(f"{head}spec:\n{spec}\n")
    return load_monitors([path])


def people(rows: int, minutes: int, *, seed: int = 1, shift_from: float = 0.5) -> Table:
    """People with an age, a balance of both signs and a plan; the age shifts, the plans change; sorted by `at`.

    Times are whole milliseconds within the first half of each second, so that every row comes before its pane's look.
    """
    random = np.random.default_rng(seed)
    seconds = np.sort(random.integers(0, minutes * 60, rows))
    late = seconds >= shift_from * minutes * 60
    plan = np.where(random.random(rows) < np.where(late, 0.4, 0.1), "b", "a").astype(object)
    plan[random.random(rows) < 0.02] = None
    return {
        "at": START // 10**6 + seconds * 1000 + random.integers(0, 500, rows),
        "age": random.normal(np.where(late, 46, 40), 10, rows),
        "balance": random.normal(0, 100, rows),
        "plan": plan,
        "region": random.choice(["north", "south"], rows).astype(object),
    }


def profile_of(table: Table, folder: Path, *, ignore: Sequence[str] = ("at", "region"), **named: Any) -> Profile:
    """The profile of a table, saved as `reference.json` beside the monitor."""
    profile = Profile.from_table(table, ignore=ignore, model="credit", **named)
    profile.save(folder / "reference.json")
    return profile


@dataclass
class Clock:
    """A clock that is set by hand."""

    now_ns: int = START

    def __call__(self) -> int:
        return self.now_ns


@dataclass
class Server:
    """A model server of one version."""

    recorder: ModelRecorder
    service: OtlpService

    def flush(self) -> None:
        """What a flush would send now, over the wire's bytes."""
        self.service.metrics(encode_metrics(self.recorder.collect()).SerializeToString())


class Live:
    """A table sent live, row by row in time: recorders flush at the end of every pane, then `run` looks."""

    def __init__(
        self,
        configured: MonitorSet,
        *,
        profile: Profile | None = None,
        fields: Sequence[str] = ("age", "balance", "plan"),
        segments: Sequence[str] = (),
        version: str | None = None,
        every_ns: int = MINUTE,
    ) -> None:
        self.clock = Clock(START - 1)
        self._fields, self._segments, self._version, self._every_ns = fields, segments, version, every_ns
        self._profile = profile
        self._pipeline = Pipeline(configured, started_ns=START - SECOND)
        self._service = OtlpService(self._pipeline, Health(), clock=self.clock)
        self._servers: dict[str | None, Server] = {}

    def looks(self, table: Table) -> Iterator[tuple[int, list[Finding]]]:
        """Every look from the first pane with rows to the last: when, and what was found."""
        panes = np.asarray(table["at"]) * 10**6 // self._every_ns
        for pane in range(int(panes.min()), int(panes.max()) + 1):
            rows = np.flatnonzero(panes == pane)
            self.clock.now_ns = max(pane * self._every_ns, START)
            self._record(table, rows)
            end = (pane + 1) * self._every_ns
            self.clock.now_ns = end - margin(self._every_ns)
            for server in self._servers.values():
                server.flush()
            found = self._pipeline.evaluate(self.clock.now_ns)
            yield end, [each for each in found if isinstance(each, Finding)]
        for server in self._servers.values():
            server.recorder.abandon()

    def lines(self, table: Table) -> Iterator[Mapping[str, Any]]:
        """What a replay of the same table should say."""
        changes = Changes()
        for end, findings in self.looks(table):
            yield from (line(finding, end) for finding in changes.of(findings))

    def _record(self, table: Table, rows: NDArray[np.intp]) -> None:
        versions = np.full(len(rows), None) if self._version is None else np.asarray(table[self._version])[rows]
        for version in dict.fromkeys(versions.tolist()):
            ours = rows[versions == version]
            columns = {name: np.asarray(table[name])[ours] for name in self._fields}
            given = {name: np.asarray(table[name])[ours].tolist() for name in self._segments}
            self._server(version).recorder.record(_lists(columns), segments=given or None)

    def _server(self, version: str | None) -> Server:
        if version not in self._servers:
            reference = None if self._profile is None else self._profile.to_dict()
            recorder = ModelRecorder(
                "credit",
                version,
                reference=reference,
                endpoint="http://127.0.0.1:9",
                interval=3600,
                clock=self.clock,
                environ={},
                on_error=_loud,
            )
            self._servers[version] = Server(recorder, self._service)
        return self._servers[version]


def _lists(columns: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    return {name: column.tolist() if column.dtype == object else column for name, column in columns.items()}


def _loud(error: Exception) -> None:
    raise error
