"""Chunks whose rows shift and are predicted as well as before: there the intervals must hold in 95 of 100."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics.estimation import ESTIMABLE_OF_NUMBERS, estimate_losses, grow
from driftline.processors.statistics.performance import measure
from tests.processors.statistics.performance.holding import holds

Floats = NDArray[np.float64]
OF_ONE_REFERENCE, FURTHEST = 20, 0.5


def drawn(random: np.random.Generator, rows: int, shift: float = 0.0) -> tuple[Floats, Floats, Floats]:
    """Rows with what came of them and what was predicted: a model that is biased, and whose errors depend on the row.

    Args:
        random: where they come from.
        rows: how many.
        shift: how far the rows have moved, in standard deviations of the first column.
    """
    first, second = random.normal(shift, 1, rows), random.uniform(0, 1, rows)
    kind = random.integers(0, 4, rows)
    scatter = 1 + 2 * second + 1.5 * (first > 0) * (kind > 1) + np.exp(0.5 * first)
    outcomes = 80 + 10 * first + 20 * second + 3 * kind + scatter * 0.9 * random.standard_t(8, rows)
    predictions = 80 + 9 * first + 20 * second + 3 * kind + 2 * np.sin(3 * second)
    return np.column_stack([first, second, kind, predictions]), outcomes, predictions


def coverage(reference_rows: int, chunk_rows: int, chunks: int, seed: int = 0, trees: int = 60) -> dict[str, float]:
    """Share of the chunks whose interval held the realised value, by metric; a new reference for every 20."""
    random = np.random.default_rng(seed)
    held: dict[str, list[bool]] = {name: [] for name in ESTIMABLE_OF_NUMBERS}
    for number in range(chunks):
        if number % OF_ONE_REFERENCE == 0:
            points, outcomes, predictions = drawn(random, reference_rows)
            forest = grow(points, predictions - outcomes, seed=number, trees=trees)
        now, came, said = drawn(random, chunk_rows, random.uniform(-FURTHEST, FURTHEST))
        counts = forest.leaves.counted(forest.place(now))
        real = {each.metric: each.value for each in measure("regression", came, said)}
        for guess in estimate_losses(forest.leaves, counts, outcomes, predictions):
            held[guess.metric].append(holds(guess, real[guess.metric]))
    return {name: float(np.mean(each)) for name, each in held.items()}
