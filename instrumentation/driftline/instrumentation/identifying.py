"""The ids of predictions, by which what later proves true is joined."""

from __future__ import annotations

from collections.abc import Iterable


def numbered(given: str, rows: Iterable[int]) -> list[str]:
    """The ids of several rows of one call or request: the first has the id as it is, row n has `id.n`.

    >>> numbered("r-1", range(3))
    ['r-1', 'r-1.1', 'r-1.2']
    """
    return [f"{given}.{row}" if row else given for row in rows]
