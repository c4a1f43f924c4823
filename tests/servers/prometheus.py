"""A real Prometheus on loopback, and questions to it."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers.processes import Process, eventually, free_port


@dataclass(frozen=True, slots=True)
class Sample:
    """One element of an instant vector."""

    labels: Mapping[str, str]
    time: float
    value: float


@dataclass(frozen=True, slots=True)
class Series:
    """One element of a range vector; `points` are (Unix time, value) pairs."""

    labels: Mapping[str, str]
    points: list[tuple[float, float]]


class Prometheus:
    """A running server: where it is, what it knows."""

    def __init__(self, url: str, process: Process) -> None:
        self.url = url
        self.process = process

    def query(self, promql: str, *, at: float | None = None) -> list[Sample]:
        """The instant vector of an expression, now or at a Unix time."""
        arguments = {"query": promql} | ({} if at is None else {"time": repr(at)})
        result = self._get("query", arguments)["result"]
        return [Sample(one["metric"], float(one["value"][0]), float(one["value"][1])) for one in result]

    def query_range(self, promql: str, *, start: float, end: float, step: float) -> list[Series]:
        """Each series of a range vector."""
        arguments = {"query": promql, "start": repr(start), "end": repr(end), "step": repr(step)}
        result = self._get("query_range", arguments)["result"]
        return [Series(one["metric"], [(float(at), float(text)) for at, text in one["values"]]) for one in result]

    def wait_for(self, promql: str, *, timeout: float = 30.0) -> list[Sample]:
        """The first non-empty answer. Raises TimeoutError."""
        return eventually(lambda: self.query(promql), timeout=timeout, what=f"an answer to {promql}", every=0.2)

    def own(self) -> dict[str, float]:
        """What it says of itself: each sample, labels and all, to its value."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=30) as answer:
            lines = [line for line in answer.read().decode().splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}

    def targets(self) -> list[dict[str, Any]]:
        """What it scrapes, with `health` and `lastError` of each."""
        return list(self._get("targets", {})["activeTargets"])

    def _get(self, path: str, arguments: Mapping[str, str]) -> dict[str, Any]:
        address = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(arguments)}"
        with urllib.request.urlopen(address, timeout=10) as answer:
            data: dict[str, Any] = json.load(answer)["data"]
            return data


def scrape_config(
    targets: Mapping[str, str],
    *,
    interval: str = "1s",
    protocols: str = "",
    external_labels: Mapping[str, str] | None = None,
) -> str:
    """A configuration that scrapes each job's `HOST:PORT`. `protocols` is further text for each job."""
    jobs = "".join(
        f"  - job_name: {job}\n    static_configs: [{{targets: ['{target}']}}]\n{protocols}"
        for job, target in targets.items()
    )
    times = f"scrape_interval: {interval}, scrape_timeout: {interval}, evaluation_interval: {interval}"
    return f"global: {{{times}, external_labels: {json.dumps(dict(external_labels or {}))}}}\nscrape_configs:\n{jobs}"


def alerting_config(rules: Path, alertmanager: str) -> str:
    """What `scrape_config` needs besides to evaluate a folder's rules and send alerts to `HOST:PORT`."""
    return (
        f"rule_files: ['{rules}/*.rules.yaml']\n"
        f"alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{alertmanager}']}}]}}]}}\n"
    )


@contextmanager
def running(program: Path, config: str, folder: Path, *flags: str, timeout: float = 30) -> Iterator[Prometheus]:
    """Start it with this configuration, wait until it is ready, end it afterwards.

    Args:
        program: the binary.
        config: text of `prometheus.yml`.
        folder: an existing empty folder for its files and its log.
        flags: further arguments.
        timeout: seconds until it must be ready; it reads its rules before.
    """
    (folder / "prometheus.yml").write_text(config, encoding="utf-8")
    port = free_port()
    command: list[str | Path] = [
        program,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        *flags,
    ]
    url = f"http://127.0.0.1:{port}"
    with Process(command, log=folder / "prometheus.log") as process:
        process.wait_for(lambda: _ready(url), timeout=timeout, what=f"{url}/-/ready")
        yield Prometheus(url, process)


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/-/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
