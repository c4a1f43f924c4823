"""Sequential detectors on panes of counts against a reference: one chart watches one field."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.sequential.counted import CountedCusum, CountedPageHinkley
from driftline.processors.detectors.sequential.counted_adwin import CountedAdwin
from driftline.processors.detectors.sequential.e_process import EProcess

Counts = NDArray[np.int64]


class Chart(Protocol):
    """Watches one field, pane by pane."""

    def update(self, counts: Counts, rate: float, dispersion: float = 1.0) -> None:
        """Take the counts of one pane, (B,); nothing changes for an empty one.

        Args:
            counts: on the buckets of the reference.
            rate: false alarms a pane that the chart may raise, in (0, 1).
            dispersion: variance of the traffic's shares over that of independent values, at least 1.
        """
        ...

    def get(self) -> tuple[float, float]:
        """Score, at least 0, and limit, positive, after the last pane; the field is in drift when over it.

        The limit is infinite where nothing that the traffic may do would be over it: a chart that cannot alarm.
        """
        ...

    def to_dict(self) -> dict[str, Any]:
        """The state, as JSON can hold it."""
        ...

    def restore(self, saved: dict[str, Any]) -> None:
        """Take up a state. Raises KeyError, TypeError or ValueError on anything else."""
        ...


class Maker(Protocol):
    """Makes a chart for a reference."""

    def __call__(self, reference: Counts, *, ordered: bool) -> Chart: ...


CHARTS: dict[str, Maker] = {
    "cusum": CountedCusum,
    "page_hinkley": CountedPageHinkley,
    "adwin": CountedAdwin,
    "e_process": EProcess,
}
"""Every sequential detector by the name a monitor calls it."""
