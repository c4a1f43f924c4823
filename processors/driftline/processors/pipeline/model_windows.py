"""What is read from the intake: the windows of each identity."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass

from driftline.processors.findings import Identity, Traffic
from driftline.processors.pipeline.totals import Totals
from driftline.processors.windows import Field, FieldWindow, Panes
from driftline.processors.windows.between import between


@dataclass(frozen=True, slots=True)
class ModelWindows:
    """The windows of one identity."""

    identity: Identity
    declared: bool
    _fields: tuple[tuple[Panes, Field], ...]
    _totals: Totals

    def fields(self, now_ns: int) -> Iterator[FieldWindow]:
        """What the windows hold of each field at `now_ns`, the open pane included."""
        for panes, field in self._fields:
            panes.look(now_ns)
            yield panes.read(field)

    def between(self, start_ns: int, end_ns: int, *, but_for: Container[str] = ()) -> Iterator[FieldWindow]:
        """What each field, `but_for` some, got in each closed pane of [start_ns, end_ns), oldest pane first.

        Only panes that the window still holds, and those that the last look let go of, are there.
        """
        for panes, field in self._fields:
            if field.name not in but_for:
                yield from between(panes, field, start_ns, end_ns)

    @property
    def names(self) -> set[str]:
        """Names of its fields."""
        return {field.name for _, field in self._fields}

    def traffic(self, now_ns: int) -> Traffic | None:
        """Predictions and durations since the start; None when it never sent any."""
        return self._totals.traffic(self.identity, time_ns=now_ns)

    @property
    def predictions(self) -> int | None:
        """Predictions since the start, failed ones too; None when none were ever counted."""
        return self._totals.predictions(self.identity)

    @property
    def last_ns(self) -> int:
        """When anything last arrived for it, by our clock; 0: never."""
        fields = max((field.last_ns() for _, field in self._fields), default=0)
        return max(fields, self._totals.last_ns(self.identity))
