"""With `--state`, a restart neither relearns drifted traffic as normal, nor resolves an alarm, nor changes a count."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import numpy as np
import pytest

from driftline.instrumentation import ModelRecorder
from tests.servers.driftline import Processor, running_processor
from tests.servers.processes import eventually, free_port

pytestmark = pytest.mark.end_to_end

MONITOR = """
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: loans}
spec:
  reference: {learn: {observations: 2000}}
  window: {length: 4s, every: 1s}
"""
RANDOM = np.random.default_rng(3)


def send(recorder: ModelRecorder, rows: int, mean: float) -> None:
    """So many rows, over about a second."""
    for _ in range(10):
        recorder.record({"age": RANDOM.normal(mean, 9, rows // 10)}, duration=0.01)
        time.sleep(0.1)


def reference(processor: Processor) -> str | None:
    family = processor.scrape().get("ml_reference_info")
    return family.samples[0].labels["ml_reference_id"] if family and family.samples else None


def drifting(processor: Processor) -> float | None:
    return processor.value("ml_monitor_status", ml_model_name="loans", ml_monitor_state="drift")


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_a_restart_keeps_the_reference_the_alarm_and_every_count(tmp_path: Path, ending: signal.Signals) -> None:
    port = free_port()
    flags = ("--state", tmp_path / "state", "--otlp-http", f"127.0.0.1:{port}")
    with running_processor(tmp_path, *flags, monitor=MONITOR) as first:
        # Only now: counts of a stream that is older than the processor are not ours to tell.
        recorder = ModelRecorder("loans", "1", endpoint=f"http://127.0.0.1:{port}", interval=0.2)
        sent = 0
        for _ in range(8):
            send(recorder, 1000, mean=40)
            sent += 1000
            if reference(first):
                break
        learned = eventually(lambda: reference(first), timeout=10, what="a learned reference")
        while not drifting(first):
            send(recorder, 1000, mean=70)
            sent += 1000
            assert sent < 40_000, "a shift of three standard deviations must be found"
        for _ in range(8 if ending is signal.SIGKILL else 0):  # longer than what a crash may cost
            send(recorder, 1000, mean=70)
            sent += 1000
        first.wait_for("ml_predictions_total", sent, ml_model_name="loans")
        first.process.send(ending)
        first.process.wait(15)

    send(recorder, 1000, mean=70)
    with running_processor(tmp_path, *flags, monitor=MONITOR) as second:
        eventually(lambda: drifting(second) is not None, timeout=10, what="the first look")
        assert reference(second) == learned
        assert drifting(second) == 1, "the alarm stands although the window is empty"
        send(recorder, 1000, mean=70)
        second.wait_for("ml_predictions_total", sent + 2000, ml_model_name="loans")
        assert reference(second) == learned, "drifted traffic was not learned"
        eventually(lambda: drifting(second), timeout=10, what="the drift to be found again")
        recorder.close()


def test_a_damaged_state_file_is_set_aside_and_said(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    (state / "driftline.sqlite3").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with running_processor(tmp_path, "--state", state, monitor=MONITOR) as processor:
        assert processor.value("driftline_state_errors_total") == 1
        assert "starting afresh" in processor.process.output
    assert any("corrupt" in file.name for file in state.iterdir())
