"""Alarms of a whole pipeline over the budget of its monitor, while nothing changes.

Each stream is a model of its own: it learns, or has a past, and is looked at every pane from then on. 50 rows a pane,
20 buckets or 8 categories, windows of 6 panes; the budget is one alarm in 100 looks, so that a few hundred looks a
stream say something. The interval is that of the mean over streams, which differ by their references.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from driftline.processors.detectors import Judge
from tests.calibration.feed import EVERY, Server, monitor
from tests.calibration.rows import Part, Row, mean
from tests.processors.detectors.streams import autoregressive, bursty, daily

ROWS, BUCKETS, WINDOW, IN_LOOKS = 50, 20, 6, 100
LEARNED, DAY, TRAILED = 5000, 144, 432
"""Observations that are learned; panes of a day, and of a trailing reference."""
STREAMS, LOOKS = 5, 150
EDGES = norm.ppf(np.arange(1, BUCKETS) / BUCKETS)
SHARES = np.array([0.4, 0.2, 0.15, 0.1, 0.05, 0.05, 0.03, 0.02])
MOST = 1.2
"""What the issue allows a rate to be, over its nominal value."""

Counts = NDArray[np.int64]

REFERENCES = {
    "learned": (f"{{learn: {{observations: {LEARNED}}}}}", LEARNED // ROWS + WINDOW),
    "learned of 4 days": (f"{{learn: {{observations: {4 * DAY * ROWS}}}}}", 4 * DAY + WINDOW),
    "trailing": (f"{{trailing: {{length: {TRAILED * EVERY}s}}}}", TRAILED + WINDOW),
    "trailing, from its first verdict": (f"{{trailing: {{length: {TRAILED * EVERY}s}}}}", TRAILED * 20 // 48),
    "seasonal": (f"{{seasonal: {{period: {DAY * EVERY}s}}}}", 2 * DAY + WINDOW),
}
"""What a monitor compares with, and after how many panes it has what it needs of blocks: alarms count from then on."""


@dataclass(frozen=True, slots=True)
class Case:
    """One line: a detector, traffic, a reference, and the fields of the model."""

    detector: str
    traffic: str
    reference: str = "learned"
    fields: int = 1

    def monitor(self) -> str:
        """The spec of its monitor."""
        return (
            f"  window: {{length: {WINDOW * EVERY}s, every: {EVERY}s}}\n"
            f"  drift: {{falseAlarms: 1 per {IN_LOOKS * EVERY}s, detectors: [{self.detector}], "
            f"minimumEffect: {{psi: 0, ks: 0}}}}\n"
            f"  reference: {REFERENCES[self.reference][0]}\n"
        )


DETECTORS = ("window", "cusum", "page_hinkley", "adwin", "e_process")
CASES = (
    *(Case(each, "independent rows") for each in DETECTORS),
    *(Case(each, "independent rows", fields=20) for each in ("window", "cusum")),
    *(Case(each, "rows that follow each other, 0.9") for each in DETECTORS),
    *(Case(each, "categories in bursts of 6") for each in DETECTORS),
    *(Case("window", "independent rows", each) for each in ("trailing", "seasonal")),
    *(Case("window", "rows that follow each other, 0.9", each) for each in ("trailing", "seasonal")),
    *(Case("window", "categories in bursts of 6", each) for each in ("trailing", "seasonal")),
    Case("window", "rows that follow each other, 0.9", "trailing, from its first verdict"),
    *(Case("window", "a day, up and down by 0.4", each) for each in ("learned of 4 days", "trailing", "seasonal")),
)
QUICK = (CASES[0], CASES[7])  # independent rows, and rows that follow each other


def panes(traffic: str, random: np.random.Generator, count: int) -> Counts:
    """One field's counts, (count, B)."""
    rows = count * ROWS
    if traffic.startswith("categories"):
        found, buckets = bursty(random, SHARES, rows, 6), len(SHARES)
    else:
        values = {
            "i": lambda: random.normal(size=rows),
            "r": lambda: autoregressive(random, rows, 0.9),
            "a": lambda: daily(random, rows, DAY * ROWS, 0.4),
        }[traffic[0]]()
        found, buckets = np.searchsorted(EDGES, values), BUCKETS
    places = np.repeat(np.arange(count), ROWS) * buckets + found
    return np.asarray(np.bincount(places, minlength=count * buckets).reshape(count, buckets))


def rates(case: Case, streams: int, looks: int) -> list[float]:
    """Alarms over the budget, of each stream."""
    monitors, judge, found = monitor(case.monitor()), Judge(), []
    categories = case.traffic.startswith("categories")
    count = REFERENCES[case.reference][1] + looks
    for seed in range(streams):
        random = np.random.default_rng([seed, *repr(case).encode()])
        traffic = np.stack([panes(case.traffic, random, count) for _ in range(case.fields)], axis=1)
        server = Server.of(monitors, judge, None if categories else EDGES.tolist())
        for at, pane in enumerate(traffic):
            if at == REFERENCES[case.reference][1]:
                server.count_anew()
            server.pane(pane)
        found.append(server.alarms / max(server.looks, 1) * IN_LOOKS)
    return found


def rows(quick: bool) -> Iterator[Row]:
    """A line for each case."""
    for case in QUICK if quick else CASES:
        found = rates(case, 3 if quick else STREAMS, 100 if quick else LOOKS)
        shown = (case.detector, case.traffic, case.reference, str(case.fields))
        yield Row(shown, mean(found), 0.0, MOST)


PART = Part(
    "budget",
    f"alarms over the budget, {STREAMS} streams of {LOOKS} looks, minimum effect 0",
    ("detector", "traffic", "reference", "fields"),
    rows,
)
