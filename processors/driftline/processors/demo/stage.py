"""The two servers of the demo: the model, and the processor that watches it."""

from __future__ import annotations

import json
import os
import select
import socket
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from driftline.processors.demo.children import Child, ChildError
from driftline.processors.demo.story import Story
from driftline.processors.demo.train import MODEL, Trained

START_SECONDS: Final = 60.0

MONITOR: Final = """\
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {{name: {model}}}
spec:
  window: {{length: {seconds}s, every: 1s}}
  drift:
    falseAlarms: 1 per 30d
    # Months differ a little in everything. Only a change of this size is worth a demo.
    minimumEffect: {{psi: 0.1, ks: 0.1}}
  fields:
    # Of its 100 and more buckets chance alone makes nearly half of 0.1, and it follows the airline a little.
    - {{name: score, drift: {{minimumEffect: {{psi: 0.2}}}}}}
  # Whether a flight left late is known some seconds later here, and of some never.
  performance: {{cohort: {cohort}s, coverage: 0.9, maturity: {maturity}s, keep: 1h}}
"""
"""The monitor. The reference is not in it: the model server announces its own."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everything listens, and the processes behind it."""

    model_url: str
    metrics_url: str
    addresses: dict[str, str]
    children: tuple[Child, ...]

    @property
    def control_url(self) -> str:
        """Where the processor is told what proves true."""
        return f"http://{self.addresses['control']}"

    def check(self) -> None:
        """Raise ChildError if one of the servers has ended."""
        for child in self.children:
            child.check()


@contextmanager
def stage(folder: Path, trained: Trained, story: Story) -> Iterator[Stage]:
    """Start `driftline run` and the instrumented model server; end both with the block.

    Raises:
        ChildError: one of them did not start; the message holds the end of its log.
    """
    monitor = folder / "monitor.yaml"
    maturity = round(4 * story.outcome_seconds) + 1
    chosen = {"seconds": story.window_seconds, "cohort": story.cohort_seconds, "maturity": maturity}
    monitor.write_text(MONITOR.format(model=MODEL, **chosen))
    with processor(folder, monitor) as (watching, addresses):
        port = _free_port()
        with model_server(folder, trained, addresses["otlp_http"], port) as serving:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, serving)
            yield Stage(url, f"http://{addresses['prometheus']}/metrics", addresses, (watching, serving))


@contextmanager
def processor(folder: Path, monitor: Path) -> Iterator[tuple[Child, dict[str, str]]]:
    """`driftline run` on free ports; yields the process and its addresses, as its first line gives them."""
    listen = [argument for name in ("otlp-grpc", "otlp-http", "prometheus", "control") for argument in _free(name)]
    command = [_script("driftline"), "run", "--json", "--monitor", str(monitor), *listen]
    with Child("driftline run", command, log=folder / "processor.log", environ=os.environ) as child:
        yield child, _first_line(child)


def model_server(folder: Path, trained: Trained, otlp: str, port: int) -> Child:
    """The model server, as a user would start it: its own code, and `opentelemetry-instrument` before it."""
    environ = {
        "OMP_NUM_THREADS": "1",  # on a busy machine the threads of one small request would wait for each other
        **os.environ,
        "OTEL_SERVICE_NAME": MODEL,
        "DRIFTLINE_OTLP_ENDPOINT": f"http://{otlp}",
        "DRIFTLINE_REFERENCE": str(trained.profile),
        "FLIGHTS_MODEL": str(trained.model),
    }
    serve = Path(__file__).with_name("server") / "serve.py"
    command = [_script("opentelemetry-instrument"), sys.executable, str(serve), str(port)]
    return Child("the model server", command, log=folder / "model.log", environ=environ)


def _free(name: str) -> tuple[str, str]:
    return f"--{name}", "127.0.0.1:0"


def _script(name: str) -> str:
    return str(Path(sysconfig.get_path("scripts")) / name)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _first_line(child: Child) -> dict[str, Any]:
    end = time.monotonic() + START_SECONDS
    while not select.select([child.stdout], [], [], 0.1)[0]:
        child.check()
        if time.monotonic() > end:
            raise ChildError(f"driftline run did not say where it listens within {START_SECONDS:.0f} s")
    line = child.stdout.readline()
    if not line:
        child.stop()
        child.check()
    found: dict[str, Any] = json.loads(line)
    return found


def _wait_for(url: str, child: Child) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        child.check()
        try:
            httpx.get(f"{url}/openapi.json", timeout=5).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise ChildError(f"the model server did not answer at {url} within {START_SECONDS:.0f} s")
