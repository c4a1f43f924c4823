"""What estimates say of themselves, in parts of a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from driftline.processors.findings import Figure
from driftline.processors.statistics.performance import Figure as Measured


def surely_beyond(figures: Iterable[Figure]) -> Iterator[str]:
    """Figures whose whole interval is beyond the limit.

    >>> list(surely_beyond([Figure("mae", 3.0, 2.5, 3.6, limit=2.0, violated=True)]))
    ['mae 3 will surely be over its limit 2']
    """
    for figure in figures:
        if figure.violated and figure.limit is not None:
            side = "under" if figure.value < figure.limit else "over"
            yield f"{figure.metric} {figure.value:.4g} will surely be {side} its limit {figure.limit:g}"


def in_doubt(drifting: Sequence[str], meaning: str) -> Iterator[str]:
    """Features in drift, and what of the estimate may have moved with them."""
    if drifting:
        yield f"in doubt while {', '.join(drifting)} drift: {meaning} may have moved with them"


def without_value(measured: Iterable[Measured]) -> Iterator[str]:
    """Why metrics are missing."""
    yield from (f"no {each.metric}: {each.reason}" for each in measured if each.value is None)
