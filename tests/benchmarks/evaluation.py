"""An evaluation of 500 fields and 7 statistics against one numpy pass over the same counts.

Run with `python tests/benchmarks/evaluation.py`. `cold` computes every null anew, `warm` finds them kept; the pass is
one PSI of all fields at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from driftline.processors.detectors import Judge, Pair
from driftline.processors.statistics.distances import psi

FIELDS, BUCKETS, WINDOW, REFERENCE = 500, 20, 5_000, 20_000


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """One measured figure: seconds, and how many times the numpy pass."""

    name: str
    seconds: float
    ratio: float


def rows() -> list[BenchmarkRow]:
    """The pass, then cold and warm evaluations of numeric and of categorical fields."""
    random = np.random.default_rng(0)
    reference = np.full((FIELDS, BUCKETS), REFERENCE // BUCKETS)
    current = random.multinomial(WINDOW, random.dirichlet(reference[0].astype(float), size=FIELDS))
    once = _seconds(lambda: psi(current, reference), repeat=20)
    measured = [BenchmarkRow("numpy pass: psi", once, 1.0)]
    skewed = 1 / np.arange(1, 51) ** 1.2
    skewed /= skewed.sum()
    sides = [random.multinomial(size, skewed, size=FIELDS) for size in (WINDOW, REFERENCE)]
    bounds = np.arange(BUCKETS - 1.0)
    kinds = {
        "numeric": [
            Pair(c, r, ordered=True, bounds=bounds, scale=6.0) for c, r in zip(current, reference, strict=True)
        ],
        "categorical": [Pair(c, r, ordered=False) for c, r in zip(*sides, strict=True)],
    }
    for kind, pairs in kinds.items():
        judge = Judge()
        cold = _seconds(lambda judge=judge, pairs=pairs: judge.judge(pairs, alpha=0.01), repeat=1)
        warm = _seconds(lambda judge=judge, pairs=pairs: judge.judge(pairs, alpha=0.01), repeat=5)
        measured += [BenchmarkRow(f"{kind}, cold", cold, cold / once), BenchmarkRow(f"{kind}, warm", warm, warm / once)]
    return measured


def _seconds(run: Callable[[], object], repeat: int) -> float:
    """CPU seconds of the fastest run."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    print(f"{FIELDS} fields, {BUCKETS} buckets (categories: 50), window {WINDOW}, reference {REFERENCE}")  # noqa: T201 - a report
    for row in rows():
        print(f"{row.name:24s} {row.seconds * 1e3:9.2f} ms {row.ratio:9.1f} x")  # noqa: T201 - a report


if __name__ == "__main__":
    main()
