"""What one Alertmanager was told: what it must hear now, and until when each alert lasts. No clock, no wire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from driftline.exporters.alertmanager.alerts import Key, Pushed

_LASTS_SENDINGS = 3
"""An alert ends by itself unless it is sent again: so many sendings may be lost."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Times of a push, in nanoseconds."""

    resend_ns: int
    """How often an alert that fires is sent again."""
    resolve_ns: int | None = None
    """After how long without it an alert is resolved; None: somebody else resolves it, or it ends by itself."""

    def lasts_ns(self, pushed: Pushed) -> int:
        """How long an alert lasts unless it is sent again: over three sendings, and three looks."""
        return _LASTS_SENDINGS * max(self.resend_ns, pushed.every_ns)


@dataclass(frozen=True, slots=True)
class _Held:
    """An alert, when it last fired, and since when it is over; None while it is not."""

    pushed: Pushed
    fired_ns: int
    over_ns: int | None = None


class Book:
    """Keeps account with one peer. Not thread-safe.

    >>> drift = Pushed({"alertname": "ModelDrift"}, {}, every_ns=10**9)
    >>> book = Book(Patience(resend_ns=60 * 10**9))
    >>> book.look({drift.key: drift}, now_ns=0)
    >>> [said["endsAt"] for said in book.due(0)]
    ['1970-01-01T00:03:00.000000Z']
    >>> book.told(0)
    >>> book.due(10**9), len(book.due(60 * 10**9))
    ([], 1)
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._held: dict[Key, _Held] = {}
        self._told: dict[Key, bool] = {}  # whether the peer believes that it fires
        self._told_ns: int | None = None

    def look(self, firing: Mapping[Key, Pushed], now_ns: int) -> None:
        """Take up what fires now; what fired before and does no more is over after a while, and then forgotten."""
        self._held |= {key: _Held(pushed, now_ns) for key, pushed in firing.items()}
        gone = [key for key in self._held if key not in firing]
        for key in gone:
            held = self._over(self._held[key], now_ns)
            if held is None:
                del self._held[key]
                self._told.pop(key, None)
            else:
                self._held[key] = held

    def due(self, now_ns: int) -> list[dict[str, Any]]:
        """What must be sent now, as Alertmanager's API takes it: everything, when there is news or it is time."""
        standing = {key: held.over_ns is None for key, held in self._held.items()}
        news = any(self._told.get(key) is not fires for key, fires in standing.items())
        late = self._told_ns is not None and now_ns - self._told_ns >= self._patience.resend_ns
        return list(self._worded(now_ns)) if self._held and (news or late) else []

    def told(self, now_ns: int) -> None:
        """The peer took what was due."""
        self._told = {key: held.over_ns is None for key, held in self._held.items()}
        self._told_ns = now_ns

    def _over(self, held: _Held, now_ns: int) -> _Held | None:
        """How an alert that does not fire now is held; None when the peer need not hear of it any more."""
        after = self._patience.resolve_ns
        if after is None:
            return None
        if held.over_ns is None:
            return replace(held, over_ns=now_ns) if now_ns - held.fired_ns >= after else held
        return None if now_ns - held.over_ns > self._patience.lasts_ns(held.pushed) else held

    def _worded(self, now_ns: int) -> Iterator[dict[str, Any]]:
        for held in self._held.values():
            pushed = held.pushed
            ends_ns = now_ns + self._patience.lasts_ns(pushed) if held.over_ns is None else held.over_ns
            started = {} if pushed.since_ns is None else {"startsAt": _moment(min(pushed.since_ns, ends_ns))}
            yield {
                "labels": dict(pushed.labels),
                "annotations": dict(pushed.annotations),
                "generatorURL": pushed.annotations.get("dashboard_url", ""),
                "endsAt": _moment(ends_ns),
                **started,
            }


def _moment(time_ns: int) -> str:
    """RFC 3339 in UTC to the microsecond."""
    return f"{datetime.fromtimestamp(time_ns / 1e9, UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
