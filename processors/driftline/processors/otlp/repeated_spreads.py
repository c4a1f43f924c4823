"""Where the numbers of a request's exponential points lie, so that the next such request needs no walking over it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from driftline.processors.observations import ExponentialPoints
from driftline.processors.otlp.streams import Code
from driftline.processors.otlp.wire.exponential import Walked, varints
from driftline.processors.otlp.wire.fields import fields_of

Walks = Sequence[tuple[Code, Walked, slice]]
"""Stream, numbers and place of each exponential point of a request."""
_NUMBERS = {2: 0, 3: 1, 4: 2, 7: 3}
"""Field numbers of start, time, count and zero, and their place in the counts of a point."""
_NOISE = frozenset({5, 12, 13, 14})
"""Field numbers of sum, min, max and the zero threshold."""
_SIDES = frozenset({8, 9})
_COUNTS = 2
_CONTINUED = 0x80
"""The bit of a varint's byte that says another byte follows."""


class SpreadPlaces:
    """The places of the numbers of n exponential points in requests of one layout.

    Args:
        data: one such request.
        walks: its points; their bucket counts are short enough for `varints`.
    """

    def __init__(self, data: bytes, walks: Walks) -> None:
        numbers = np.zeros((len(walks), 4), dtype=np.int64)
        self._absent: list[int] = []
        packed: list[slice] = []
        self._noise: list[int] = []
        for at, (_, _, place) in enumerate(walks):
            for field in fields_of(data, place.start, place.stop):
                if field.number in _NUMBERS:
                    numbers[at, _NUMBERS[field.number]] = field.content
                elif field.number in _NOISE:
                    self._noise.append(field.content)
                elif field.number in _SIDES:
                    inner = fields_of(data, field.content, field.end)
                    packed += [slice(each.content, each.end) for each in inner if each.number == _COUNTS]
            if not numbers[at, 3]:  # a zero count of nothing is not sent
                self._absent.append(at)
        self._numbers = (numbers[:, :, None] + np.arange(8)).ravel()
        self._streams = np.array([code for code, _, _ in walks], dtype=np.int64)
        self._layout = _layout([walked for _, walked, _ in walks])
        self._varints = np.concatenate([np.arange(part.start, part.stop) for part in packed] or [np.zeros(0, int)])
        last = np.frombuffer(data, np.uint8)[self._varints] < _CONTINUED
        ends = np.flatnonzero(last) + 1
        self._starts = np.concatenate([[0], ends])[:-1]
        sizes = np.diff(ends, prepend=0)
        self._shifts = 7 * (np.arange(len(last)) - np.repeat(self._starts, sizes))

    def open(self, mask: NDArray[np.uint8]) -> None:
        """Leave the numbers out of a comparison, but for the bits that say where one ends."""
        mask[self._numbers] = 0
        for start in self._noise:
            mask[start : start + 8] = 0
        mask[self._varints] = _CONTINUED

    def columns(self, data: bytes) -> ExponentialPoints:
        """The points of a request of this layout."""
        raw: NDArray[np.uint8] = np.frombuffer(data, np.uint8)
        counts = raw[self._numbers].view(np.int64).reshape(-1, 4)
        if self._absent:
            counts[self._absent, 3] = 0
        sevens = (raw[self._varints] & 0x7F).astype(np.int64)
        buckets = np.add.reduceat(sevens << self._shifts, self._starts) if len(self._starts) else sevens
        return ExponentialPoints(self._streams, counts, self._layout, buckets)


def _layout(walked: Sequence[Walked]) -> NDArray[np.int64]:
    rows = []
    for point in walked:
        numbers = varints([point.up, point.down])
        assert numbers is not None  # noqa: S101  # they were read as columns before
        up, down = numbers[1].tolist()
        rows.append((point.scale, point.up_offset, up, point.down_offset, down))
    return np.array(rows, dtype=np.int64)
