"""Columns without a reference, as a recorder sends them: which category names may leave, exponential counts so far."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from driftline.instrumentation.recorder.categories import CategoryNames, CategoryTally
from driftline.processors.observations import IGNORED, ExponentialPoint, StreamId
from driftline.processors.profile.exponential import Exponential
from driftline.processors.profile.options import Options
from driftline.processors.profile.survey import role_of
from driftline.processors.replay.grid import Free, Group
from driftline.processors.replay.layout import Slot
from driftline.processors.windows import Part
from driftline.semconv import FieldRole

_UNNAMED = Options()


class FreelySent:
    """What was sent of such columns, and what goes out next.

    Args:
        start_ns: when every stream started.
        number: asks for the number of a stream.
        row: asks for the row that a stream of single counts adds up in; -1 when nobody wants it.
    """

    def __init__(
        self,
        start_ns: int,
        number: Callable[[Group, Slot], StreamId],
        row: Callable[[Group, Slot], int],
    ) -> None:
        self._start_ns, self._number, self._row = start_ns, number, row
        self._names: dict[tuple[str | None, str], CategoryNames] = {}
        self._tallies: dict[tuple[Group, str], CategoryTally] = {}
        self._sent: dict[tuple[Group, Slot], int] = {}
        self._rows: dict[tuple[Group, Slot], int] = {}
        self._numbers: dict[tuple[Group, str], tuple[StreamId, Exponential]] = {}

    def categories(self, group: Group, columns: Mapping[str, Free]) -> Iterator[tuple[int, int]]:
        """Rows, and what they grow by: categories that may go by name, and defects."""
        for name, free in columns.items():
            role = role_of(name, _UNNAMED)
            for defect, count in free.defects.items():
                yield from self._grown(group, Slot(0, 1, Part.DEFECT, name, role, defect), count)
            if free.categories:
                for category, total in self._outgoing(group, name, role, free).items():
                    slot = Slot(0, 1, Part.CATEGORY, name, role, category)
                    before = self._sent.get((group, slot), 0)
                    self._sent[group, slot] = total
                    yield from self._grown(group, slot, total - before)

    def exponentials(self, group: Group, columns: Mapping[str, Free], now_ns: int) -> Iterator[ExponentialPoint]:
        """The histograms of columns of numbers."""
        for name, free in columns.items():
            if free.numbers is None:
                continue
            if (group, name) not in self._numbers:
                slot = Slot(0, 0, Part.DISTRIBUTION, name, role_of(name, _UNNAMED))
                self._numbers[group, name] = self._number(group, slot), Exponential()
            number, before = self._numbers[group, name]
            held = before.merge(free.numbers)
            self._numbers[group, name] = number, held
            if number != IGNORED:
                yield _point(number, held, self._start_ns, now_ns)

    def _outgoing(self, group: Group, name: str, role: str, free: Free) -> Mapping[str, int]:
        key = group.version, name
        if key not in self._names:
            self._names[key] = CategoryNames(name, classes=role != FieldRole.FEATURE)
        names = self._names[key]
        tally = self._tallies.setdefault((group, name), CategoryTally())
        names.see(free.categories)
        tally.add(names, free.categories)
        return tally.outgoing(names)

    def _grown(self, group: Group, slot: Slot, count: int) -> Iterator[tuple[int, int]]:
        if count:
            row = self._rows.get((group, slot))
            if row is None:
                row = self._rows[group, slot] = self._row(group, slot)
            if row >= 0:
                yield row, count


def _point(number: StreamId, held: Exponential, start_ns: int, now_ns: int) -> ExponentialPoint:
    return ExponentialPoint(
        stream=number,
        start_ns=start_ns,
        time_ns=now_ns,
        count=held.count,
        scale=held.scale,
        zero=held.zero,
        positive_offset=held.positive.offset,
        positive=held.positive.counts,
        negative_offset=held.negative.offset,
        negative=held.negative.counts,
    )
