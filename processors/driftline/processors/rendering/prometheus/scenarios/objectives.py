"""Stories of one objective: an outage, a slow burn, a quiet night, a restart, labels that come late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from driftline.processors.alerting import Alert
from driftline.processors.alerting.labels import ALERT_NAME, SEVERITY, SLO_NAME
from driftline.processors.monitor import Monitor, Objective
from driftline.processors.rendering.prometheus import records
from driftline.processors.rendering.prometheus.burn import KEEP_NS
from driftline.processors.rendering.prometheus.decimals import budget_text
from driftline.processors.rendering.prometheus.records import Named
from driftline.processors.rendering.prometheus.scenarios.story import Check, Input, Story, Traffic, counted, labelled
from driftline.processors.rendering.series import ERROR, RESULT, SLO, series
from driftline.processors.slo import Pair, bound_at_or_below, plan
from driftline.semconv import SloResult, metrics

_MINUTE: Final = 60 * 10**9
_MANY: Final = 6000
"""Events a minute: so many that chance plays no part."""
_CALM: Final = 10
"""Minutes before something happens."""
_KEPT: Final = KEEP_NS // _MINUTE
"""Minutes that an alert fires on."""
_SLACK: Final = 10
"""Minutes that scrapes, evaluations and the ends of windows may take."""


@dataclass(frozen=True, slots=True)
class Told:
    """An objective to tell stories of, with the labels its series have."""

    monitor: Monitor
    objective: Objective
    labels: Mapping[str, str]
    pairs: tuple[Pair, ...]
    """Those in force, the fastest first; at least one."""

    @classmethod
    def of(cls, monitor: Monitor, objective: Objective, labels: Mapping[str, str]) -> Told:
        """An objective with its pairs."""
        pairs = plan(objective.objective, objective.period_ns)
        return cls(monitor, objective, labels, tuple(pair for pair in pairs if pair.fires))

    @property
    def urgent(self) -> tuple[Pair, ...]:
        """Those of the severity that the fastest has: they are one alert."""
        return tuple(pair for pair in self.pairs if pair.severity == self.pairs[0].severity)

    @property
    def hold(self) -> int:
        """Minutes that this alert waits before it fires."""
        return min(pair.hold_ns for pair in self.urgent) // _MINUTE

    def share(self, pair: Pair) -> float:
        """The share of bad events over which a pair fires."""
        return float(pair.factor) * float(budget_text(self.objective.objective))

    def story(self, name: str, traffic: Sequence[Traffic], *checks: Check) -> Story:
        """A story of this objective."""
        return Story(name, tuple(self._inputs(traffic)), checks)

    def _inputs(self, traffic: Sequence[Traffic]) -> Iterator[Input]:
        for name, labels, kinds in _counters(self.objective):
            yield Input(labelled(name, {**self.labels, **labels}), counted(traffic, *kinds))

    def firing(self, minute: int, severity: str, *, times: int) -> Check:
        """Whether the alert fires at a minute, once or not at all."""
        which = {ALERT_NAME: str(Alert.ERROR_BUDGET_BURN), SLO_NAME: self.objective.name, SEVERITY: severity}
        return Check(minute, f"count({_alerts(which)})", {"{}": times} if times else {})

    def never(self, minute: int) -> Check:
        """That nothing of the objective has fired until a minute."""
        which = {ALERT_NAME: str(Alert.ERROR_BUDGET_BURN), SLO_NAME: self.objective.name}
        return Check(minute, f"count(count_over_time({_alerts(which)}[{minute}m]))")

    def recorded(self, minute: int, record: str, value: float | None) -> Check:
        """What a record holds for the identity, over the budget, in hundredths."""
        asked = f"max(round({Named(self.monitor.name, self.objective.name).of(record)}"
        asked += f" / {budget_text(self.objective.objective)}, 0.01))"
        return Check(minute, asked, {} if value is None else {"{}": value})


def _alerts(which: Mapping[str, str]) -> str:
    return labelled("ALERTS", {**which, "alertstate": "firing"})


def _counters(objective: Objective) -> Iterator[tuple[str, Mapping[str, str], tuple[str, ...]]]:
    """Each counter that the objective reads: its name, its further labels, and which events it counts."""
    if objective.sli.decided_here:
        for result in SloResult:
            yield _name(metrics.SLO_EVENTS), {SLO: objective.name, RESULT: str(result)}, (str(result),)
    elif objective.sli.latency is not None:
        bound = bound_at_or_below(metrics.ML_PREDICTION_DURATION_BOUNDS, objective.sli.latency.threshold / 1e9)
        name = _name(metrics.ML_PREDICTION_DURATION, "_bucket")
        yield name, {"le": repr(bound)}, ("good",)
        yield name, {"le": "+Inf"}, ("good", "bad")
    else:
        yield _name(metrics.ML_PREDICTIONS), {}, ("good",)
        yield _name(metrics.ML_PREDICTIONS), {ERROR: "Example"}, ("bad",)


def _name(metric: str, part: str = "") -> str:
    return series(metric, part=part).removesuffix("{}")


def objective_stories(told: Told) -> Iterator[Story]:
    """Every story of an objective."""
    yield _outage(told)
    yield _slow_burn(told)
    yield _quiet_night(told)
    yield _restart(told)
    if told.objective.sli.decided_here:
        yield _late(told)


def _outage(told: Told) -> Story:
    """Everything fails: the fastest pair must be able to fire, whatever the objective."""
    pair = told.pairs[0]
    seen = _minutes_until(pair, told.share(pair), 1.0)
    traffic = [Traffic(_CALM, _MANY, 0), Traffic(seen + told.hold + _SLACK, 0, _MANY)]
    before = told.firing(_CALM, pair.severity, times=0)
    return told.story("a total outage", traffic, before, told.firing(_end(traffic), pair.severity, times=1))


def _slow_burn(told: Told) -> Story:
    """A share that only the slowest pair of the most urgent severity sees, once it has lasted long enough."""
    slow = told.urgent[-1]
    most = told.share(told.urgent[-2]) if len(told.urgent) > 1 else 1.0
    bad = round(_MANY * (told.share(slow) + most) / 2)
    seen = _minutes_until(slow, told.share(slow), bad / _MANY)
    traffic = [Traffic(_CALM, _MANY, 0), Traffic(seen + told.hold + _SLACK, _MANY - bad, bad)]
    early = told.firing(_CALM + seen // 2, slow.severity, times=0)
    return told.story("a slow burn", traffic, early, told.firing(_end(traffic), slow.severity, times=1))


def _quiet_night(told: Told) -> Story:
    """Three bad events and hardly any others page nobody; what is unknown, or not there, is no share of anything."""
    traffic = [Traffic(60, 0, 0, unknown=6), Traffic(1, 1, 1), Traffic(1, 0, 2), Traffic(28, 0, 0, unknown=6)]
    nothing = (told.recorded(minute, records.ratio("5m"), None) for minute in (58, 88))
    return told.story("three bad events in a quiet night", traffic, told.never(90), *nothing)


def _restart(told: Told) -> Story:
    """Counters that begin at 0 again are no outage, and the share stays what it is: a tenth of the budget."""
    good = round(1000 / float(budget_text(told.objective.objective))) - 100
    traffic = [Traffic(30, good, 100), Traffic(30, good, 100, restarted=True)]
    return told.story("a restart", traffic, told.never(60), told.recorded(44, records.ratio("30m"), 0.1))


def _late(told: Told) -> Story:
    """Events of hours are counted in one minute, when they are known: that is a burn, once, and it ends."""
    pair = told.pairs[0]
    bad = round(_MANY * (told.share(pair) + 1) / 2)
    short = max(each.short_ns for each in told.urgent) // _MINUTE
    traffic = [Traffic(_CALM, 0, 0), Traffic(1, _MANY - bad, bad), Traffic(short + _KEPT + _SLACK, 0, 0)]
    fired = told.firing(_CALM + told.hold + 4, pair.severity, times=1)
    return told.story("labels that come late", traffic, fired, told.firing(_end(traffic), pair.severity, times=0))


def _minutes_until(pair: Pair, wanted: float, bad: float) -> int:
    """How long a share `bad` must last after the calm until the long window holds more than `wanted` of it."""
    long = pair.long_ns / _MINUTE
    growing = wanted * _CALM / (bad - wanted)  # while the window still holds all of the calm
    return ceil(min(growing, long * wanted / bad))


def _end(traffic: Sequence[Traffic]) -> int:
    return sum(each.minutes for each in traffic)
