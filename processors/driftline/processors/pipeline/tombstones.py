"""Streams that were counted and forgotten: should one come back, its first point must not count again."""

from __future__ import annotations

from collections import OrderedDict

MOST = 100_000
NEVER = -1


class Tombstones:
    """Stream keys with the newest start that was counted.

    Beyond `MOST` the oldest are dropped, and one line in time stands for them: whatever started before it may have
    been counted.

    >>> tombstones = Tombstones()
    >>> tombstones.bury(b"a", 5, now_ns=9)
    >>> tombstones.claim(b"a"), tombstones.claim(b"a")
    (5, -1)
    """

    def __init__(self) -> None:
        self.line_ns = NEVER
        self._starts: OrderedDict[bytes, int] = OrderedDict()

    def bury(self, key: bytes, start_ns: int, *, now_ns: int) -> None:
        """Remember a stream."""
        self._starts[key] = start_ns
        if len(self._starts) > MOST:
            _, oldest = self._starts.popitem(last=False)
            self.line_ns = max(self.line_ns, min(oldest, now_ns))

    def claim(self, key: bytes) -> int:
        """The newest start counted of a stream that is back; `NEVER` when it is new."""
        return self._starts.pop(key, NEVER)

    def items(self) -> list[tuple[bytes, int]]:
        """Everything remembered."""
        return list(self._starts.items())
