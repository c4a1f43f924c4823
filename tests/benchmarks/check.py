"""A table of 100,000 rows and 25 numeric columns against its profile, beside sorting the same columns.

Run with `python -m tests.benchmarks check`. `binning` counts every column by the profile's bounds, with its missing,
invalid and out-of-range values; a check is `check(table, profile)` from the arrays to the verdicts. The next one keeps
the judge of the first, which has worked out the null distributions of the profile's buckets by then.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from driftline.processors.comparison import check
from driftline.processors.comparison.counting import Counting
from driftline.processors.detectors import Judge
from driftline.processors.profile import Profile
from driftline.processors.tables import open_table, silent

ROWS, COLUMNS = 100_000, 25
BINNING, CHECK = 0.015, 0.02
"""Targets: CPU seconds."""

Table = dict[str, NDArray[np.float64]]


def table(seed: int) -> Table:
    """Normal, skewed, heavy-tailed and whole-number columns in turn."""
    random = np.random.default_rng(seed)
    kinds: list[Callable[[], NDArray[np.float64]]] = [
        lambda: random.normal(size=ROWS),
        lambda: random.lognormal(0, 2, size=ROWS),
        lambda: random.standard_t(2.5, size=ROWS),
        lambda: random.poisson(40, size=ROWS).astype(np.float64),
    ]
    return {f"x{at}": kinds[at % 4]() for at in range(COLUMNS)}


def main() -> int:
    profile, current = Profile.from_table(table(1)), table(2)
    sorting = _seconds(lambda: [np.sort(column) for column in current.values()])
    binning = _seconds(lambda: _count(profile, current))
    whole = _seconds(lambda: check(current, profile))
    judge = Judge()
    again = _seconds(lambda: check(current, profile, judge=judge))
    print(f"{ROWS:,} rows, {COLUMNS} numeric columns")
    print(f"{'np.sort':12s} {sorting * 1e3:9.1f} ms")
    print(f"{'binning':12s} {binning * 1e3:9.1f} ms {binning / sorting:6.2f} x [under {BINNING * 1e3:.0f} ms]")
    print(f"{'first check':12s} {whole * 1e3:9.1f} ms {whole / sorting:6.2f} x")
    print(f"{'next check':12s} {again * 1e3:9.1f} ms {again / sorting:6.2f} x [under {CHECK * 1e3:.0f} ms]")
    return int(binning > BINNING) + int(again > CHECK)


def _count(profile: Profile, columns: Table) -> Counting:
    counting = Counting(profile)
    for batch in open_table(columns).batches(silent):
        counting.update(batch)
    return counting


def _seconds(run: Callable[[], object], repeat: int = 5) -> float:
    """CPU seconds of the fastest run."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    main()
