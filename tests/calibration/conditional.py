"""The rate with the one reference there is: 200 references of 20 buckets, their median and 95 %, over what is said."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import chi2

from driftline.processors.statistics.given_reference import Sliding, rate_given_reference
from tests.calibration.rows import Part, Row, quantile

REFERENCES, WINDOWS, WINDOW, BUCKETS, LEVEL = 200, 1000, 500, 20, 0.01
TIMES = (1, 4, 10)


def rows(quick: bool) -> Iterator[Row]:
    """A line for each size of the reference and each quantile."""
    for times in TIMES[1:2] if quick else TIMES:
        random, even, known = np.random.default_rng(times), np.full(BUCKETS, 1 / BUCKETS), times * WINDOW
        shares = random.multinomial(known, even, size=REFERENCES) / known
        rates = np.array([_rate(random, even, share, known) for share in shares])
        said = rate_given_reference([Sliding(LEVEL, BUCKETS - 1, False, WINDOW, known, 0.0)], random)
        for name, at, value in (("median", 0.5, said.median), ("95 %", 0.95, said.upper95)):
            yield Row((f"m / n = {times}", name, f"{value:.4f}"), quantile(rates / value, at), 0.8, 1.2)


def _rate(random: np.random.Generator, even: np.ndarray, share: np.ndarray, known: int) -> float:
    windows = random.multinomial(WINDOW, even, size=WINDOWS) / WINDOW
    scores = BUCKETS * ((windows - share) ** 2).sum(axis=1) / (1 / WINDOW + 1 / known)
    return float(np.mean(scores > chi2.isf(LEVEL, BUCKETS - 1)))


PART = Part(
    "conditional", "rate over what is said of one reference", ("reference", "of references", "said, a look"), rows
)
