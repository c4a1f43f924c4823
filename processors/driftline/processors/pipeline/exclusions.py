"""Stretches of time a monitor says are different: not judged, not learned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from driftline.processors.monitor import Monitor

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def excluded(monitor: Monitor, start_ns: int, end_ns: int) -> str | None:
    """The reason of the first exclusion that [start_ns, end_ns) touches; None when there is none."""
    for exclusion in monitor.spec.exclusions:
        if start_ns < _nanoseconds(exclusion.end) and _nanoseconds(exclusion.start) < end_ns:
            return exclusion.reason
    return None


def _nanoseconds(time: datetime) -> int:
    return (time - _EPOCH) // timedelta(microseconds=1) * 1000
