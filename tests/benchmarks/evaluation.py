"""An evaluation of 500 fields and all statistics against one numpy pass over the same counts.

Run with `python -m tests.benchmarks evaluation`. The pass computes all the scores of all fields and judges nothing.
`cold` has a judge that knows no null yet. `warm` sees the same counts once more and finds the nulls kept that were
worked out so far: a few a look where all are unlike. `next look` is the median of nine looks, each at other counts of
the same traffic; one in several pays 40 ms more, for a full collection of garbage.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors import Judge, Pair
from driftline.processors.detectors.block import Block
from driftline.processors.detectors.scoring import score

FIELDS, WINDOW, REFERENCE = 500, 5_000, 20_000
LOOK = 0.05
"""Target, whatever the judge knows already: CPU seconds."""
LATER = 9

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """One measured figure: seconds, how many times the numpy pass over the same counts, and its target in seconds."""

    name: str
    seconds: float
    ratio: float
    target: float | None


@dataclass(frozen=True, slots=True)
class Traffic:
    """The same fields at one look and at those that follow."""

    now: list[Pair]
    later: list[list[Pair]]

    @classmethod
    def of(cls, windows: Sequence[Counts], reference: Counts, *, ordered: bool) -> Traffic:
        """Windows of shape (F, B), one a look, against one reference."""
        now, *later = (_pairs(window, reference, ordered=ordered) for window in windows)
        return cls(now, later)


def numeric(random: np.random.Generator) -> Traffic:
    """Twenty equal buckets of the reference each."""
    reference = np.full((FIELDS, 20), REFERENCE // 20)
    shares = random.dirichlet(reference[0].astype(float), size=FIELDS)
    windows = [random.multinomial(WINDOW, shares) for _ in range(1 + LATER)]
    return Traffic.of(windows, reference, ordered=True)


def tied(random: np.random.Generator) -> Traffic:
    """Small whole numbers, every field with a mean of its own."""
    means = random.uniform(2, 6, size=FIELDS)
    windows = [_whole_numbers(random, means, WINDOW) for _ in range(1 + LATER)]
    return Traffic.of(windows, _whole_numbers(random, means, REFERENCE), ordered=True)


def categorical(random: np.random.Generator) -> Traffic:
    """Fifty skewed categories."""
    shares = 1 / np.arange(1, 51) ** 1.2
    reference, *windows = (
        random.multinomial(size, shares / shares.sum(), size=FIELDS) for size in (REFERENCE, *[WINDOW] * (1 + LATER))
    )
    return Traffic.of(windows, reference, ordered=False)


def rows() -> list[BenchmarkRow]:
    """For each kind of field: the pass, then an evaluation cold, warm and at the next look."""
    measured: list[BenchmarkRow] = []
    for kind, make in {"numeric": numeric, "tied numeric": tied, "categorical": categorical}.items():
        traffic = make(np.random.default_rng(0))
        once = _seconds(partial(score, Block.of(traffic.now)), repeat=20)
        judge = Judge()
        measured.append(BenchmarkRow(f"{kind}: numpy pass", once, 1.0, None))
        for name, took in (
            ("cold", _seconds(partial(_anew, traffic.now), repeat=5)),
            ("warm", _seconds(partial(judge.judge, traffic.now, alpha=0.01), repeat=5)),
            ("next look", median(_seconds(partial(judge.judge, each, alpha=0.01), repeat=1) for each in traffic.later)),
        ):
            measured.append(BenchmarkRow(f"{kind}: {name}", took, took / once, LOOK))
    return measured


def _anew(pairs: list[Pair]) -> object:
    return Judge().judge(pairs, alpha=0.01)


def _pairs(current: Counts, reference: Counts, *, ordered: bool) -> list[Pair]:
    bounds = np.arange(current.shape[1] - 1.0)
    return [Pair(c, r, ordered=ordered, bounds=bounds, scale=2.0) for c, r in zip(current, reference, strict=True)]


def _whole_numbers(random: np.random.Generator, means: NDArray[np.float64], size: int) -> Counts:
    values: Sequence[Counts] = [np.minimum(random.poisson(mean, size), 15) for mean in means]
    return np.array([np.bincount(row, minlength=16) for row in values])


def _seconds(run: Callable[[], object], repeat: int) -> float:
    """CPU seconds of the fastest run."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def main() -> int:
    print(f"{FIELDS} fields, 20 buckets (tied: 16, categories: 50), window {WINDOW:,}, reference {REFERENCE:,}")
    missed = 0
    for row in rows():
        target = "" if row.target is None else f" [under {row.target * 1e3:.0f} ms]"
        print(f"{row.name:24s} {row.seconds * 1e3:9.2f} ms {row.ratio:9.1f} x{target}")
        missed += row.target is not None and row.seconds > row.target
    return missed


if __name__ == "__main__":
    main()
