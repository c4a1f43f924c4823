"""HDDM_A: the mean of all errors against that of the best beginning, by Hoeffding's bound."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

from driftline.processors.detectors.concept.detector import ErrorDetector
from driftline.processors.detectors.concept.zone import Zone


@dataclass(slots=True)
class _State:
    seen: int = 0
    rate: float = 0.0
    first: int = 0
    best: float = 0.0
    """How long the best beginning is, and its share of errors."""
    zone: str = Zone.STABLE.value


class HddmA(ErrorDetector[_State]):
    """Hoeffding Drift Detection Method, averages: alarms when the share of errors rose over that of the best beginning.

    Guarantee, for independent errors and one beginning fixed beforehand: the chance of an alarm at one step is at most
    half of `drift` (Hoeffding's inequality). It does not add the steps up, nor the choice of the beginning, so that
    there is none over time; measured, it is the most silent of these detectors.

    Args:
        drift, warning: levels of each zone, in (0, 1), `drift` the smaller one.

    Definition and defaults are River's, alarm by alarm, of errors that become more. Cost: about 1 us an error.

    >>> detector = HddmA()
    >>> zones = [detector.update(at % 10 == 0 or at >= 200) for at in range(260)]
    >>> zones.index("drift")
    204

    Source: Frias-Blanco et al. (2015), doi:10.1109/TKDE.2014.2345382.
    """

    def __init__(self, *, drift: float = 0.001, warning: float = 0.005) -> None:
        self._drift, self._warning = log(2 / drift) / 2, log(2 / warning) / 2
        self._bound = log(1 / drift) / 2
        super().__init__(_State)

    def _take(self, state: _State, error: bool) -> None:  # noqa: FBT001 - as `update`
        state.seen += 1
        state.rate += (error - state.rate) / state.seen
        if not state.first or self._over(state.best, state.first) >= self._over(state.rate, state.seen):
            state.first, state.best = state.seen, state.rate
        state.zone = self._judge(state).value

    def _over(self, rate: float, seen: int) -> float:
        """A limit that the true share is under."""
        return rate + sqrt(self._bound / seen)

    def _judge(self, state: _State) -> Zone:
        if state.first == state.seen:
            return Zone.STABLE
        risen = state.rate - state.best
        spread = (state.seen - state.first) / state.first * (1 / state.seen)
        if risen >= sqrt(spread * self._drift):
            return Zone.DRIFT
        return Zone.WARNING if risen >= sqrt(spread * self._warning) else Zone.STABLE
