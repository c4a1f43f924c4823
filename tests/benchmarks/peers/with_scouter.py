"""Scouter: PSI on 10 quantile bins, over the chi-square limit its server computes by default.

The client scores, the server limits: `chi-square quantile(1 - .05, bins - 1) / rows of the window`, taken here by the
approximation of Wilson and Hilferty, which is within 0.2 % from 5 degrees of freedom on.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
from scouter.drift import Drifter, PsiDriftConfig

from tests.benchmarks.peers.inside import Method, Table, main


def matrix(table: Table) -> tuple[Any, list[str]]:
    """One matrix, categories as codes, and its names for those."""
    values = np.hstack([table.numeric, table.codes])
    return values, [f"feature_{at}" for at in range(table.numeric.shape[1], values.shape[1])]


def profile(reference: tuple[Any, list[str]]) -> Any:
    values, categorical = reference
    return Drifter().create_drift_profile(values, PsiDriftConfig("space", "job", categorical_features=categorical))


def look(ready: Any, current: tuple[Any, list[str]]) -> tuple[dict[str, float], dict[str, int], int, int]:
    values, categorical = current
    scores = Drifter().compute_drift(values, ready).features
    bins = {name: len(feature.bins) for name, feature in ready.features.items()}
    return scores, bins, len(values), values.shape[1] - len(categorical)


def over(found: tuple[dict[str, float], dict[str, int], int, int]) -> list[str]:
    scores, bins, rows, numeric = found
    drifted = [int(name.split("_")[1]) for name, score in scores.items() if score > _quantile(bins[name] - 1) / rows]
    return [f"x{at}" if at < numeric else f"k{at - numeric}" for at in drifted]


def _quantile(degrees: int) -> float:
    spread = 2 / (9 * degrees)
    return float(degrees * (1 - spread + NormalDist().inv_cdf(0.95) * spread**0.5) ** 3)


METHODS = {"PSI over its limit": Method(matrix, profile, look, over)}

if __name__ == "__main__":
    main(METHODS)
