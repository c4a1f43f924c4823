"""HDDM_W: a weighted mean of recent errors against that of the best beginning, by McDiarmid's bound."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import log, sqrt
from typing import Any

from driftline.processors.detectors.concept.detector import ErrorDetector
from driftline.processors.detectors.concept.zone import Zone


@dataclass(slots=True)
class _Average:
    """An exponentially weighted mean, and the sum of its squared weights; None before its first value."""

    mean: float | None = None
    squares: float = 1.0

    def take(self, error: bool, weight: float) -> None:  # noqa: FBT001 - as the detectors
        self.mean = float(error) if self.mean is None else weight * error + (1 - weight) * self.mean
        self.squares = weight * weight + (1 - weight) ** 2 * self.squares


@dataclass(slots=True)
class _State:
    whole: _Average = field(default_factory=_Average)
    before: _Average = field(default_factory=_Average)
    after: _Average = field(default_factory=_Average)
    """Up to the cut and since; the cut is where the upper limit of the mean was least."""
    cut: float | None = None
    zone: str = Zone.STABLE.value


class HddmW(ErrorDetector[_State]):
    """Hoeffding Drift Detection Method, weighted: alarms when recent errors are more than up to the best point.

    Guarantee, for independent errors and one cut fixed beforehand: the chance of an alarm at one step is at most
    `drift` (McDiarmid's inequality). It does not add the steps up, nor the choice of the cut. Its memory of
    1 / `weight` errors makes it fast for abrupt changes and blind for small ones.

    Args:
        drift, warning: levels of each zone, in (0, 1), `drift` the smaller one.
        weight: of the newest error, in (0, 1).

    Definition and defaults are River's, alarm by alarm, of errors that become more. Cost: about 1.5 us an error.

    >>> detector = HddmW()
    >>> zones = [detector.update(at % 10 == 0 or at >= 200) for at in range(260)]
    >>> zones.index("drift")
    215

    Source: Frias-Blanco et al. (2015), doi:10.1109/TKDE.2014.2345382.
    """

    def __init__(self, *, drift: float = 0.001, warning: float = 0.005, weight: float = 0.05) -> None:
        self._drift, self._warning, self._weight = log(1 / drift) / 2, log(1 / warning) / 2, weight
        super().__init__(_State)

    def _take(self, state: _State, error: bool) -> None:  # noqa: FBT001 - as `update`
        state.whole.take(error, self._weight)
        limit = (state.whole.mean or 0.0) + sqrt(state.whole.squares * self._drift)
        if state.cut is None or limit < state.cut:
            state.cut, state.before, state.after = limit, replace(state.whole), _Average()
        else:
            state.after.take(error, self._weight)
        state.zone = self._judge(state).value

    def _judge(self, state: _State) -> Zone:
        if state.before.mean is None or state.after.mean is None:
            return Zone.STABLE
        risen, squares = state.after.mean - state.before.mean, state.before.squares + state.after.squares
        if risen > sqrt(squares * self._drift):
            return Zone.DRIFT
        return Zone.WARNING if risen > sqrt(squares * self._warning) else Zone.STABLE

    def _read(self, saved: dict[str, Any]) -> _State:
        averages = {name: _Average(**saved[name]) for name in ("whole", "before", "after")}
        return _State(**{**saved, **averages})
