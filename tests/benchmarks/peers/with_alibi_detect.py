"""Alibi Detect: TabularDrift (Kolmogorov-Smirnov and chi-square), corrected over the fields, and field by field."""

from __future__ import annotations

from typing import Any

import numpy as np
from alibi_detect.cd import TabularDrift

from tests.benchmarks.peers.inside import Method, Table, main


def matrix(table: Table) -> tuple[Any, int]:
    """One matrix, categories as codes, and how many columns are numeric."""
    return np.hstack([table.numeric, table.codes]), table.numeric.shape[1]


def detector(reference: tuple[Any, int]) -> Any:
    values, numeric = reference
    return TabularDrift(values, p_val=0.05, categories_per_feature=dict.fromkeys(range(numeric, values.shape[1])))


def look(ready: Any, current: tuple[Any, int]) -> tuple[Any, Any, int]:
    values, numeric = current
    found = ready.predict(values, drift_type="batch")["data"]  # the batch is in drift where any field passes it
    return found["p_val"], found["threshold"], numeric


def alone(ready: Any, current: tuple[Any, int]) -> tuple[Any, Any, int]:
    values, numeric = current
    found = ready.predict(values, drift_type="feature")["data"]
    return found["p_val"], found["threshold"], numeric


def under(found: tuple[Any, Any, int]) -> list[str]:
    p_values, threshold, numeric = found
    return [f"x{at}" if at < numeric else f"k{at - numeric}" for at in np.flatnonzero(p_values < threshold)]


METHODS = {
    "TabularDrift, Bonferroni .05": Method(matrix, detector, look, under, cheap=False),
    "TabularDrift, .05 a field": Method(matrix, detector, alone, under),
}

if __name__ == "__main__":
    main(METHODS)
