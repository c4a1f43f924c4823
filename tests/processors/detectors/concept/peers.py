"""What River and Frouros say of the streams, one JSON document; runs inside their environments, see `record`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from tests.processors.detectors.concept.streams import CASES, errors, spans


def river() -> dict[str, Callable[[], Any]]:
    """Its detectors with their defaults."""
    from river.drift import binary

    return {"ddm": binary.DDM, "eddm": binary.EDDM, "hddm_a": binary.HDDMA, "hddm_w": binary.HDDMW}


def frouros() -> dict[str, Callable[[], Any]]:
    """The one that differs from River's by its shortest stream alone."""
    from frouros.detectors.concept_drift import DDM

    return {"ddm": DDM}


def of_river(detector: Any, values: list[int]) -> dict[str, Any]:
    drifts, warnings = [], []
    for at, value in enumerate(values):
        detector.update(value)
        if detector.drift_detected:
            drifts.append(at)
        elif detector.warning_detected:
            warnings.append(at)
    return {"drift": drifts, "warning": spans(warnings)}


def of_frouros(detector: Any, values: list[int]) -> dict[str, Any]:
    """Begun anew after an alarm, as its pages do."""
    drifts, warnings = [], []
    for at, value in enumerate(values):
        detector.update(value=value)
        if detector.drift:
            drifts.append(at)
            detector.reset()
        elif detector.warning:
            warnings.append(at)
    return {"drift": drifts, "warning": spans(warnings)}


def main(peer: str) -> None:
    makers, run = (river(), of_river) if peer == "river" else (frouros(), of_frouros)
    found = {name: [run(make(), errors(*case).astype(int).tolist()) for case in CASES] for name, make in makers.items()}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
