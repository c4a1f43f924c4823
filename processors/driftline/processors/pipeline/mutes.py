"""Fields and models that a person has hushed for a while."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

KEPT_NS = 8 * 86_400 * 10**9
"""How long a mute is kept after its end: as long as a window may reach back to it."""


@dataclass(frozen=True, slots=True)
class Mute:
    """A model, or one field of it, that is not judged and not learned from in [from_ns, until_ns)."""

    model: str
    field: str | None
    from_ns: int
    until_ns: int
    by: str
    reason: str

    def touches(self, field: str, start_ns: int, end_ns: int) -> bool:
        """Whether it hushes a field somewhere in a stretch of time."""
        return self.field in {None, field} and start_ns < self.until_ns and self.from_ns < end_ns

    @property
    def why(self) -> str:
        """Who hushed it, until when, and why."""
        until = datetime.fromtimestamp(self.until_ns // 10**9, UTC)
        return f"muted by {self.by} until {until:%Y-%m-%d %H:%M} UTC, {self.reason}"


class Mutes:
    """The mutes in force, and those that ended lately. Changed under the pipeline's lock; what is read never changes.

    >>> mutes = Mutes()
    >>> _ = mutes.add(Mute("credit", None, 10, 20, "ann", "campaign"))
    >>> [each.reason for each in mutes.of("credit")], mutes.of("fraud")
    (['campaign'], ())
    """

    def __init__(self) -> None:
        self._mutes: dict[str, tuple[Mute, ...]] = {}

    def add(self, mute: Mute) -> Mute:
        """Put a mute in force; one of the same field that is in force makes way for it."""
        others = tuple(each for each in self.of(mute.model) if each.field != mute.field)
        standing = [each for each in self.of(mute.model) if each.field == mute.field]
        ended = tuple(each for each in standing if each.until_ns <= mute.from_ns)
        self._mutes[mute.model] = (*others, *ended, mute)
        return mute

    def remove(self, model: str, field: str | None, now_ns: int) -> tuple[Mute, ...]:
        """End the mutes of a field, or all of a model's, at once; their windows are judged again. Those that ended."""
        gone = tuple(each for each in self.of(model) if field in {None, each.field} and each.until_ns > now_ns)
        self._mutes[model] = tuple(each for each in self.of(model) if each not in gone)
        return gone

    def of(self, model: str) -> tuple[Mute, ...]:
        """The mutes of a model."""
        return self._mutes.get(model, ())

    def expire(self, now_ns: int) -> None:
        """Forget mutes that ended so long ago that no window holds a part of them."""
        for model, mutes in list(self._mutes.items()):
            kept = tuple(each for each in mutes if each.until_ns > now_ns - KEPT_NS)
            if kept:
                self._mutes[model] = kept
            else:
                del self._mutes[model]

    def snapshot(self) -> list[dict[str, Any]]:
        """Every mute, as JSON can hold it."""
        return [asdict(each) for mutes in self._mutes.values() for each in mutes]

    def restore(self, saved: Iterable[Mapping[str, Any]]) -> None:
        """Take up a snapshot. Raises TypeError when it is none."""
        for entry in saved:
            mute = Mute(**entry)
            self._mutes[mute.model] = (*self.of(mute.model), mute)
