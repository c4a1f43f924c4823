"""Delta points: each once, in bounded memory."""

from __future__ import annotations

from driftline.processors.observations import Reason
from driftline.processors.windows import Deltas
from driftline.processors.windows.deltas import REMEMBERED


def test_more_points_than_are_remembered_never_count_twice() -> None:
    deltas = Deltas()
    counted = [time for time in range(3 * REMEMBERED) if deltas.count(0, time, late_before_ns=0) is None]
    again = [time for time in range(3 * REMEMBERED) if deltas.count(0, time, late_before_ns=0) is None]
    assert counted == list(range(3 * REMEMBERED))
    assert again == []
    assert len(deltas.dump()) <= REMEMBERED


def test_what_is_late_by_now_is_forgotten_first() -> None:
    deltas = Deltas()
    for time in range(REMEMBERED):
        deltas.count(0, time, late_before_ns=0)
    assert deltas.count(0, REMEMBERED, late_before_ns=REMEMBERED) is None
    assert deltas.dump() == [(0, REMEMBERED)]
    assert deltas.count(0, 5, late_before_ns=REMEMBERED) is Reason.LATE
