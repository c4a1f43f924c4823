"""`drift.detectors` in a running processor: a sequential detector has its own score and limit, and finds the shift."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from driftline.instrumentation import ModelRecorder
from tests.servers.driftline import Processor, running_processor

pytestmark = pytest.mark.end_to_end

MONITOR = """
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: loans}
spec:
  reference: {learn: {observations: 2000}}
  window: {length: 4s, every: 1s}
  drift: {detectors: [cusum]}
"""
RANDOM = np.random.default_rng(3)


def send(recorder: ModelRecorder, mean: float) -> None:
    """Two hundred rows, over about a second: a tenth of the reference."""
    for _ in range(10):
        recorder.record({"age": RANDOM.normal(mean, 9, 20)}, duration=0.01)
        time.sleep(0.1)


def test_a_shift_is_found_by_the_detector_that_the_monitor_names(tmp_path: Path) -> None:
    with running_processor(tmp_path, monitor=MONITOR) as processor:
        recorder = ModelRecorder("loans", "1", endpoint=f"http://{processor.addresses['otlp_http']}", interval=0.2)
        for _ in range(20):
            send(recorder, mean=40)
            if _figure(processor, "score") is not None:
                break
        assert _figure(processor, "limit") is not None
        assert processor.value("ml_drift_limit", ml_field_name="age", ml_drift_statistic="ks") is None
        assert processor.value("ml_drift_detected", ml_field_name="age") == 0
        for _ in range(20):
            send(recorder, mean=60)
            if processor.value("ml_drift_detected", ml_field_name="age"):
                break
        score, limit = _figure(processor, "score"), _figure(processor, "limit")
        assert score is not None
        assert limit is not None
        assert score > limit > 0
        recorder.close()


def _figure(processor: Processor, name: str) -> float | None:
    return processor.value(f"ml_drift_{name}", ml_field_name="age", ml_drift_statistic="cusum")
