"""False alarms of the sequential detectors over their budget, for traffic in which nothing changes.

    python -m tests.benchmarks sequential_rates

10 references, each with 1,500 panes; the budget is one alarm in 500 panes, 3 a reference. The mean over references with
its standard error, and the unluckiest reference. Target: no mean more than three standard errors over the budget.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.sequential import CHARTS

Floats = NDArray[np.float64]

REFERENCES, PANES, BUDGET = 10, 1_500, 1 / 500
EVEN, HALVES, RANKS = np.full(20, 0.05), 0.5 ** np.arange(1, 9), 1 / np.arange(1, 61)
TAILS = np.diff(np.r_[0, 1e-4, 0.002, np.linspace(0.01, 0.99, 15), 0.998, 1 - 1e-4, 1])
"""Shares of the 20 buckets that a profile of 10,000 rows has."""
CASES: tuple[tuple[str, Floats, int, int, bool], ...] = (
    ("20 buckets, 10 a pane, of 10,000", EVEN, 10, 10_000, True),
    ("20 buckets of a profile, 10 a pane, of 10,000", TAILS, 10, 10_000, True),
    ("20 buckets, 10 a pane, of 1,000", EVEN, 10, 1_000, True),
    ("20 buckets, 10 a pane, of 200", EVEN, 10, 200, True),
    ("20 buckets, 200 a pane, of 5,000", EVEN, 200, 5_000, True),
    ("20 buckets, 2,000 a pane, of 5,000", EVEN, 2_000, 5_000, True),
    ("20 buckets, 1 a pane, of 5,000", EVEN, 1, 5_000, True),
    ("8 skewed buckets, 10 a pane, of 5,000", HALVES / HALVES.sum(), 10, 5_000, True),
    ("2 categories, 5 %, 10 a pane, of 5,000", np.array([0.95, 0.05]), 10, 5_000, False),
    ("5 categories, 10 a pane, of 5,000", np.array([0.5, 0.25, 0.15, 0.09, 0.01]), 10, 5_000, False),
    ("60 categories, 50 a pane, of 5,000", RANKS / RANKS.sum(), 50, 5_000, False),
)


def alarms(name: str, case: tuple[str, Floats, int, int, bool], seed: int) -> int:
    """How many alarms begin."""
    _, shares, size, known, ordered = case
    random = np.random.default_rng(seed)
    chart = CHARTS[name](random.multinomial(known, shares), ordered=ordered)
    begun, alarmed = 0, False
    for pane in random.multinomial(size, shares, size=PANES):
        chart.update(pane, BUDGET)
        score, limit = chart.get()
        begun += score > limit and not alarmed
        alarmed = score > limit
    return begun


def main() -> int:
    """Print the table; how many figures are over the budget."""
    print(f"  {'':46}" + "".join(f"{name:>26}" for name in CHARTS))
    over = 0
    for case in CASES:
        line = ""
        for name in CHARTS:
            rates = np.array([alarms(name, case, seed) for seed in range(REFERENCES)]) / (PANES * BUDGET)
            mean, error = rates.mean(), rates.std(ddof=1) / np.sqrt(REFERENCES)
            over += bool(mean > 1 + 3 * error)
            line += f"{f'{mean:.2f} +- {error:.2f}, most {rates.max():.1f}':>26}"
        print(f"  {case[0]:46}{line}", flush=True)
    return over


if __name__ == "__main__":
    main()
