"""Stretches of time a monitor, or a person, says are different: not judged, not learned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from driftline.processors.monitor import Monitor
from driftline.processors.pipeline.mutes import Mute
from driftline.processors.windows import FieldWindow

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def excluded(monitor: Monitor, start_ns: int, end_ns: int) -> str | None:
    """The reason of the first exclusion that [start_ns, end_ns) touches; None when there is none."""
    for exclusion in monitor.spec.exclusions:
        if start_ns < _nanoseconds(exclusion.end) and _nanoseconds(exclusion.start) < end_ns:
            return exclusion.reason
    return None


def hushed(monitor: Monitor, mutes: Sequence[Mute], window: FieldWindow) -> str | None:
    """Why a field's window is neither judged nor learned from: an exclusion, or a mute; None when it is."""
    reason = excluded(monitor, window.start_ns, window.end_ns)
    if reason is not None or not mutes:
        return reason
    return next((each.why for each in mutes if each.touches(window.field, window.start_ns, window.end_ns)), None)


def _nanoseconds(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(microseconds=1) * 1000
