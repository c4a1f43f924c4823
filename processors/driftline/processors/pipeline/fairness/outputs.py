"""How many outputs of a window are favourable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from driftline.processors.monitor.fairness import Favourable
from driftline.processors.windows import Binned, FieldWindow
from driftline.semconv import FieldRole


class NoBoundError(Exception):
    """A threshold that is no bound of the histogram: what lies on which side of it cannot be told."""


def output_of(windows: Iterable[FieldWindow], favourable: Favourable) -> FieldWindow | None:
    """The window of the output that is judged; None where it does not arrive.

    A field that is named, else the prediction for a class, the score or else the prediction for a threshold.
    """
    held = {(each.role, each.field): each for each in windows if each.role in _roles(favourable)}
    for role in _roles(favourable):
        for (its, name), window in held.items():
            if its == role and favourable.field in {None, name}:
                return window
    return None


def _roles(favourable: Favourable) -> Sequence[str]:
    return (FieldRole.PREDICTION,) if favourable.category is not None else (FieldRole.SCORE, FieldRole.PREDICTION)


def count(window: FieldWindow, favourable: Favourable) -> tuple[int, int]:
    """Favourable outputs of a window, and all of them.

    Raises:
        NoBoundError: the threshold is no bound of the histogram, or the histogram is exponential.

    >>> window = FieldWindow("prediction", "prediction", categories={"yes": 3, "no": 1})
    >>> count(window, Favourable(category="yes"))
    (3, 4)
    """
    if favourable.category is not None:
        return window.categories.get(favourable.category, 0), window.observations
    threshold = favourable.above if favourable.above is not None else favourable.at_most
    if threshold is None or (window.exponential is not None and not window.exponential.empty):
        raise NoBoundError
    above = sum(_above(layout, threshold) for layout in window.binned)
    total = sum(int(layout.counts.sum()) for layout in window.binned)
    return (above if favourable.above is not None else total - above), total


def _above(layout: Binned, threshold: float) -> int:
    """Values over a threshold; a bucket is (lower, upper]."""
    at = np.flatnonzero(np.isclose(layout.bounds, threshold, rtol=1e-9, atol=1e-12))
    if not len(at):
        raise NoBoundError
    return int(layout.counts[at[0] + 1 :].sum())
