"""Expressions over the contract's metrics in Prometheus' spelling; a name the contract lacks cannot be written.

A model watched by two processors, or split by segments, has several series for one figure. Gauges and rates are
therefore taken as the largest of them: of equal ones that is the figure, of segments the worst, and of segments'
traffic the whole. Where neither will do, `whole` leaves the segments out and `by_segment` leaves them alone in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from driftline.processors.rendering.series import (
    ENVIRONMENT,
    ERROR,
    FIELD,
    IDENTITY,
    MODEL,
    RESULT,
    SLO,
    VERSION,
    series,
)
from driftline.semconv import attributes, metrics
from driftline.semconv.prometheus import label_name
from driftline.semconv.registry import METRICS

SEGMENT: Final = "$segment"  # the label is the monitor's own: the page asks which
INSTANCE: Final = "instance"  # Prometheus gives it to what it scrapes

FLEET: Final = f'{MODEL}=~"$model",{ENVIRONMENT}=~"$environment"'
ONE: Final = f'{MODEL}="$model",{VERSION}=~"$version",{ENVIRONMENT}=~"$environment"'
ONE_FIELD: Final = f'{ONE},{FIELD}="$field"'
PROCESSOR: Final = f'{INSTANCE}=~"$instance"'


def worst(metric: str, where: str, *by: str) -> str:
    """The largest value of a gauge in each group.

    >>> worst("ml.drift.level", "", "ml_model_name")
    'max by (ml_model_name) (ml_drift_level{})'
    """
    return f"max by ({', '.join(by)}) ({series(metric, where)})"


def least(metric: str, where: str, *by: str) -> str:
    """The smallest value of a gauge in each group, for figures that get worse as they fall.

    >>> least("slo.sli", "", "slo_name")
    'min by (slo_name) (slo_sli{})'
    """
    return f"min by ({', '.join(by)}) ({series(metric, where)})"


def whole(metric: str, where: str) -> str:
    """The series of a gauge that are of no segment, whatever labels the monitors split their traffic by.

    Beside the labels of the contract a whole series has those of its scrape alone, as the processor's own have; a
    segment's has its segment's too.

    >>> whole("ml.outcome.coverage", "")  # doctest: +ELLIPSIS
    '(ml_outcome_coverage{} and ignoring (ml_model_name, ..., version) driftline_info{})'
    """
    ours = dict.fromkeys((*IDENTITY, *map(label_name, METRICS[metric].attributes), attributes.VERSION))
    return f"({series(metric, where)} and ignoring ({', '.join(ours)}) {series(metrics.DRIFTLINE_INFO)})"


def by_segment(grouped: Callable[..., str], *by: str) -> str:
    """What `grouped` says of each value of the chosen segment's label; nothing while no label is chosen.

    >>> by_segment(lambda *by: f"max by ({', '.join(by)}) (x)", "ml_model_version")
    'max by (ml_model_version, $segment) (x) unless max by (ml_model_version) (x)'
    """
    return f"{grouped(*by, SEGMENT)} unless {grouped(*by)}"


def traffic(where: str, *by: str) -> str:
    """Rows predicted a second in each group; a segment or a second processor never counts twice."""
    return _rate(series(metrics.ML_PREDICTIONS, where), (ERROR,), by)


def objective_events(where: str, *by: str) -> str:
    """Events of objectives a second in each group; a second processor never counts twice."""
    return _rate(series(metrics.SLO_EVENTS, where), (SLO, RESULT), by)


def error_share(where: str, *by: str) -> str:
    """Failed rows over all rows in each group: 0 when none failed, nothing when none were predicted."""
    everything = traffic(where, *by)
    failed = traffic(f'{where},{ERROR}!=""', *by)
    return f"({failed} or 0 * {everything}) / ({everything} > 0)"


def latency(quantile: float, where: str, *by: str) -> str:
    """A quantile of the durations in seconds; nothing, not NaN, when none were predicted."""
    buckets = _rate(series(metrics.ML_PREDICTION_DURATION, where, "_bucket"), ("le", ERROR), ("le", *by))
    return f"histogram_quantile({quantile}, {buckets}) >= 0"


def per_second(metric: str, *by: str) -> str:
    """How often a processor counted something a second: 0 if it never did, nothing if the processor is away."""
    counted = f"sum by ({', '.join((INSTANCE, *by))}) (rate({series(metric, PROCESSOR)}[$__rate_interval]))"
    return f"{counted} or on ({INSTANCE}) 0 * max by ({INSTANCE}) ({series(metrics.DRIFTLINE_INFO, PROCESSOR)})"


def _rate(selector: str, inner: tuple[str, ...], by: tuple[str, ...]) -> str:
    apart = ", ".join(dict.fromkeys((*IDENTITY, *inner, *by)))
    return f"sum by ({', '.join(by)}) (max by ({apart}) (rate({selector}[$__rate_interval])))"
