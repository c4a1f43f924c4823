"""What every test has: an environment without OpenTelemetry's and our variables, and real parts or their names."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, settings

from tests.servers.parts import MissingPartError, find

collect_ignore_glob = ["benchmarks/*/with_*.py"]  # each runs in an environment of its own, with its peer

settings.register_profile(
    "ci",
    deadline=None,  # a shared machine is slow when it likes
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", deadline=None, max_examples=2000)

_MISSING = pytest.StashKey[dict[str, str]]()
_REQUIRED = pytest.StashKey[bool]()


class RealPart(Protocol):
    """Where a real part is; skips the test when the machine has none, fails it when all are required."""

    def __call__(self, name: str, version: str) -> Path: ...


class Worker(Protocol):
    """What is used of a worker of pytest-xdist."""

    config: pytest.Config


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
    config.stash[_MISSING] = {}
    config.stash[_REQUIRED] = os.environ.get("DRIFTLINE_REQUIRE") == "all"


def pytest_sessionfinish(session: pytest.Session) -> None:
    output: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if output is not None:  # a worker's terminal is not seen: its controller says what was missing
        output["missing"] = session.config.stash[_MISSING]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Worker) -> None:
    node.config.stash[_MISSING].update(getattr(node, "workeroutput", {}).get("missing", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    missing = config.stash[_MISSING]
    if missing:
        terminalreporter.section("real parts this machine lacks: NOT RUN without them")
        for part, command in sorted(missing.items()):
            terminalreporter.write_line(f"{part}: {command}")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the variables of the machine it runs on."""
    for name in list(os.environ):
        if name.startswith(("OTEL_", "DRIFTLINE_")):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_recorder_outlives_its_test() -> Iterator[None]:
    """A recorder left open would go on sending: its retries draw from `random`, which Hypothesis takes for a flaw."""
    yield
    process = sys.modules.get("driftline.instrumentation.recorder.process")
    for recorder in list(process._living) if process is not None else ():
        recorder.abandon()


@pytest.fixture(scope="session")
def real_part(pytestconfig: pytest.Config) -> RealPart:
    """`real_part("prometheus", "3.16.0")` is the path of the program."""

    def get(name: str, version: str) -> Path:
        try:
            return find(name, version)
        except MissingPartError as error:
            missing = error
        pytestconfig.stash[_MISSING][str(missing.part)] = missing.command
        if pytestconfig.stash[_REQUIRED]:
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))

    return get
