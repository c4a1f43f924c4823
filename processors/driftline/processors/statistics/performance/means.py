"""A mean over the rows: its value and slopes."""

from __future__ import annotations

import numpy as np

from driftline.processors.statistics.performance.interval import Leaning, trials
from driftline.processors.statistics.performance.rows import Floats, Rows, UndefinedError


def mean(rows: Rows, values: Floats) -> Leaning:
    """Weighted mean of `values` (N,), and its slopes (N,). Raises UndefinedError without rows.

    The slopes wear n / (n - 1), as the variance of a mean does; of a single row they are 0.

    >>> mean(Rows.of([0, 0]), np.array([1.0, 3.0])).value
    2.0
    """
    total, seen = float(rows.mass.sum()), float(rows.counts.sum())
    if total <= 0:
        raise UndefinedError("no rows")
    value = float(np.sum(rows.mass * values) / total)
    return Leaning(
        value, (values - value) / total * np.sqrt(seen / max(seen - 1, 1.0)), trials(rows, np.ones(len(values)))
    )
