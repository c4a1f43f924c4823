"""Sequential detectors: false alarms over the budget while nothing changes, and values until a shift is found.

Alarms: 10 references of 1,500 panes, one alarm in 500 panes allowed. Delays: medians over 20 streams of 10 values a
pane, one alarm in 86,400 values allowed (`tests.benchmarks.sequential` has River beside them); promised is River's
ADWIN (336, 128 and 48 values) plus one pane.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from driftline.processors.detectors.sequential import CHARTS
from tests.benchmarks import sequential, sequential_rates
from tests.calibration.rows import Measured, Part, Row, mean, quantile

OTHERS = {0.25: 336, 0.5: 128, 1.0: 48}
PANE = sequential.PANE


def rows(quick: bool) -> Iterator[Row]:
    """Alarms of every detector on all traffic, then delays."""
    cases = sequential_rates.CASES[:1] if quick else sequential_rates.CASES
    references = 4 if quick else sequential_rates.REFERENCES
    allowed = sequential_rates.PANES * sequential_rates.BUDGET
    for case in cases:
        for name in ("cusum",) if quick else CHARTS:
            found = [sequential_rates.alarms(name, case, seed) / allowed for seed in range(references)]
            yield Row((name, "alarms over budget", case[0]), mean(found), 0.0, 1.2)
    for name in () if quick else CHARTS:
        for shift, theirs in OTHERS.items():
            yield Row((name, "values until found", f"{shift} sd"), delay(name, shift), 0.0, theirs + PANE)


def delay(name: str, shift: float) -> Measured:
    """The median delay; from a stream that is quiet for 1,000 values first."""
    found = []
    for seed in range(sequential.SEEDS):
        stream = list(partial(sequential.charted, name)(seed, shift))[sequential.BEFORE // PANE :]
        found.append((stream.index(True) + 1) * PANE if True in stream else np.inf)
    return quantile(found, 0.5)


PART = Part("runs", "sequential detectors", ("detector", "figure", "traffic"), rows)
