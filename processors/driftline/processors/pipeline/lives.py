"""Who lives, who is stale, who is retired: by when data last came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from driftline.processors.findings import Identity
from driftline.processors.pipeline.verdicts import identity_dict, identity_from

STALE_FOR_NS = 3600 * 10**9
"""A stale model is shown this long, then its series end."""


class Life(Enum):
    """How an identity stands."""

    LIVES = auto()
    RETIRED = auto()
    """It stopped while another version, variant or segment of the model lives: its series end."""
    STALE = auto()
    ENDED = auto()


@dataclass(slots=True)
class _Record:
    last_ns: int
    empty: bool
    stale_after_ns: int
    stands_for: bool = True
    """Whether it is a version of the model; what only foreign metrics tell of is none."""
    apart_ns: int = 0
    """How far apart the last two arrivals of data were."""
    first_ns: int = 0
    """When data first came."""


class Lives:
    """When each identity last had data. What shares model and environment belongs together."""

    def __init__(self) -> None:
        self._records: dict[Identity, _Record] = {}
        self._together: dict[tuple[str, str | None], set[Identity]] = defaultdict(set)

    def heard(
        self, identity: Identity, last_ns: int, *, empty: bool, stale_after_ns: int, stands_for: bool = True
    ) -> None:
        """An identity's last data, whether its windows are empty by now, and whether it is a version of the model."""
        record = self._records.get(identity)
        if record is None:
            if last_ns:
                self._add(identity, _Record(last_ns, empty, stale_after_ns, stands_for, first_ns=last_ns))
            return
        if last_ns > record.last_ns:
            record.apart_ns, record.last_ns = last_ns - record.last_ns, last_ns
        record.empty, record.stale_after_ns, record.stands_for = empty, stale_after_ns, stands_for

    def silent_seconds(self, identity: Identity, now_ns: int) -> float | None:
        """Seconds without data; None when there never was any."""
        record = self._records.get(identity)
        return None if record is None else max(now_ns - record.last_ns, 0) / 1e9

    def known_seconds(self, identity: Identity, now_ns: int) -> float | None:
        """Seconds since its first data; None when there never was any."""
        record = self._records.get(identity)
        return None if record is None else max(now_ns - record.first_ns, 0) / 1e9

    def seconds_apart(self, identity: Identity) -> float:
        """Seconds between the last two looks' arrivals of data; 0 when there was one at most."""
        record = self._records.get(identity)
        return 0.0 if record is None else record.apart_ns / 1e9

    def of(self, identity: Identity, now_ns: int) -> Life:
        """How an identity stands; one that never had data lives, waiting for some."""
        record = self._records.get(identity)
        if record is None:
            return Life.LIVES
        silent = now_ns - record.last_ns
        if (record.empty or silent >= record.stale_after_ns) and self._another_lives(identity, now_ns):
            return Life.RETIRED
        if silent < record.stale_after_ns:
            return Life.LIVES
        return Life.STALE if silent < record.stale_after_ns + STALE_FOR_NS else Life.ENDED

    def known(self) -> Iterable[Identity]:
        """Everyone who had data and has not ended."""
        return list(self._records)

    def forget(self, identity: Identity) -> None:
        if self._records.pop(identity, None) is not None:
            self._together[_group(identity)].discard(identity)
            if not self._together[_group(identity)]:
                del self._together[_group(identity)]

    def _another_lives(self, identity: Identity, now_ns: int) -> bool:
        return any(self._lives(other, now_ns) for other in self._together[_group(identity)] if other != identity)

    def _lives(self, identity: Identity, now_ns: int) -> bool:
        record = self._records[identity]
        return record.stands_for and not record.empty and now_ns - record.last_ns < record.stale_after_ns

    def _add(self, identity: Identity, record: _Record) -> None:
        self._records[identity] = record
        self._together[_group(identity)].add(identity)

    def snapshot(self) -> list[dict[str, Any]]:
        """Every record, as JSON can hold it."""
        return [
            {**identity_dict(identity), "last_ns": record.last_ns, "stale_after_ns": record.stale_after_ns}
            | {"first_ns": record.first_ns}
            for identity, record in self._records.items()
        ]

    def restore(self, saved: Iterable[Mapping[str, Any]]) -> None:
        """Take up a snapshot; windows count as empty until they are heard of."""
        for entry in saved:
            record = _Record(int(entry["last_ns"]), empty=True, stale_after_ns=int(entry["stale_after_ns"]))
            record.first_ns = int(entry.get("first_ns", record.last_ns))  # absent: saved by an older version
            self._add(identity_from(entry), record)


def _group(identity: Identity) -> tuple[str, str | None]:
    return identity.model, identity.environment
