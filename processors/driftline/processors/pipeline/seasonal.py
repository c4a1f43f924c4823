"""A reference of the same time of the day or the week: the model's own past at the same phase of a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import ClassVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from driftline.processors.pipeline.history import FieldHistory
from driftline.processors.pipeline.phases import by_phase
from driftline.processors.pipeline.sums import FieldSums
from driftline.processors.statistics.dispersion import FEWEST_BLOCKS
from driftline.processors.windows import FieldWindow
from driftline.semconv import ReferenceKind

PERIODS = 8
"""Periods kept of each phase."""
WEEK_NS = 7 * 86_400 * 10**9
_STEPS = 8  # in which a window moves through a phase
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seasonal:
    """How the past of a model is kept and chosen. All lengths in nanoseconds.

    A period, in local time, has 48 phases, or 84 when it is weeks long; each keeps its counts of the last eight
    periods. A window is compared with the phases it lies in, those at its ends weighted by how near they are.

    >>> day = Seasonal(86_400 * 10**9, "Europe/Berlin", window_ns=10**9, pane_ns=10**9)
    >>> day.phases, day.slots, day.phase_ns // 10**9
    (48, 384, 1800)
    """

    period_ns: int
    zone: str
    window_ns: int
    pane_ns: int
    kind: ClassVar[str] = ReferenceKind.SEASONAL

    @property
    def phases(self) -> int:
        """Phases of a period."""
        return max(min(48 if self.period_ns % WEEK_NS else 84, self.period_ns // self.pane_ns), 1)

    @property
    def phase_ns(self) -> int:
        """Length of a phase."""
        return -(-self.period_ns // self.phases)

    @property
    def slots(self) -> int:
        """Phases kept, over all periods."""
        return PERIODS * self.phases

    @property
    def block_ns(self) -> int:
        """A block of what is kept: one phase of one period."""
        return self.phase_ns

    @property
    def past_ns(self) -> int:
        """How far back the blocks lie that say how the traffic scatters."""
        return self.reach_ns

    @property
    def strata(self) -> int:
        """Kinds of blocks that are not alike: the phases."""
        return self.phases

    @property
    def lag_ns(self) -> int:
        """How old a pane must be to enter: about to leave the window, by when a drift in it was seen."""
        return self.window_ns - self.pane_ns

    @property
    def keeps_drift_out(self) -> bool:
        """Windows in drift do not enter, or the reference would turn into them within days."""
        return True

    @property
    def reach_ns(self) -> int:
        """How far back a pane can still matter."""
        return 2 * PERIODS * self.period_ns

    @property
    def waiting(self) -> str:
        """What a field waits for."""
        return f"it was not yet seen at this phase of the period, and in {self._fewest} phases with traffic"

    def place(self, pane: FieldWindow) -> tuple[int, int]:
        """The slot of a pane, by local time, and the stamp of its period."""
        period, within = divmod(self._local((pane.start_ns + pane.end_ns) // 2), self.period_ns)
        return period % PERIODS * self.phases + within // self.phase_ns, period

    @property
    def _fewest(self) -> int:
        """Blocks without which nothing is chosen, as they tell how the traffic scatters; half of all kept, if less."""
        return min(FEWEST_BLOCKS, max(self.slots // 2, 1))

    @property
    def step_ns(self) -> int:
        """How often the choice for a window that slides on is another: eight times a phase."""
        return max(self.phase_ns // _STEPS, 1)

    def view(self, start_ns: int, end_ns: int, stagger_ns: int) -> tuple[int, int]:
        """What the choice depends on beyond the slots: the first step that the window lies in, and how many it does."""
        return (start_ns + stagger_ns) // self.step_ns, -(-(end_ns - start_ns) // self.step_ns)

    def choose(self, history: FieldHistory, start_ns: int, view: tuple[int, int], stagger_ns: int) -> FieldSums | None:
        """The reference of a window that starts at `start_ns`; None while its phase was not seen before."""
        usable = history.before(start_ns - stagger_ns)
        if np.count_nonzero(usable) < self._fewest:
            return None
        if start_ns - int(history.begins[usable].min()) < self.period_ns - 2 * self.phase_ns:
            return None
        return by_phase(history, usable, self.weights(view, stagger_ns))

    def weights(self, view: tuple[int, int], stagger_ns: int = 0) -> NDArray[np.float64]:
        """How much of a window lies at each phase, (phases,), sum 1.

        Between the middles of two phases the weight moves on a straight line from the one to the other.
        """
        first, count = view
        weights = np.zeros(self.phases)
        for each in range(first, first + count):
            within = self._local(each * self.step_ns + self.step_ns // 2 - stagger_ns) % self.period_ns
            place = within / self.phase_ns - 0.5
            before = int(np.floor(place))
            weights[before % self.phases] += before + 1 - place
            weights[(before + 1) % self.phases] += place - before
        return np.asarray(weights / weights.sum())

    def _local(self, time_ns: int) -> int:
        """Nanoseconds since the epoch, by the clock on the wall."""
        return time_ns + _offset_ns(self.zone, time_ns // (900 * 10**9))


@lru_cache(maxsize=4096)
def _offset_ns(zone: str, quarter: int) -> int:
    """Local time less UTC; it changes on quarters of an hour alone."""
    moment = (_EPOCH + timedelta(seconds=900 * quarter)).astimezone(ZoneInfo(zone))
    return (moment.utcoffset() or timedelta()) // timedelta(microseconds=1) * 1000
