"""The data every peer gets, seeded and written once: two tables, tables without a change, and streams that shift once.

A table is 20 numeric fields `x0`..`x19` (normal, log-normal, Student t with 2.5 degrees and gamma in turn) and 5
categorical ones `k0`..`k4` (3 to 50 categories, the first the most frequent), as codes. The current one differs in
three fields: `x0` is 0.3 standard deviations higher, `x6` is 1.3 times as wide, the first category of `k2` comes 1.5
times as often.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.peers.environments import HOME
from tests.benchmarks.peers.inside import SHIFTS, Streams, Table

ROWS, NUMERIC, LEVELS = 100_000, 20, (3, 5, 10, 20, 50)
CHANGED = frozenset({"x0", "x6", "k2"})
SIZES, CATEGORIES, REPETITIONS = (200, 1_000, 10_000), (3, 20, 100), 200


def table(rows: int, seed: int, *, changed: bool = False) -> Table:
    """One table of the job.

    >>> table(5, 1).numeric.shape, table(5, 1).codes.shape
    ((5, 20), (5, 5))
    """
    random = np.random.default_rng(seed)
    numeric = np.column_stack([_numbers(random, at % 4, rows) for at in range(NUMERIC)])
    if changed:
        numeric[:, 0] += 0.3
        numeric[:, 6] *= 1.3
    shares = [shares_of(levels) for levels in LEVELS]
    if changed:
        shares[2] = _first_more_often(shares[2], 1.5)
    codes = np.column_stack([random.choice(len(share), rows, p=share) for share in shares])
    return Table(numeric, codes)


def shares_of(levels: int) -> NDArray[np.float64]:
    """Falling in equal steps: 3 : 2 : 1 for three."""
    weights = np.arange(levels, 0, -1, dtype=np.float64)
    return np.asarray(weights / weights.sum())


def unchanged(rows: int, levels: int, seed: int) -> Table:
    """Columns without a change: REPETITIONS times one numeric and one categorical field."""
    random = np.random.default_rng([seed, rows, levels])
    shape = (rows, REPETITIONS)
    return Table(random.standard_t(2.5, shape), random.choice(levels, shape, p=shares_of(levels)))


def write() -> Path:
    """The folder that holds it all; made anew each time, so that it is what this file says."""
    folder = HOME / "data"
    folder.mkdir(parents=True, exist_ok=True)
    table(ROWS, 1).save(folder / "reference.npz")
    table(ROWS, 2, changed=True).save(folder / "current.npz")
    for rows in SIZES:
        for levels in CATEGORIES:
            unchanged(rows, levels, 1).save(folder / f"reference_{rows}_{levels}.npz")
            unchanged(rows, levels, 2).save(folder / f"current_{rows}_{levels}.npz")
    streams().save(folder / "streams.npz")
    return folder


def streams() -> Streams:
    """Streams of `tests.benchmarks.sequential`: what comes before the shift, and after each."""
    from tests.benchmarks.sequential import BEFORE, SEEDS, stream

    values = np.stack([[stream(seed, shift)[0] for seed in range(SEEDS)] for shift in SHIFTS])
    return Streams(values[0, :, :BEFORE], values[:, :, BEFORE:])


def _numbers(random: np.random.Generator, kind: int, rows: int) -> NDArray[np.float64]:
    draws = (
        lambda: random.normal(size=rows),
        lambda: random.lognormal(size=rows),
        lambda: random.standard_t(2.5, size=rows),
        lambda: random.gamma(2, size=rows),
    )
    return draws[kind]()


def _first_more_often(shares: NDArray[np.float64], times: float) -> NDArray[np.float64]:
    first = shares[0] * times
    return np.concatenate([[first], shares[1:] * (1 - first) / (1 - shares[0])])
