"""Counts of one recorder in one process, with the locks that keep threads apart."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Final

from opentelemetry.sdk.metrics.export import Metric

from driftline.instrumentation.recorder.aggregator import Aggregator, Limits
from driftline.instrumentation.recorder.calls import owned
from driftline.instrumentation.recorder.capture import Capture
from driftline.instrumentation.recorder.pending import Pending
from driftline.instrumentation.recorder.plans import Block, Row
from driftline.instrumentation.recorder.points import Span, all_metrics
from driftline.instrumentation.recorder.reference import ReferenceField

_ENOUGH: Final = 1 << 15  # values that are cheaper to count together than one by one, in about two milliseconds
_LARGE: Final = 1 << 16  # values of a block that is counted at once, without a copy
_PATIENCE_SECONDS: Final = 1.0


class Store:
    """Keeps calls, counts them a thousand rows at a time, and shows the counts. Safe for threads.

    Whoever fills the buffer counts it, unless another thread is counting: then the buffer goes on filling, and what
    it cannot hold is dropped, counted as `overflow`. No lock is held while anything is sent.

    Args:
        reference: the profile's fields by name.
        limits: caps of memory.
        start_ns: when counting began, nanoseconds since the epoch.
        failed: takes errors.
        capture: sees what is counted; None where no rows may leave.
    """

    def __init__(
        self,
        reference: Mapping[str, ReferenceField],
        limits: Limits,
        start_ns: int,
        failed: Callable[[Exception], None],
        capture: Capture | None = None,
    ) -> None:
        self._start_ns = start_ns
        self._pending = Pending(limits.values)
        self._dropped: dict[str, int] = {}
        self._dropping = threading.Lock()
        self._counting = threading.Lock()
        self._capture = capture
        self._counts = Aggregator(reference, limits, self.drop, failed, capture)

    def put_row(self, row: Row) -> None:
        """Keep one row."""
        if not self._pending.put_row(row):
            self.drop("overflow", 1)
        if self._pending.cells >= _ENOUGH:
            self._count(wait=False)

    def put_block(self, block: Block) -> None:
        """Keep a block: a copy of its arrays, or at once its counts when it is large."""
        if block.cells > _LARGE:
            self._put_large(block)
            return
        if not self._pending.put_block(owned(block)):
            self.drop("overflow", block.rows)
        if self._pending.cells >= _ENOUGH:
            self._count(wait=False)

    def drop(self, reason: str, rows: int) -> None:
        """Remember that rows were not kept."""
        with self._dropping:
            self._dropped[reason] = self._dropped.get(reason, 0) + rows

    @property
    def dropped(self) -> Mapping[str, int]:
        """Rows that were not kept, by reason."""
        with self._dropping:
            return dict(self._dropped)

    def metrics(self, identity: Mapping[str, str], now_ns: int, *, last: bool = False) -> list[Metric]:
        """Everything counted so far, as cumulative points. Time never stands still between two of them."""
        self._count(wait=True)
        with self._counting:
            span = Span(self._start_ns, max(now_ns, self._start_ns + 1))
            return all_metrics(self._counts, self.dropped, identity, span, last=last)

    def _count(self, *, wait: bool) -> None:
        if not self._counting.acquire(blocking=wait):
            return
        try:
            self._counts.fold(self._pending.take())
        finally:
            self._counting.release()

    def _put_large(self, block: Block) -> None:
        if not self._counting.acquire(timeout=_PATIENCE_SECONDS):
            self.drop("overflow", block.rows)
            return
        try:
            if self._capture is not None:
                self._capture.offer(block)
            step = max(_LARGE // max(len(block.columns), 1), 1)
            for start in range(0, block.rows, step):
                part = [column[start : start + step] for column in block.columns]
                rows = min(step, block.rows - start)
                durations = _part_of(block, start, step)
                self._counts.add(Block(block.plan, part, rows, durations))
        finally:
            self._counting.release()


def _part_of(block: Block, start: int, step: int) -> tuple[float, ...]:
    """The durations of a part: one a row, or the call's own with its first part."""
    if len(block.durations) == block.rows:
        return block.durations[start : start + step]
    return block.durations if start == 0 else ()
