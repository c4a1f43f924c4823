"""A real `driftline run` on free loopback ports, and what it shows."""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.servers.processes import Process, eventually

DRIFTLINE = Path(sys.executable).with_name("driftline")
LISTEN = ("otlp-grpc", "otlp-http", "prometheus", "control")


class Processor:
    """A running processor: its process, its addresses (`otlp_grpc`, ...) and its present figures."""

    def __init__(self, process: Process, addresses: Mapping[str, str]) -> None:
        self.process = process
        self.addresses = addresses

    def scrape(self) -> dict[str, Metric]:
        """The Prometheus page, family by family."""
        with urllib.request.urlopen(f"http://{self.addresses['prometheus']}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        return {family.name: family for family in text_string_to_metric_families(text)}

    def value(self, name: str, **labels: str) -> float | None:
        """The one sample of a name whose labels hold these; None when there is none."""
        found = [
            sample.value
            for family in self.scrape().values()
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]
        assert len(found) <= 1, f"{name} with {labels} is not one sample but {len(found)}"
        return found[0] if found else None

    def wait_for(self, name: str, expected: float, *, timeout: float = 15.0, **labels: str) -> None:
        """Wait until a sample has this value; the error says what it had."""
        seen: list[float | None] = [None]

        def look() -> bool:
            seen[0] = self.value(name, **labels)
            return seen[0] == expected

        try:
            eventually(look, timeout=timeout, what=f"{name}{labels} == {expected}")
        except TimeoutError as late:
            raise TimeoutError(f"{late}, at the end {seen[0]}") from late


@contextmanager
def running_processor(
    folder: Path, *flags: str | Path, monitor: str = "", env: Mapping[str, str] | None = None
) -> Iterator[Processor]:
    """Start it, wait until everything listens, stop it with SIGTERM.

    Args:
        folder: for its log and the monitor file.
        flags: further arguments.
        monitor: text of a monitor file; empty starts without one.
        env: its whole environment; None is ours.
    """
    command: list[str | Path] = [DRIFTLINE, "run", "--json"]
    for name in LISTEN:
        command += [f"--{name}", "127.0.0.1:0"]
    if monitor:
        (folder / "monitor.yaml").write_text(monitor, encoding="utf-8")
        command += ["--monitor", folder / "monitor.yaml"]
    with Process([*command, *flags], log=folder / "driftline.log", env=env) as process:
        ready = process.wait_for(lambda: _ready(process), timeout=60, what="the line that says ready")
        yield Processor(process, ready)


def _ready(process: Process) -> dict[str, str] | None:
    lines = [line for line in process.output.splitlines() if line.startswith('{"ready"')]
    return json.loads(lines[0]) if lines else None
