"""Segments of the traffic: the attributes a call was given, bounded in number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.instrumentation.recorder.columns import as_column, is_sequence
from driftline.instrumentation.recorder.errors import ShapeError
from driftline.instrumentation.recorder.fields import Segment
from driftline.instrumentation.recorder.values import text
from driftline.semconv import OTHER_CATEGORY, Defect

_MAX_ATTRIBUTES = 8
_LONGEST = 128


class Segments:
    """Admits the first `limit` combinations of values; later ones count under `_OTHER`, attribute by attribute.

    >>> segments = Segments(limit=1)
    >>> segments.one({"region": "eu"}), segments.one({"region": "us"})
    ((('region', 'eu'),), (('region', '_OTHER'),))
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._admitted: set[Segment] = {()}
        self._shapes: set[tuple[str, ...]] = set()

    def one(self, given: Mapping[str, Any]) -> Segment:
        """The segment of a call. Missing values are no part of it."""
        return self._admit(_segment((str(name), text(value)) for name, value in given.items()))

    def rows(self, given: Mapping[str, Any], rows: int) -> list[tuple[Segment, NDArray[np.intp] | None]]:
        """The segments of a batch, each with its rows; None for all of them.

        Raises:
            ShapeError: an array without one value a row.
        """
        if not any(is_sequence(value) for value in given.values()):
            return [(self.one(given), None)]
        columns = {
            str(name): as_column(value) if is_sequence(value) else [value] * rows for name, value in given.items()
        }
        if any(len(column) != rows for column in columns.values()):
            raise ShapeError(f"segments of other lengths than {rows} rows: pass one value, or one a row")
        found: dict[Segment, list[int]] = {}
        for row, values in enumerate(zip(*columns.values(), strict=True)):
            segment = _segment((name, text(value)) for name, value in zip(columns, values, strict=True))
            found.setdefault(self._admit(segment), []).append(row)
        return [(segment, np.array(at, dtype=np.intp)) for segment, at in found.items()]

    def _admit(self, segment: Segment) -> Segment:
        if segment in self._admitted:
            return segment
        names = tuple(name for name, _ in segment)
        if len(self._admitted) <= self._limit:
            self._admitted.add(segment)
            self._shapes.add(names)
            return segment
        return tuple((name, OTHER_CATEGORY) for name in names) if names in self._shapes else ()


def _segment(pairs: Any) -> Segment:
    kept = sorted((name, value) for name, value in pairs if not isinstance(value, Defect))
    return tuple((name, value if len(value) <= _LONGEST else OTHER_CATEGORY) for name, value in kept[:_MAX_ATTRIBUTES])
