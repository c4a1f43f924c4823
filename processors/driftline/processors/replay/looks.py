"""When to look: at the end of every pane, as `run` does, but not where nothing can have changed."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from driftline.processors.monitor import Monitor
from driftline.processors.pipeline.lives import STALE_FOR_NS


@dataclass(frozen=True, slots=True)
class Pace:
    """One monitor's step, and how far its window, and its silence, reach. In nanoseconds."""

    every_ns: int
    silence_ns: int
    """So long after the last data every look may find something new: windows empty, and the model goes stale."""
    longest_ns: int

    @classmethod
    def of(cls, monitor: Monitor) -> Pace:
        window = monitor.spec.window
        silence = max(window.length, monitor.spec.stale_after + STALE_FOR_NS) + window.every
        return cls(window.every, silence, window.longest_ns)


class Looks:
    """The times at which the monitors of a history look, all of them ends of panes.

    Args:
        monitors: whose.
        step_ns: length of a pane.
        edges: when what the monitors do not know of begins or ends to hush them, in nanoseconds since the epoch.

    Through a silence, looks go on until windows are empty and the model is no longer shown as stale. Beyond that only
    the ends of panes count in which something can change: data that windows reached back for gets too old, an
    exclusion begins or ends, data comes. A few more, ever further apart, keep what depends on silence from being
    missed for long.

    >>> looks = Looks([], step_ns=10)
    >>> list(looks.until(50))
    []
    """

    def __init__(self, monitors: Sequence[Monitor], step_ns: int, edges: Iterable[int] = ()) -> None:
        self._step_ns = step_ns
        self._paces = sorted({Pace.of(monitor) for monitor in monitors}, key=lambda pace: pace.every_ns)
        excluded = {edge for each in monitors for span in each.spec.exclusions for edge in (span.start, span.end)}
        self._edges = sorted({*map(_nanoseconds, excluded), *edges})
        self._looked_ns: int | None = None
        self._data: deque[int] = deque()

    def until(self, end_ns: int) -> Iterator[int]:
        """Ends of panes to look at after the last one given and before `end_ns`, the end of the next pane with data."""
        if self._looked_ns is not None and self._data:
            for time_ns in self._between(self._looked_ns, end_ns):
                self._looked_ns = time_ns
                yield time_ns

    def data(self, end_ns: int) -> bool:
        """Tell of data in the pane that ends then; whether any monitor looks at that time."""
        self._data.append(end_ns)
        reach = max((pace.longest_ns for pace in self._paces), default=0)
        while self._data[0] < end_ns - 2 * reach:
            self._data.popleft()
        self._looked_ns = end_ns
        return self._due(end_ns)

    def _due(self, time_ns: int) -> bool:
        return any(time_ns % pace.every_ns == 0 for pace in self._paces)

    def _between(self, start_ns: int, end_ns: int) -> Iterator[int]:
        last = self._data[-1]
        silence = max(pace.silence_ns for pace in self._paces)
        time_ns = start_ns
        while (time_ns := self._next(time_ns)) < min(end_ns, last + silence):
            yield time_ns
        if time_ns < end_ns:
            yield from sorted(self._beyond(time_ns, end_ns))

    def _next(self, time_ns: int) -> int:
        return min((time_ns // pace.every_ns + 1) * pace.every_ns for pace in self._paces)

    def _beyond(self, start_ns: int, end_ns: int) -> set[int]:
        """Times in [start_ns, end_ns) at which something can change although nothing comes."""
        last = self._data[-1]
        found = set()
        for pace in self._paces:
            wanted = [end + pace.longest_ns for end in self._data] + self._edges
            wanted += [edge + reach for edge in self._edges for reach in (pace.longest_ns,)]
            doublings = math.frexp(max((end_ns - last) / pace.silence_ns, 1.0))[1]
            wanted += [last + (pace.silence_ns << power) for power in range(doublings)] + [end_ns - pace.every_ns]
            found |= {-(-time // pace.every_ns) * pace.every_ns for time in wanted}
        return {time for time in found if start_ns <= time < end_ns}


def _nanoseconds(time: datetime) -> int:
    return round(time.timestamp()) * 10**9
