"""Points in, windows out: streams are registered, refused, moved and folded here. No I/O, no clock of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.health import Health
from driftline.processors.observations import Batch, BucketPoints, Reason, StaleBatchError, Stream, StreamId, Tally
from driftline.processors.pipeline.caps import Caps
from driftline.processors.pipeline.crowding import Crowding, Owner
from driftline.processors.pipeline.entries import Block
from driftline.processors.pipeline.joint import move_together, walks_of
from driftline.processors.pipeline.ledgers import Ledgers
from driftline.processors.pipeline.links import Increments
from driftline.processors.pipeline.model_windows import ModelWindows
from driftline.processors.pipeline.once import count_once
from driftline.processors.pipeline.registry import IDLE_NS, Registry, Route
from driftline.processors.pipeline.relatives import may_move, one_by_one
from driftline.processors.pipeline.saving import put_back, take_snapshot
from driftline.processors.pipeline.totals import Totals
from driftline.processors.pipeline.tracks import Track, Tracks
from driftline.processors.pipeline.validity import refuse_points, take
from driftline.processors.windows import Points, Step
from driftline.semconv import metrics

SECOND_NS = 1_000_000_000
LATENESS_NS = 30 * SECOND_NS
Rows = NDArray[np.int64]
__all__ = ["LATENESS_NS", "SECOND_NS", "Intake", "ModelWindows"]


class Intake:
    """Follows streams and counts their increments into windows.

    Args:
        route: where a stream counts; None: nowhere; a Reason refuses it.
        started_ns: when counting began; a cumulative stream that started later counts its first point in full.
        lateness_ns: how late a point may be and still count.
        caps: how much is kept.
        health: counts what went over a cap.
        idle_ns: a stream without points for this long is forgotten, and what it alone fed.

    Not safe for threads: the pipeline holds its lock around every call.

    >>> from driftline.processors.observations import StreamKind
    >>> intake = Intake(lambda stream: None, started_ns=0)
    >>> intake.stream(Stream("m", "", StreamKind.SUM, True, False, "", {}, {}))
    -1
    """

    def __init__(
        self,
        route: Route,
        *,
        started_ns: int,
        lateness_ns: int = LATENESS_NS,
        caps: Caps | None = None,
        health: Health | None = None,
        idle_ns: int = IDLE_NS,
    ) -> None:
        self.started_ns, self.lateness_ns = started_ns, lateness_ns
        self._newest_ns = 0
        self._health = health if health is not None else Health()
        self._tracks, self._ledgers = Tracks(), Ledgers()
        self._registry = Registry(
            route, started_ns=started_ns, caps=caps or Caps(), health=self._health, idle_ns=idle_ns
        )
        self._crowding = Crowding(self._registry)

    @property
    def epoch(self) -> int:
        """Changes when stream numbers were dropped: whoever remembers numbers forgets them all then."""
        return self._registry.epoch

    @property
    def totals(self) -> Totals:
        """Predictions and durations of every identity."""
        return self._registry.totals

    def stream(self, stream: Stream) -> StreamId | Reason:
        """A number for a stream, `IGNORED` when nobody wants it, or why all its points are refused."""
        self._crowding.follow(answer := self._registry.register(stream), stream)
        return answer

    def turns_away(self, stream: Stream, owner: Owner) -> bool:
        """See `Crowding.turns_away`."""
        return self._crowding.turns_away(stream, owner)

    def models(self) -> Iterator[ModelWindows]:
        """The windows of every identity, segments included."""
        self._ledgers.settle()
        registry = self._registry
        for identity, fields in registry.models.items():
            yield ModelWindows(identity, registry.declared[identity], tuple(fields.values()), registry.totals)

    def fold(self, batch: Batch, now_ns: int) -> Tally:
        """Count a request; every point is counted, ignored or rejected with its reason, none stops the others.

        Raises:
            StaleBatchError: streams were dropped since the batch was decoded, maybe just now as idle; nothing counted.
        """
        return self.fold_each([batch], now_ns)[0]

    def fold_each(self, batches: Sequence[Batch], now_ns: int) -> list[Tally]:
        """Count requests, each as `fold` does, in their order; those like earlier ones are counted at once.

        Raises:
            StaleBatchError: for any of them; nothing of any was counted.
        """
        if self._registry.is_due(now_ns):
            self._ledgers.settle()
        epoch = self._registry.epoch
        self._registry.roll(now_ns)
        if epoch != self._registry.epoch:
            self._ledgers.close()
            epoch = self._registry.epoch
        if any(batch.epoch is not None and batch.epoch != epoch for batch in batches):
            raise StaleBatchError("the numbers of streams have changed: decode the request again")
        tallies = [Tally() for _ in batches]
        done = self._follow_together(batches, now_ns, tallies) if len(batches) > 1 else ()
        for batch, tally in zip(batches, tallies, strict=True):
            for points in batch.buckets:
                if len(points.streams) and id(points) not in done:
                    self._fold(points, now_ns, tally)
            if batch.exponentials:
                self._ledgers.fold(self._registry, batch.exponentials, now_ns, self.lateness_ns, tally)
        return tallies

    def _follow_together(self, batches: Sequence[Batch], now_ns: int, tallies: Sequence[Tally]) -> set[int]:
        """Move what has tracks in several requests block by block; the points that moved, by `id`."""
        moved: set[int] = set()
        for walks in walks_of(batches, self._tracks.find):
            newest_ns = move_together(walks, now_ns, now_ns - self.lateness_ns)
            if newest_ns is None:
                continue
            self._newest_ns = max(self._newest_ns, newest_ns)
            for walk in walks:
                self._registry.seen_ns[walk.track.streams] = now_ns
                tallies[walk.request].accepted += walk.track.size
                moved.add(id(walk.points))
        return moved

    def reroute(self, route: Route) -> None:
        """Ask another `route` where streams count; they go on from where they stand, windows keep what they hold."""
        self._ledgers.close()
        self._registry.reroute(route)

    def snapshot(self) -> dict[str, Any]:
        """Where every stream stands, and the totals: documents that JSON holds, and `Columns` of arrays."""
        self._ledgers.settle()
        return take_snapshot(self._registry)

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take up a snapshot, before the first point: streams go on where they stood, and nothing counts twice.

        Raises:
            KeyError, TypeError, ValueError: what was saved is no snapshot.
        """
        put_back(self._registry, saved)
        self.started_ns = self._registry.started_ns

    def observe(self, now_ns: int) -> None:
        """Tell the health how much is held."""
        registry = self._registry
        self._health.gauge(metrics.DRIFTLINE_STREAMS, len(registry))
        self._health.gauge(metrics.DRIFTLINE_MODELS, len(registry.models))
        self._health.gauge(metrics.DRIFTLINE_PANES, sum(panes.held_panes for panes in registry.panes.values()))
        if self._newest_ns:
            self._health.gauge(metrics.DRIFTLINE_LAG, max(0, now_ns - self._newest_ns) / SECOND_NS)

    def _fold(self, points: BucketPoints, now_ns: int, tally: Tally) -> None:
        track = self._tracks.find(points)
        if track is not None and self._follow(track, points, now_ns, tally):
            return
        blocks = self._registry.block_of[points.streams]
        first = int(blocks[0])
        if first >= 0 and (blocks == first).all():
            self._fold_block(self._registry.blocks[first], points, now_ns, tally)
            return
        tally.ignored += int((blocks < 0).sum())
        for number in np.unique(blocks[blocks >= 0]).tolist():
            self._fold_block(self._registry.blocks[number], take(points, blocks == number), now_ns, tally)

    def _follow(self, track: Track, points: BucketPoints, now_ns: int, tally: Tally) -> bool:
        newest_ns = track.move(points, now_ns, now_ns - self.lateness_ns)
        if newest_ns is None:
            return False
        self._registry.seen_ns[track.streams] = now_ns
        self._newest_ns = max(self._newest_ns, newest_ns)
        tally.accepted += track.size
        return True

    def _fold_block(self, block: Block, points: BucketPoints, now_ns: int, tally: Tally) -> None:
        if points.values.shape[1] != block.buckets:
            tally.reject(Reason.BUCKETS_DO_NOT_MATCH_BOUNDS, len(points.streams))
            return
        points = refuse_points(points, block.kind, now_ns, tally)
        if not len(points.streams):
            return
        self._registry.seen_ns[points.streams] = now_ns
        late_before_ns = now_ns - self.lateness_ns
        if block.delta:
            steps = iter([count_once(self._registry, points, late_before_ns, tally)])
        else:
            steps = self._cumulative(block, points, late_before_ns, tally)
        for step in steps:
            self._count(block, points, step, now_ns, tally)

    def _count(self, block: Block, points: BucketPoints, step: Step, now_ns: int, tally: Tally) -> None:
        for reason, dropped in step.dropped.items():
            tally.reject(reason, dropped)
        index = step.points
        if not len(index):
            return
        tally.accepted += len(index)
        times = points.time_ns[index]
        newest = int(times.max())
        self._newest_ns = max(self._newest_ns, newest)
        if newest > now_ns + block.every_ns:
            tally.ahead += int((times > now_ns + block.every_ns).sum())
        increments = Increments(times, step.increments, step.totals, now_ns)
        moved = np.asarray(step.increments.any(axis=1))
        if not moved.all():
            index, increments = index[moved], increments.take(moved)
            if not len(index):
                return
        slots = self._registry.slot_of[points.streams[index]]
        for link in block.links.values():
            link.add(slots, increments)

    def _cumulative(self, block: Block, points: BucketPoints, late_before_ns: int, tally: Tally) -> Iterator[Step]:
        registry, positions, changes = self._registry, block.positions, block.changes
        rows = registry.current[points.streams]
        wrong = (rows < 0) | (positions.start_ns[rows] != points.start_ns)
        if wrong.any():
            self._resolve(rows, np.flatnonzero(wrong), points, late_before_ns)
        shared = registry.shared[points.streams]
        simple = ~shared & (rows >= 0)
        columns = Points(rows, points.time_ns, points.values, points.total)
        if simple.all():
            yield positions.advance(columns, late_before_ns=late_before_ns)
            if block.changes == changes:  # else one of the rows may have just been given up
                self._tracks.keep(points, block, rows, registry.slot_of[points.streams])
            return
        tally.reject(Reason.OVER_LIMIT, int((rows < 0).sum()))
        for index in (np.flatnonzero(simple), *one_by_one(points, rows, shared)):
            if (
                len(index) == 1
                and shared[index[0]]
                and not may_move(registry.entry(int(points.streams[index[0]])), points, rows, index[0])
            ):
                tally.reject(Reason.OUT_OF_ORDER)
                continue
            step = positions.advance(columns.take(index), late_before_ns=late_before_ns)
            step.points = index[step.points]
            yield step

    def _resolve(self, rows: Rows, which: Rows, points: BucketPoints, late_before_ns: int) -> None:
        starts = points.start_ns
        for at in which.tolist():
            entry = self._registry.entry(int(points.streams[at]))
            if entry is not None:
                rows[at] = self._registry.incarnation(entry, int(starts[at]), late_before_ns)
