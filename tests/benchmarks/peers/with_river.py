"""River's detectors of changes in numbers, with their defaults."""

from __future__ import annotations

from typing import Any

from river import drift

from tests.benchmarks.peers.inside import Detector, main


def update(detector: Any, value: float) -> bool:
    detector.update(value)
    return bool(detector.drift_detected)


DETECTORS = {
    "ADWIN": Detector(drift.ADWIN, update),
    "PageHinkley": Detector(drift.PageHinkley, update),
    "KSWIN": Detector(lambda: drift.KSWIN(seed=0), update, seeds=5),  # 0.7 ms a value
}

if __name__ == "__main__":
    main({}, DETECTORS)
