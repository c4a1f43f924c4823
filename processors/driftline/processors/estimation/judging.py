"""Figures beside the limits of a monitor."""

from __future__ import annotations

from driftline.processors.findings import Figure
from driftline.processors.monitor.performance import Performance as Wanted
from driftline.processors.statistics.performance import Figure as Measured


def judged(measured: Measured, wanted: Wanted) -> Figure | None:
    """A figure beside the monitor's limit; None where there is no value.

    >>> judged(Measured("recall", 0.5, 0.4, 0.6), Wanted(minimum={"recall": 0.7})).violated
    True
    """
    if measured.value is None:
        return None
    beyond = wanted.beyond(measured.metric, measured.lower, measured.upper)
    limit = wanted.limit(measured.metric)
    return Figure(measured.metric, measured.value, measured.lower, measured.upper, limit, beyond)
