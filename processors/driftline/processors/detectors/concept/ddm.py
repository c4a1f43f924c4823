"""DDM: the share of errors against the best it has been."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from driftline.processors.detectors.concept.detector import ErrorDetector
from driftline.processors.detectors.concept.zone import Zone


@dataclass(slots=True)
class _State:
    seen: int = 0
    rate: float = 0.0
    least: float | None = None
    """Of rate plus deviation; None before the shortest stream is over."""
    best: float = 0.0
    deviation: float = 0.0
    """Rate and deviation when their sum was least."""
    zone: str = Zone.STABLE.value


class Ddm(ErrorDetector[_State]):
    """Drift Detection Method: alarms when the share of errors, plus its standard deviation, is too far over its least.

    Guarantee: none over time. Each step compares with a three-sigma limit, and the least of a share that wanders is
    chosen after the fact, so that false alarms come sooner or later: 1.4 in 10,000 at an error rate of 0.1. It slows
    down as the stream grows, because everything since the last alarm counts.

    Args:
        warning, drift: how many standard deviations over the least each zone begins.
        shortest: errors and non-errors before the first verdict.

    Definition and defaults are River's, alarm by alarm. Cost: about 1 us an error.

    >>> detector = Ddm()
    >>> zones = [detector.update(at % 10 == 0 or at >= 200) for at in range(260)]
    >>> zones.index("warning"), zones.index("drift")
    (204, 209)

    Source: Gama, Medas, Castillo and Rodrigues (2004), doi:10.1007/978-3-540-28645-5_29.
    """

    def __init__(self, *, warning: float = 2.0, drift: float = 3.0, shortest: int = 30) -> None:
        self._warning, self._drift, self._shortest = warning, drift, shortest
        super().__init__(_State)

    def _take(self, state: _State, error: bool) -> None:  # noqa: FBT001 - as `update`
        state.seen += 1
        state.rate += (error - state.rate) / state.seen
        if state.seen > self._shortest:
            state.zone = self._judge(state).value

    def _judge(self, state: _State) -> Zone:
        deviation = sqrt(state.rate * (1 - state.rate) / state.seen)
        now = state.rate + deviation
        if state.least is None or now <= state.least:
            state.least, state.best, state.deviation = now, state.rate, deviation
        if now > state.best + self._drift * state.deviation:
            return Zone.DRIFT
        return Zone.WARNING if now > state.best + self._warning * state.deviation else Zone.STABLE
