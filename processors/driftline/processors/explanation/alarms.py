"""The alarms there were: when each began and ended, and what it looked like at its worst."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from driftline.processors.findings import Identity

MOST_ALARMS = 50
"""Alarms kept of one identity; beyond it the oldest goes."""
MOST_IDENTITIES = 5000

Told = Mapping[str, Any]
"""An alarm's findings as JSON values."""


@dataclass(slots=True)
class Alarm:
    """One alarm of one identity. `end_ns` is None while it lasts."""

    identity: Identity
    begin_ns: int
    end_ns: int | None
    worst_ns: int
    level: float
    told: Told
    """What was found at `worst_ns`."""

    def holds(self, at_ns: int) -> bool:
        """Whether it was going on then; its begin counts from the second it is told with."""
        return self.begin_ns - self.begin_ns % 10**9 <= at_ns and (self.end_ns is None or at_ns < self.end_ns)


class Alarms:
    """A bounded history of alarms. Not safe for threads: the pipeline holds its lock.

    >>> alarms, credit = Alarms(), Identity("credit")
    >>> alarms.note(credit, 100, 2.5, lambda: {"why": "age"}, 120)
    >>> alarms.note(credit, None, None, dict, 300)
    >>> found = alarms.of(credit)[0]
    >>> found.begin_ns, found.worst_ns, found.end_ns, found.told
    (100, 120, 300, {'why': 'age'})
    """

    def __init__(self) -> None:
        self._kept: dict[Identity, deque[Alarm]] = {}

    def note(
        self, identity: Identity, begin_ns: int | None, level: float | None, tell: Callable[[], Told], now_ns: int
    ) -> None:
        """How an identity stands at a look.

        Args:
            identity: whose traffic.
            begin_ns: since when it is in drift; None when it is not.
            level: its level; an alarm keeps the look where it was highest.
            tell: words the look's findings; called only when they are kept.
            now_ns: the time of the look.
        """
        alarm = self._standing(identity)
        if begin_ns is None:
            if alarm is not None:
                alarm.end_ns = now_ns
            return
        height = level or 0.0
        if alarm is None:
            self._keep(Alarm(identity, begin_ns, None, now_ns, height, tell()))
        elif height > alarm.level:
            alarm.worst_ns, alarm.level, alarm.told = now_ns, height, tell()

    def of(self, identity: Identity) -> list[Alarm]:
        """Its alarms, the latest first."""
        return list(reversed(self._kept.get(identity, ())))

    def of_model(self, model: str) -> list[Alarm]:
        """The alarms of all its versions and segments, the latest first."""
        found = [alarm for identity, kept in self._kept.items() if identity.model == model for alarm in kept]
        return sorted(found, key=lambda alarm: -alarm.begin_ns)

    def at(self, model: str, at_ns: int) -> list[Alarm]:
        """The alarms of a model, all its versions and segments, that were going on at a time."""
        return [alarm for alarm in self.of_model(model) if alarm.holds(at_ns)]

    def close_all_but(self, identities: Iterable[Identity], now_ns: int) -> None:
        """End the alarms of everyone who is not watched any more; what was, stays told."""
        watched = set(identities)
        for identity in self._kept.keys() - watched:
            if (alarm := self._standing(identity)) is not None:
                alarm.end_ns = now_ns

    def snapshot(self) -> list[dict[str, Any]]:
        """Every alarm, as JSON can hold it."""
        return [
            {"identity": [each.identity.model, each.identity.version, each.identity.variant, each.identity.environment]}
            | {"segment": [list(pair) for pair in each.identity.segment]}
            | {"begin_ns": each.begin_ns, "end_ns": each.end_ns, "worst_ns": each.worst_ns}
            | {"level": each.level, "told": dict(each.told)}
            for kept in self._kept.values()
            for each in kept
        ]

    def restore(self, saved: Iterable[Mapping[str, Any]]) -> None:
        """Take up a snapshot. Raises KeyError, TypeError or ValueError when it is none."""
        for entry in saved:
            model, version, variant, environment = entry["identity"]
            segment = tuple((str(name), str(value)) for name, value in entry["segment"])
            identity = Identity(model, version, variant, environment, segment)
            times = int(entry["begin_ns"]), entry["end_ns"], int(entry["worst_ns"])
            self._keep(Alarm(identity, *times, float(entry["level"]), entry["told"]))

    def _standing(self, identity: Identity) -> Alarm | None:
        kept = self._kept.get(identity)
        return kept[-1] if kept and kept[-1].end_ns is None else None

    def _keep(self, alarm: Alarm) -> None:
        kept = self._kept.pop(alarm.identity, None) or deque(maxlen=MOST_ALARMS)
        kept.append(alarm)
        self._kept[alarm.identity] = kept
        if len(self._kept) > MOST_IDENTITIES:
            del self._kept[next(iter(self._kept))]
