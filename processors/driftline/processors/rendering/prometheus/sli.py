"""The events of an objective in PromQL: how many a second, and how many of them bad.

Only counters are read, so that a late or a repeated scrape changes nothing. A processor run twice shows each counter
twice: of equal rates the largest is taken, and only then are classes of errors added up. Unknown events are in neither
figure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from driftline.processors.monitor import Objective
from driftline.processors.rendering.prometheus.scope import Scope, quoted
from driftline.processors.rendering.series import ERROR, RESULT, SLO
from driftline.processors.slo import bound_at_or_below
from driftline.semconv import SloResult, metrics

Rate = Callable[[str], str]
"""A window, `5m`, to an expression: events a second over it, one series an identity."""


@dataclass(frozen=True, slots=True)
class Events:
    """Bad events and all decided ones."""

    bad: Rate
    decided: Rate

    def ratio(self, window: str) -> str:
        """The share of bad events, 0 to 1; nothing where none was decided: a quiet service is not a bad one."""
        return f"{self.bad(window)}\n/\n({self.decided(window)} > 0)"


def events_of(objective: Objective, scope: Scope) -> Events:
    """The events that an objective counts.

    >>> from driftline.processors.monitor import Indicator
    >>> looks = Objective(name="steady", objective=90, sli=Indicator.model_validate({"drift": {}}))
    >>> print(events_of(looks, Scope('ml_model_name="credit"', "ml_model_name")).decided("5m"))
    sum by (ml_model_name) (max by (ml_model_name, slo_result) \
(rate(slo_events_total{ml_model_name="credit",slo_name="steady",slo_result=~"good|bad"}[5m])))
    """
    if objective.sli.decided_here:
        return _looks(objective, scope)
    if objective.sli.latency is not None:
        return _durations(objective.sli.latency.threshold / 1e9, scope)
    return _predictions(scope)


def _looks(objective: Objective, scope: Scope) -> Events:
    def rate(window: str, results: str) -> str:
        where = f"{SLO}={quoted(objective.name)},{RESULT}{results}"
        return _rate(scope, scope.series(metrics.SLO_EVENTS, where), window, RESULT)

    def decided(window: str) -> str:
        return rate(window, f'=~"{SloResult.GOOD}|{SloResult.BAD}"')

    return Events(lambda window: _or_zero(rate(window, f'="{SloResult.BAD}"'), decided(window)), decided)


def _predictions(scope: Scope) -> Events:
    def rate(window: str, where: str = "") -> str:
        return _rate(scope, scope.series(metrics.ML_PREDICTIONS, where), window, ERROR)

    return Events(lambda window: _or_zero(rate(window, f'{ERROR}!=""'), rate(window)), rate)


def _durations(threshold: float, scope: Scope) -> Events:
    bound = bound_at_or_below(metrics.ML_PREDICTION_DURATION_BOUNDS, threshold)

    def rate(window: str, which: str) -> str:
        return _rate(scope, scope.series(metrics.ML_PREDICTION_DURATION, which, "_bucket"), window, ERROR)

    def decided(window: str) -> str:
        return rate(window, 'le="+Inf"')

    def bad(window: str) -> str:
        return f"clamp_min({decided(window)} - {rate(window, bucket(bound or 0.0))}, 0)"

    return Events(bad, decided)


def bucket(bound: float) -> str:
    """A bucket by its bound: servers and collectors write a whole one with and without its `.0`."""
    return f'le=~"{bound:g}|{bound!r}"' if bound.is_integer() else f'le="{bound!r}"'


def _rate(scope: Scope, selector: str, window: str, split: str) -> str:
    return f"sum by ({scope.by}) (max by ({scope.by}, {split}) (rate({selector}[{window}])))"


def _or_zero(some: str, whole: str) -> str:
    """None of a kind is 0, not unknown, as long as there is anything."""
    return f"({some} or 0 * {whole})"
