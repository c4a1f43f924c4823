"""EDDM: the distance between errors against the longest it has been."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from driftline.processors.detectors.concept.detector import ErrorDetector
from driftline.processors.detectors.concept.zone import Zone


@dataclass(slots=True)
class _State:
    seen: int = 0
    errors: int = 0
    last: int = 0
    """The place of the last error."""
    distance: float = 0.0
    squares: float = 0.0
    """Mean distance between errors, and sum of squared deviations from it."""
    longest: float = -1.0
    """The most that the mean distance plus two deviations has been."""
    zone: str = Zone.STABLE.value


class Eddm(ErrorDetector[_State]):
    """Early Drift Detection Method: alarms when errors come closer together than they came at best.

    Guarantee: none. The limits are shares of the best and know nothing of chance; at an error rate of 0.1 it alarms for
    nothing 20 times in 10,000. It was made for slow changes of models that are rarely wrong.

    Args:
        warning, drift: shares of the best below which each zone begins; `drift` is at most `warning`.
        shortest: errors before the first verdict.

    Definition and defaults are River's, alarm by alarm. Cost: about 0.5 us an error.

    >>> import random
    >>> detector, draw = Eddm(), random.Random(1)
    >>> zones = [detector.update(draw.random() < (0.05 if at < 1000 else 0.2)) for at in range(1200)]
    >>> zones.index("warning"), zones.index("drift")
    (1044, 1069)

    Source: Baena-Garcia et al. (2006), Early Drift Detection Method, 4th International Workshop on Knowledge Discovery
    from Data Streams.
    """

    def __init__(self, *, warning: float = 0.95, drift: float = 0.9, shortest: int = 30) -> None:
        self._warning, self._drift, self._shortest = warning, drift, shortest
        super().__init__(_State)

    def _take(self, state: _State, error: bool) -> None:  # noqa: FBT001 - as `update`
        state.seen += 1
        if error:
            self._note(state)
            state.last = state.seen

    def _note(self, state: _State) -> None:
        state.errors += 1
        gap, before = state.seen - state.last, state.distance
        state.distance += (gap - before) / state.errors
        state.squares += (gap - before) * (gap - state.distance)
        if state.seen <= self._shortest:
            return
        now = state.distance + 2 * sqrt(state.squares / max(state.errors - 1, 1))
        if now > state.longest:
            state.longest = now
        elif state.errors > self._shortest:
            state.zone = self._judge(now / state.longest).value

    def _judge(self, share: float) -> Zone:
        if share < self._drift:
            return Zone.DRIFT
        return Zone.WARNING if share < self._warning else Zone.STABLE
