"""Programs that know nothing of Driftline are watched all the same."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.conftest import StartProcess
from tests.servers.driftline import Processor, running_processor
from tests.servers.processes import Process

pytestmark = pytest.mark.end_to_end

MONITOR = """
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: shop}
spec:
  window: {length: 5m, every: 1s}
  fields:
    - name: request_latency
      metric: {name: http.server.request.duration, where: {http.route: /predict}}
    - name: plan
      metric: {name: app.requests, by: app.plan}
"""


@pytest.fixture
def processor(tmp_path: Path) -> Iterator[Processor]:
    with running_processor(tmp_path, monitor=MONITOR) as running:
        yield running


def client(start: StartProcess, processor: Processor, transport: str, observations: int) -> Process:
    """A foreign process that has sent everything and goes on living."""
    program = Path(__file__).with_name("foreign_client.py")
    endpoint = processor.addresses[f"otlp_{transport}"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OTEL_")}
    child = start(sys.executable, program, transport, endpoint, str(observations), env=environment)
    child.wait_for(lambda: "sent" in child.output or None, timeout=60, what="the client to send")
    return child


@pytest.mark.parametrize("transport", ["grpc", "http"])
def test_plain_sdk_metrics_are_monitored_fields_and_a_killed_process_changes_no_count(
    start: StartProcess, processor: Processor, transport: str
) -> None:
    first = client(start, processor, transport, 1000)
    processor.wait_for("ml_window_observations", 500, ml_field_name="request_latency")
    processor.wait_for("ml_window_observations", 1000, ml_field_name="plan")

    first.send(signal.SIGKILL)
    first.wait(10)
    client(start, processor, transport, 400)
    processor.wait_for("ml_window_observations", 700, ml_field_name="request_latency")
    processor.wait_for("ml_window_observations", 1400, ml_field_name="plan")


@pytest.mark.parametrize("transport", ["grpc", "http"])
def test_spans_and_logs_of_others_are_taken_and_counted(
    start: StartProcess, processor: Processor, transport: str
) -> None:
    client(start, processor, transport, 10)
    processor.wait_for("driftline_spans_total", 1, outcome="ignored")
    processor.wait_for("driftline_logs_total", 1, outcome="ignored")
    assert processor.value("driftline_requests_total", signal="traces", transport=transport, outcome="accepted") == 1


def test_sigterm_ends_it_cleanly(processor: Processor) -> None:
    processor.process.send(signal.SIGTERM)
    assert processor.process.wait(10) == 0
    assert "Traceback" not in processor.process.output
