"""Every statistic of every pair: what the judge then holds against limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from driftline.processors.detectors.pair import Pair
from driftline.processors.statistics.distances import wasserstein
from driftline.processors.statistics.table import STATISTICS


def score(pairs: Sequence[Pair]) -> list[dict[str, float]]:
    """The score of each statistic that applies, by name, for each pair; both sides hold something.

    Pairs with equally many buckets are computed together.
    """
    results: list[dict[str, float]] = [{} for _ in pairs]
    groups: dict[tuple[int, bool], list[int]] = defaultdict(list)
    for index, pair in enumerate(pairs):
        groups[len(pair.current), pair.ordered].append(index)
    for (_, ordered), members in groups.items():
        current = np.stack([pairs[index].current for index in members])
        reference = np.stack([pairs[index].reference for index in members])
        for row in STATISTICS:
            if row.function is None or (row.ordered and not ordered):
                continue
            for index, value in zip(members, row.function(current, reference).tolist(), strict=True):
                results[index][row.name] = value
    for result, pair in zip(results, pairs, strict=True):
        if pair.ordered and pair.scale and pair.bounds is not None and len(pair.bounds) > 1:
            result["wasserstein"] = float(wasserstein(pair.current, pair.reference, pair.bounds, pair.scale))
    return results
