"""Frouros: two-sample tests at .05 field by field, and its detectors of changes in numbers with their defaults."""

from __future__ import annotations

from typing import Any

import numpy as np
from frouros.detectors import concept_drift
from frouros.detectors.data_drift import PSI, ChiSquareTest, KSTest

from tests.benchmarks.peers.inside import Detector, Method, Table, main


def columns(table: Table) -> dict[str, Any]:
    """Categories as codes, which its distances need."""
    numeric = dict(zip(table.names, np.ascontiguousarray(table.numeric.T), strict=False))
    return numeric | dict(zip(table.categorical, np.ascontiguousarray(table.codes.T), strict=True))


def tests(reference: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _fitted(KSTest() if name.startswith("x") else ChiSquareTest(), column)
        for name, column in reference.items()
    }


def indices(reference: dict[str, Any]) -> dict[str, Any]:
    return {name: _fitted(PSI(), column) for name, column in reference.items()}


def compare(ready: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
    return {name: detector.compare(X=current[name])[0] for name, detector in ready.items()}


def unlikely(found: dict[str, Any]) -> list[str]:
    return [name for name, result in found.items() if result.p_value < 0.05]


def over_a_tenth(found: dict[str, Any]) -> list[str]:
    return [name for name, result in found.items() if result.distance > 0.1]


def update(detector: Any, value: float) -> bool:
    """Begins anew after an alarm, as its pages do."""
    detector.update(value=value)
    alarmed = bool(detector.drift)
    if alarmed:
        detector.reset()
    return alarmed


def _fitted(detector: Any, column: Any) -> Any:
    detector.fit(X=column)
    return detector


METHODS = {
    "KS and chi-square, .05": Method(columns, tests, compare, unlikely),
    "PSI over .1": Method(columns, indices, compare, over_a_tenth),
}
DETECTORS = {
    name: Detector(getattr(concept_drift, name), update) for name in ("CUSUM", "GeometricMovingAverage", "PageHinkley")
}

if __name__ == "__main__":
    main(METHODS, DETECTORS)
