"""Moments as documents write them."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(time_ns: int) -> str:
    """RFC 3339, UTC, to the second.

    >>> moment(1_800_000_000_900_000_000)
    '2027-01-15T08:00:00Z'
    """
    return f"{datetime.fromtimestamp(time_ns // 10**9, UTC):%Y-%m-%dT%H:%M:%SZ}"
