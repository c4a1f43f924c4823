"""When each monitor is due: once in each of its panes, just before the pane ends."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

LARGEST_MARGIN_NS = 50_000_000


class Schedule:
    """Looks fall shortly before a pane ends, so that the open pane, which a window includes, is nearly whole.

    >>> schedule = Schedule()
    >>> schedule.due("credit", 10**9, 5 * 10**9), schedule.due("credit", 10**9, 5 * 10**9 + 1)
    (True, False)
    """

    def __init__(self) -> None:
        self._last: dict[Hashable, int] = {}

    def due(self, key: Hashable, every_ns: int, now_ns: int) -> bool:
        """Whether a monitor has not been looked at in its present pane; it counts as looked at from here on."""
        look = (now_ns + margin(every_ns)) // every_ns
        if self._last.get(key) == look:
            return False
        self._last[key] = look
        return True

    def keep_only(self, keys: Iterable[Hashable]) -> None:
        """Forget all other monitors."""
        kept = set(keys)
        self._last = {key: look for key, look in self._last.items() if key in kept}


def next_look(every_ns: int, now_ns: int) -> int:
    """When the next look after `now_ns` falls."""
    early = margin(every_ns)
    return ((now_ns + early) // every_ns + 1) * every_ns - early


def margin(every_ns: int) -> int:
    """How long before the end of its pane a look falls: a tenth of it, at most 50 ms."""
    return min(every_ns // 10, LARGEST_MARGIN_NS)
