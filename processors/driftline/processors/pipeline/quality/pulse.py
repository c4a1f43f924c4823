"""What is remembered of one model: how long it is usually silent, and how much it predicts at which time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from driftline.processors.detectors.quality import KEPT, SMALLEST_CHANGE, Check, Volume, freshness, volume
from driftline.processors.findings import Identity
from driftline.processors.pipeline.verdicts import identity_dict, identity_from

DAY_NS = 86_400 * 10**9
SHORTEST_STRETCH_NS = 300 * 10**9
"""Predictions are counted over the window's length, at least this long."""
MOST_STRETCHES = 2304
"""Stretches that are remembered: eight days of five minutes."""
_REMEMBERED_NS = 30 * DAY_NS
_LOOKS_MISSED = 3  # after so many the processor was not there, and nobody's silence was heard


@dataclass(frozen=True, slots=True)
class Heard:
    """What a look knows of one model, all its versions and variants together.

    Args:
        now_ns: the look.
        every_ns: how far apart looks are.
        length_ns: the window.
        last_ns: when data last arrived; None when there never was any.
        totals: predictions of each identity since the start.
        hushed: an exclusion, or a person, keeps the present out of what is usual.
    """

    now_ns: int
    every_ns: int
    length_ns: int
    last_ns: int | None
    totals: Mapping[Identity, int]
    hushed: bool = False

    @property
    def stretch_ns(self) -> int:
        """Over which predictions are counted: whole looks."""
        return -(-max(self.length_ns, SHORTEST_STRETCH_NS) // self.every_ns) * self.every_ns


@dataclass(slots=True)
class Silences:
    """The longest silences of 30 days, as seconds and when they ended."""

    since_ns: int = 0
    last_ns: int = 0
    seen: int = 0
    longest: list[tuple[float, int]] = field(default_factory=list)
    usual: float = math.inf
    """The limit at the look before, in seconds."""

    def hear(self, heard: Heard) -> None:
        """Take up what arrived since; a silence over the usual counts as just that long, so that it stays unusual."""
        last_ns = heard.last_ns or 0
        self.since_ns = self.since_ns or heard.now_ns
        if last_ns > self.last_ns > 0 and not heard.hushed:
            self.seen += 1
            self.longest.append((min((last_ns - self.last_ns) / 1e9, self.usual), last_ns))
            if len(self.longest) > KEPT:
                self.longest.remove(min(self.longest))
        self.last_ns = max(self.last_ns, last_ns)
        if self.longest and min(at for _, at in self.longest) < heard.now_ns - _REMEMBERED_NS:
            self.longest = [each for each in self.longest if each[1] >= heard.now_ns - _REMEMBERED_NS]

    def resume(self, now_ns: int) -> None:
        """Nobody listened for a while: a silence begins now."""
        self.last_ns = now_ns if self.last_ns else 0

    def check(self, now_ns: int, *, per_second: float, stale_after: float, explicit: bool, least: float) -> Check:
        """The present silence beside its limit."""
        check = freshness(
            max(now_ns - self.last_ns, 0) / 1e9,
            [seconds for seconds, _ in self.longest],
            seen=self.seen,
            watched_seconds=min(now_ns - self.since_ns, _REMEMBERED_NS) / 1e9,
            per_second=per_second,
            stale_after=stale_after,
            explicit=explicit,
            least=least,
        )
        self.usual = check.limit
        return check


@dataclass(slots=True)
class Stretches:
    """Predictions in each stretch of time that was seen whole; NaN for the others."""

    stretch_ns: int = 0
    index: int = -1
    running: float = 0.0
    whole: bool = False
    totals: dict[Identity, int] = field(default_factory=dict)
    history: list[float] = field(default_factory=list)
    count: float = 0.0
    found: Volume | None = None
    """What was found of the last whole stretch, of `count` predictions."""

    def hear(self, heard: Heard, level: float, minimum_effect: float | None) -> None:
        """Count what came since the look before; judge and remember a stretch that ended."""
        if heard.stretch_ns != self.stretch_ns:
            self.stretch_ns, self.index, self.history, self.found = heard.stretch_ns, -1, [], None
        added = sum(max(total - self.totals.get(each, total), 0) for each, total in heard.totals.items())
        self.totals = dict(heard.totals)
        index = (heard.now_ns - heard.every_ns // 2) // self.stretch_ns
        if index != self.index:
            self._close(index, level, minimum_effect)
        self.running += added
        self.whole = self.whole and not heard.hushed

    def resume(self) -> None:
        """Nobody counted for a while: the stretch was not seen whole."""
        self.whole = False

    def _close(self, index: int, level: float, minimum_effect: float | None) -> None:
        missed = index - self.index - 1 if self.index >= 0 else 0
        self.found = self._judge(level, minimum_effect) if self.whole and not missed else None
        if self.index >= 0:
            self._remember(missed)
        self.index, self.running, self.whole = index, 0.0, self.index >= 0 and not missed

    def _judge(self, level: float, minimum_effect: float | None) -> Volume | None:
        self.count = self.running
        day = DAY_NS // self.stretch_ns if DAY_NS % self.stretch_ns == 0 else 0
        effect = SMALLEST_CHANGE if minimum_effect is None else minimum_effect
        periods = tuple(each for each in (7 * day, day) if each)
        return volume(self.running, np.array(self.history), level=level, periods=periods, minimum_effect=effect)

    def _remember(self, missed: int) -> None:
        """An unusual count is remembered as the nearest one that is usual, so that it stays unusual for a while."""
        kept = self.running if self.whole else np.nan
        if self.found is not None and self.found.check.violated:
            reach = self.found.check.limit if kept > self.found.expected else -self.found.check.limit
            kept = max(self.found.expected * (1 + reach), 0.0)
        self.history = [*self.history, kept, *[np.nan] * min(missed, MOST_STRETCHES)][-MOST_STRETCHES:]


@dataclass(slots=True)
class Pulse:
    """One model's silences and stretches."""

    silences: Silences = field(default_factory=Silences)
    stretches: Stretches = field(default_factory=Stretches)
    looked_ns: int = 0

    def attend(self, heard: Heard) -> None:
        """Note a look; after a time without any, start afresh."""
        if self.looked_ns and heard.now_ns - self.looked_ns > _LOOKS_MISSED * heard.every_ns:
            self.silences.resume(heard.now_ns)
            self.stretches.resume()
        self.looked_ns = heard.now_ns

    def to_dict(self) -> dict[str, Any]:
        """Everything but what the last look found, as JSON can hold it."""
        silences, stretches = self.silences, self.stretches
        return {
            "looked_ns": self.looked_ns,
            "silences": [silences.since_ns, silences.last_ns, silences.seen, [list(each) for each in silences.longest]],
            "stretch_ns": stretches.stretch_ns,
            "index": stretches.index,
            "history": [None if np.isnan(each) else round(each, 3) for each in stretches.history],
            "totals": [{**identity_dict(each), "total": total} for each, total in stretches.totals.items()],
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Pulse:
        """The same again; the open stretch was not seen whole. Raises KeyError, TypeError or ValueError."""
        since_ns, last_ns, seen, longest = saved["silences"]
        silences = Silences(int(since_ns), int(last_ns), int(seen), [(float(each), int(at)) for each, at in longest])
        stretches = Stretches(int(saved["stretch_ns"]), int(saved["index"]))
        stretches.history = [np.nan if each is None else float(each) for each in saved["history"]][-MOST_STRETCHES:]
        stretches.totals = {identity_from(each): int(each["total"]) for each in saved["totals"]}
        return cls(silences, stretches, int(saved["looked_ns"]))
