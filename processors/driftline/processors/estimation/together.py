"""Estimates of several windows as one of all of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from driftline.processors.findings import Performance
from driftline.processors.statistics.performance import Figure as Measured

Change = Callable[[float], float]

_MEANS: Mapping[str, tuple[Change, Change]] = {
    "mae": (float, float),
    "rmse": (lambda root: root**2, math.sqrt),
    "mape": (float, float),
}
"""Metrics that are means over rows once they are brought there, and the way back."""


def together(parts: Sequence[Performance]) -> dict[str, Measured]:
    """Metrics over the predictions of all windows, by name; those that are no mean over rows are left out.

    The limits are means of the windows' own, as if all were wrong together: they share a reference. So an interval is
    rather too wide.

    >>> from driftline.processors.findings import Figure, Identity, Window
    >>> from driftline.semconv import PerformanceKind
    >>> def window(rows, rmse):
    ...     known = Figure("rmse", rmse, rmse - 1, rmse + 1)
    ...     return Performance(Identity("m"), Window(0, 1, rows), 1, "regression", PerformanceKind.ESTIMATED, (known,))
    >>> round(together([window(100, 1.0), window(300, 5.0)])["rmse"].value ** 2, 6)  # (1 + 3 x 25) / 4
    19.0
    """
    return {name: found for name in _MEANS if (found := _of_all(name, parts)).value is not None}


def _of_all(name: str, parts: Sequence[Performance]) -> Measured:
    of = [(part.window.observations, each) for part in parts for each in part.figures if each.metric == name]
    value = _mean(name, [(rows, each.value) for rows, each in of])
    lower = _mean(name, [(rows, each.lower) for rows, each in of])
    return Measured(name, value, lower, _mean(name, [(rows, each.upper) for rows, each in of]))


def _mean(name: str, values: Sequence[tuple[int, float | None]]) -> float | None:
    """The metric over all rows; None where one of the windows does not know it."""
    there, back = _MEANS[name]
    known = [(rows, there(value)) for rows, value in values if value is not None]
    total = sum(rows for rows, _ in known)
    return back(sum(rows * value for rows, value in known) / total) if len(known) == len(values) and total else None
