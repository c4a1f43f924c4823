"""Prints how often the judge is wrong, and how often it finds what is there: the table of docs/statistics.md.

`python -m tests.processors.statistics.calibration`: seeded, a few minutes. A field is judged at a level of its own,
minimum effect 0, each time with a new reference and a new window. A rate is shown over its level: 1.00 is nominal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from driftline.processors.detectors import Judge, Pair
from tests.processors.detectors.traffic import (
    CONTINUOUS,
    TIED,
    category_pair,
    exponential_pair,
    quantile_pair,
    zipf,
)

LEVELS = (0.05, 0.01, 1e-3)
SIZES = ((200, 20_000), (5000, 20_000), (100_000, 20_000), (200, 200), (5000, 500))
REPETITIONS = 2000
BARE = {"psi": 0.0, "ks": 0.0}
Draw = Callable[[np.random.Generator, int, int], Pair]


def fields() -> dict[str, Draw]:
    """Every kind of field, by name."""
    kinds: dict[str, Draw] = {}
    for name, values in (CONTINUOUS | TIED).items():
        kinds[name] = lambda random, n, m, values=values: quantile_pair(values, random, n, m)  # type: ignore[misc]
    for name in ("lognormal", "integers", "prices", "poisson"):
        values = (CONTINUOUS | TIED)[name]
        kinds[f"{name}, exponential buckets"] = lambda random, n, m, values=values: exponential_pair(  # type: ignore[misc]
            values, random, n, m
        )
    for size in (3, 50, 200):
        kinds[f"{size} skewed categories"] = lambda random, n, m, size=size: category_pair(  # type: ignore[misc]
            zipf(size), random, n, m
        )
    return kinds


def rates(name: str, draw: Draw, window: int, reference: int, repetitions: int) -> list[float]:
    """Share of alarms over the level, at each level."""
    random = np.random.default_rng([window, reference, *name.encode()])
    judge, alarms = Judge(), np.zeros(len(LEVELS))
    for _ in range(repetitions // 100):
        pairs = [draw(random, window, reference) for _ in range(100)]
        for at, level in enumerate(LEVELS):
            alpha = -float(np.expm1(100 * np.log1p(-level)))
            alarms[at] += sum(v.status == "drift" for v in judge.judge(pairs, alpha=alpha, minimum_effect=BARE))
    return [float(count / repetitions / level) for count, level in zip(alarms, LEVELS, strict=True)]


def main(repetitions: int = REPETITIONS) -> None:
    """Print the table."""
    print(f"| field | n | m | {' | '.join(f'at {level:g}' for level in LEVELS)} |")  # noqa: T201 - a command's output
    print("|---|---|---|---|---|---|")  # noqa: T201 - a command's output
    for name, draw in fields().items():
        for window, reference in SIZES:
            shown = " | ".join(f"{rate:.2f}" for rate in rates(name, draw, window, reference, repetitions))
            print(f"| {name} | {window} | {reference} | {shown} |", flush=True)  # noqa: T201 - a command's output


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
