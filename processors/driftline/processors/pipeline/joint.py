"""Many senders' beaten tracks at once: what several requests repeat is moved as one, when all of it is plainly right.

The fixed cost of an array operation is that of a small request, so a group of small requests is checked and moved by
the operations of one. Whatever does not fit together is left, untouched, to be folded request by request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from driftline.processors.observations import Batch, BucketPoints
from driftline.processors.pipeline.entries import Block
from driftline.processors.pipeline.tracks import Rows, Stand, Track, span_of_times


class Walk(NamedTuple):
    """Points of one request, with the track that is theirs."""

    request: int
    track: Track
    points: BucketPoints


def walks_of(batches: Sequence[Batch], find: Callable[[BucketPoints], Track | None]) -> list[list[Walk]]:
    """What of several requests has a track, by block, where more than one has.

    Nothing, when a stream is on a track in one request and in a strange set of streams in another: order matters then.
    """
    walks: dict[Block, list[Walk]] = {}
    strange: list[Rows] = []
    for request, batch in enumerate(batches):
        for points in batch.buckets:
            track = find(points) if len(points.streams) else None
            if track is None:
                strange.append(points.streams)
            else:
                walks.setdefault(track.block, []).append(Walk(request, track, points))
    found = [those for those in walks.values() if len(those) > 1]
    if strange and found:
        known = np.concatenate([walk.points.streams for those in found for walk in those])
        if np.isin(np.concatenate(strange), known).any():
            return []
    return found


def move_together(walks: Sequence[Walk], now_ns: int, late_before_ns: int) -> int | None:
    """Count points of several tracks of one block, as `Track.move` does one after the other.

    Returns:
        The newest time of the points when all of them counted; None when nothing was done.
    """
    block = walks[0].track.block
    runs: dict[object, list[Walk]] = {}
    for walk in walks:
        runs.setdefault(walk.track.destination, []).append(walk)
    walks = list(chain.from_iterable(runs.values()))
    rows = np.concatenate([walk.track.rows for walk in walks])
    if len(set(rows.tolist())) < len(rows):  # one stream in two of the requests: their order matters
        return None
    points, stand = _joined([walk.points for walk in walks]), Stand(block, rows, len(rows))
    times = span_of_times(points.time_ns)
    if times[1] > now_ns + block.every_ns:
        return None
    increments = stand.increments(points, times, late_before_ns)
    if increments is None:
        return None
    added, end = stand.added(points, increments), 0
    for run in runs.values():
        start, end = end, end + len(run) * run[0].track.size
        _count(run, increments[start:end], added[start:end], times, now_ns)
    stand.place(points)
    return times[1]


def _count(
    run: Sequence[Walk], increments: NDArray[Any], added: NDArray[Any], times: tuple[int, int], now_ns: int
) -> None:
    """Let the increments of tracks that lead to the same rows count: summed first, where that is all there is to it."""
    track, buckets = run[0].track, increments.shape[1]
    if len(run) > 1 and track.is_open(times):
        sums = np.add.reduce(increments.reshape(len(run), -1, buckets), axis=0)
        track.count(run[0].points, sums, np.add.reduce(added.reshape(len(run), -1), axis=0), times, now_ns)
        return
    end = 0
    for walk in run:
        start, end = end, end + walk.track.size
        walk.track.count(walk.points, increments[start:end], added[start:end], times, now_ns)


def _joined(parts: Sequence[BucketPoints]) -> BucketPoints:
    none = parts[0].streams[:0]  # the rows say whose they are
    return BucketPoints(
        streams=none,
        start_ns=none,
        time_ns=np.concatenate([part.time_ns for part in parts]),
        values=np.concatenate([part.values for part in parts]),
        count=np.concatenate([part.count for part in parts]),
        total=np.concatenate([part.total for part in parts]),
    )
