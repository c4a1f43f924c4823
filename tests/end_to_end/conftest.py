"""Real servers for the end-to-end tests, each on a free loopback port and always ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from tests.servers.processes import Process, free_port
from tests.servers.prometheus import Prometheus, running, scrape_config

PROMETHEUS_VERSIONS = ("2.42", "3.16.0")


class StartPrometheus(Protocol):
    """Starts a Prometheus that scrapes each job's `HOST:PORT` every `interval`."""

    def __call__(self, targets: Mapping[str, str], *, interval: str = "1s") -> Prometheus: ...


class StartProcess(Protocol):
    """Starts a command that is ended with the test."""

    def __call__(self, *command: str | Path, env: Mapping[str, str] | None = None) -> Process: ...


@pytest.fixture(name="free_port")
def _free_port() -> Callable[[], int]:
    """`free_port()` is a loopback port nobody listens on."""
    return free_port


@pytest.fixture
def start(tmp_path: Path) -> Iterator[StartProcess]:
    """`start("driftline", "run")` runs it until the end of the test; its log is in the test's folder."""
    with ExitStack() as started:
        count = 0

        def begin(*command: str | Path, env: Mapping[str, str] | None = None) -> Process:
            nonlocal count
            count += 1
            log = tmp_path / f"{count}-{Path(command[0]).name}.log"
            return started.enter_context(Process(command, log=log, env=env))

        yield begin


@pytest.fixture(params=PROMETHEUS_VERSIONS)
def prometheus(
    request: pytest.FixtureRequest, real_part: Callable[[str, str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StartPrometheus]:
    """`prometheus({"driftline": "127.0.0.1:9464"})` is a real server of each version, ready and scraping."""
    program = real_part("prometheus", request.param)
    with ExitStack() as started:

        def begin(targets: Mapping[str, str], *, interval: str = "1s") -> Prometheus:
            config = scrape_config(targets, interval=interval)
            return started.enter_context(running(program, config, tmp_path_factory.mktemp("prometheus")))

        yield begin
