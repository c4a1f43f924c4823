"""How often a change is found: each statistic on buckets beside the same one on raw rows, and the judge.

References of 20,000 normal rows, each drawn anew, on the 20 buckets of their profile; changes shrink with the root of
n, so that all n are found about as often. Every statistic alarms over the 95 % point of its own simulated null; the
judge (minimum effect 0) at alpha 0.05 by its own limits, and is held against raw two-sample KS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors import Judge, Pair
from driftline.processors.detectors.block import Block
from driftline.processors.detectors.scoring import score
from driftline.processors.profile.bounds import choose_bounds
from driftline.processors.profile.sketch import Distinct
from tests.calibration.rows import Measured, Part, Row, share

Floats = NDArray[np.float64]
Change = Callable[[np.random.Generator, int], Floats]

REFERENCE, BUCKETS, LEVEL = 20_000, 20, 0.05
SIZES = (200, 500, 1000, 5000)
REPETITIONS = 1000
SURE_ERRORS = 3.29
"""Standard errors of an interval of 99.9 %; that of a difference of two shares of the same windows is at most one half
over the root of their number."""
BARE = {"psi": 0.0, "ks": 0.0}
RAW = ("ks", "kuiper", "cvm", "ad", "wasserstein", "energy")

CHANGES: dict[str, Change] = {
    "none": lambda random, n: random.normal(size=n),
    "shift": lambda random, n: random.normal(2.2 / np.sqrt(n), 1, size=n),
    "scale": lambda random, n: random.normal(0, 1 + 4 / np.sqrt(n), size=n),
    "tail": lambda random, n: np.where(random.random(n) < 3 / np.sqrt(n), 3.0, 1.0) * random.normal(size=n),
    "mixture": lambda random, n: random.normal(size=n) + 1.5 * (random.random(n) < 2.5 / np.sqrt(n)),
}
"""By name, windows of n rows; `none` is the null."""


@dataclass(frozen=True, slots=True)
class Found:
    """Shares of windows in which a change was found, by statistic: on buckets, on raw rows, and by the judge."""

    binned: dict[str, float]
    raw: dict[str, float]
    judge: float

    def behind(self) -> Iterator[tuple[str, float]]:
        """How far buckets are behind rows, and the judge (`judge`) behind the raw two-sample KS."""
        yield from ((name, self.raw[name] - self.binned[name]) for name in RAW)
        yield "judge", self.raw["ks"] - self.judge


def raw_scores(window: Floats, reference: Floats) -> dict[str, float]:
    """The statistics of two samples without ties, both sorted."""
    n, m = len(window), len(reference)
    inside = np.zeros(n + m, dtype=bool)
    inside[np.searchsorted(reference, window) + np.arange(n)] = True
    values = np.empty(n + m)
    values[inside], values[~inside] = window, reference
    reached = np.cumsum(inside)
    place = np.arange(1, n + m)
    gap = (reached / n - (np.arange(1, n + m + 1) - reached) / m)[:-1]
    width, square = np.diff(values), gap**2
    return {
        "ks": float(np.abs(gap).max()),
        "kuiper": float(gap.max() - gap.min()),
        "cvm": float(square.sum()) * n * m / (n + m) ** 2,
        "ad": float((square / (place * (n + m - place))).sum()) * n * m,
        "wasserstein": float((width * np.abs(gap)).sum()) / float(reference.std()),
        "energy": float(np.sqrt(2 * (width * square).sum() / reference.std())),
    }


def measure(n: int, repetitions: int) -> dict[str, Found]:
    """What is found of each change in windows of n rows."""
    random = np.random.default_rng([n, REFERENCE])
    raw: dict[str, list[dict[str, float]]] = {name: [] for name in CHANGES}
    pairs: dict[str, list[Pair]] = {name: [] for name in CHANGES}
    for _ in range(repetitions):
        reference = np.sort(random.normal(size=REFERENCE))
        bounds, scale = choose_bounds(Distinct.of(reference), BUCKETS), float(reference.std())
        known = np.diff(np.searchsorted(reference, bounds, side="right"), prepend=0, append=REFERENCE)
        for name, change in CHANGES.items():
            window = np.sort(change(random, n))
            raw[name].append(raw_scores(window, reference))
            counts = np.diff(np.searchsorted(window, bounds, side="right"), prepend=0, append=n)
            pairs[name].append(Pair(counts, known, ordered=True, bounds=bounds, scale=scale))
    on_rows = {name: {each: np.array([row[each] for row in rows]) for each in RAW} for name, rows in raw.items()}
    on_buckets = {name: score(Block.of(each)) for name, each in pairs.items()}
    judge = Judge()
    return {
        name: Found(_shares(on_buckets[name], on_buckets["none"]), _shares(on_rows[name], on_rows["none"]), rate)
        for name, rate in ((name, _rate(judge, each)) for name, each in pairs.items())
    }


def _shares(scores: dict[str, Floats], null: dict[str, Floats]) -> dict[str, float]:
    return {name: float(np.mean(values > np.quantile(null[name], 1 - LEVEL))) for name, values in scores.items()}


def _rate(judge: Judge, pairs: list[Pair]) -> float:
    """Share of fields in drift, each judged at `LEVEL` of its own."""
    looks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    alpha = -float(np.expm1(len(looks[0]) * np.log1p(-LEVEL)))
    verdicts = [v for look in looks for v in judge.judge(look, alpha=alpha, minimum_effect=BARE)]
    return sum(verdict.status == "drift" for verdict in verdicts) / len(verdicts)


def rows(quick: bool) -> Iterator[Row]:
    """How far buckets are behind rows, in points, by change, n and statistic."""
    repetitions = 300 if quick else REPETITIONS
    for n in (500,) if quick else SIZES:
        for change, found in measure(n, repetitions).items():
            if change == "none":
                case = (change, f"{n:,}", "judge", "")
                yield Row(
                    case,
                    share(round(found.judge * repetitions), repetitions, 0.01),
                    0.8 * LEVEL * 100,
                    1.2 * LEVEL * 100,
                )
                continue
            for name, behind in found.behind():
                raw = found.raw["ks" if name == "judge" else name]
                margin = SURE_ERRORS * np.sqrt(0.25 / repetitions)
                figure = Measured(behind * 100, (behind - margin) * 100, (behind + margin) * 100)
                case = (change, f"{n:,}", name, f"{raw * 100:.0f} %")
                yield Row(case, figure, -100, 10 if name == "judge" else 5)


PART = Part(
    "power",
    f"points of power behind raw rows, level {LEVEL}, {REPETITIONS} windows",
    ("change", "n", "statistic", "raw rows find"),
    rows,
)
