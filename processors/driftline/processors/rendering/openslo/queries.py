"""The counters that an objective stands on, for tools that make their own rates."""

from __future__ import annotations

from typing import Literal, NamedTuple

from driftline.processors.monitor import Objective
from driftline.processors.rendering.prometheus.scope import Scope, quoted
from driftline.processors.rendering.prometheus.sli import bucket
from driftline.processors.rendering.series import ERROR, RESULT, SLO
from driftline.processors.slo import bound_at_or_below
from driftline.semconv import SloResult, metrics


class Queries(NamedTuple):
    """PromQL of monotonic counters: `counted` are the `good` or the `bad` events, `total` all that were decided."""

    which: Literal["good", "bad"]
    counted: str
    total: str


def queries_of(objective: Objective, scope: Scope) -> Queries:
    """The counters of an objective, summed over all identities of its monitor.

    >>> from driftline.processors.monitor import Indicator
    >>> up = Objective(name="up", objective=99, sli=Indicator.model_validate({"availability": {}}))
    >>> queries_of(up, Scope('ml_model_name="credit"', "ml_model_name")).counted
    'sum(ml_predictions_total{ml_model_name="credit",error_type!=""})'
    """
    if objective.sli.decided_here:
        named = f"{SLO}={quoted(objective.name)},{RESULT}"
        results = f'=~"{SloResult.GOOD}|{SloResult.BAD}"'
        bad, decided = (scope.series(metrics.SLO_EVENTS, named + which) for which in (f'="{SloResult.BAD}"', results))
        return Queries("bad", f"sum({bad})", f"sum({decided})")
    if objective.sli.latency is not None:
        return _durations(objective.sli.latency.threshold / 1e9, scope)
    failed = scope.series(metrics.ML_PREDICTIONS, f'{ERROR}!=""')
    return Queries("bad", f"sum({failed})", f"sum({scope.series(metrics.ML_PREDICTIONS)})")


def _durations(threshold: float, scope: Scope) -> Queries:
    bound = bound_at_or_below(metrics.ML_PREDICTION_DURATION_BOUNDS, threshold)

    def counted(which: str) -> str:
        return f"sum({scope.series(metrics.ML_PREDICTION_DURATION, which, '_bucket')})"

    return Queries("good", counted(bucket(bound or 0.0)), counted('le="+Inf"'))
