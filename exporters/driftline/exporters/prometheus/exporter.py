"""The exporter: keeps the newest look and words it when somebody scrapes."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence

from prometheus_client.core import Metric

from driftline.processors.findings import (
    ConceptDrift,
    Durations,
    Fairness,
    Finding,
    Objective,
    Output,
    Performance,
    Traffic,
)
from driftline.processors.health import Health
from driftline.processors.measurements import (
    Measurement,
    concept_measurements,
    fairness_measurements,
    identity_attributes,
    measurements,
    objective_attributes,
    objective_measurements,
    performance_measurements,
)
from driftline.semconv import attributes, metrics
from driftline.semconv.prometheus import family_name, label_name
from driftline.semconv.registry import METRICS

log = logging.getLogger(__name__)


class PrometheusExporter:
    """A `prometheus_client` collector that shows the newest findings, the traffic and the processor's own health.

    Args:
        health: counters and gauges of the processor itself.
        statistics: statistics whose score, limit and p-value are shown; None is all.
        series_limit: over it a warning is logged once, until it is met again; nothing is ever cut.

    Cost: nothing but a reference per look; a scrape costs about 10 us a sample.
    """

    def __init__(
        self, *, health: Health, statistics: Collection[str] | None = None, series_limit: int = 100_000
    ) -> None:
        self._health = health
        self._statistics = statistics
        self._series_limit = series_limit
        self._warned = False
        health.gauge(metrics.DRIFTLINE_SERIES_LIMIT, series_limit)
        self._findings: Sequence[Output] = ()

    def export(self, findings: Sequence[Output], timeout: float) -> None:  # noqa: ARG002 - the Exporter protocol; nothing here can wait
        """Show these from now on. Replacing one reference needs no lock."""
        self._findings = findings

    def collect(self) -> Iterator[Metric]:
        """Every family of the present look; called by the scrape."""
        findings = self._findings
        objectives = [each for each in findings if isinstance(each, Objective)]
        found = (finding for finding in findings if isinstance(finding, Finding))
        families = [
            *_gauges(measurements(found, statistics=self._statistics)),
            *_gauges(objective_measurements(objectives)),
            *_gauges(performance_measurements(each for each in findings if isinstance(each, Performance))),
            *_gauges(fairness_measurements(each for each in findings if isinstance(each, Fairness))),
            *_gauges(concept_measurements(each for each in findings if isinstance(each, ConceptDrift))),
            *_events(objectives),
            *_traffic([traffic for traffic in findings if isinstance(traffic, Traffic)]),
        ]
        self._measure(sum(len(family.samples) for family in families))
        yield from families
        yield from self._own_health()

    def _measure(self, series: int) -> None:
        self._health.gauge(metrics.DRIFTLINE_SERIES, series)
        if series > self._series_limit and not self._warned:
            log.warning(
                "%d series are exposed, more than limits.series %d: drop segments or fields from the monitors, or show "
                "fewer statistics (exporters.prometheus.statistics)",
                series,
                self._series_limit,
            )
        self._warned = series > self._series_limit

    def _own_health(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        for reading in self._health.snapshot():
            kind = "counter" if reading.monotonic else "gauge"
            family = families.setdefault(reading.name, _family(reading.name, kind))
            sample = f"{family.name}_total" if reading.monotonic else family.name
            family.add_sample(sample, {label_name(key): value for key, value in reading.labels}, reading.value)
        yield from families.values()


def _family(name: str, kind: str) -> Metric:
    metric = METRICS[name]
    return Metric(family_name(name, metric.unit), metric.sentence, kind)


def _gauges(measured: Iterable[Measurement]) -> Iterator[Metric]:
    families: dict[str, Metric] = {}
    for one in measured:
        family = families.get(one.name)
        if family is None:
            family = families[one.name] = _family(one.name, "gauge")
        family.add_sample(family.name, {label_name(key): value for key, value in one.attributes}, one.value)
    yield from families.values()


def _events(objectives: Sequence[Objective]) -> Iterator[Metric]:
    family = _family(metrics.SLO_EVENTS, "counter")
    for each in objectives:
        base = {label_name(key): value for key, value in objective_attributes(each).items()}
        for result, count in each.events.items():
            family.add_sample(f"{family.name}_total", base | {label_name(attributes.SLO_RESULT): result}, count)
    if family.samples:
        yield family


def _traffic(traffic: Sequence[Traffic]) -> Iterator[Metric]:
    if not traffic:
        return
    predictions = _family(metrics.ML_PREDICTIONS, "counter")
    durations = _family(metrics.ML_PREDICTION_DURATION, "histogram")
    for one in traffic:
        base = {label_name(key): value for key, value in identity_attributes(one.identity).items()}
        for error, count in one.predictions.items():
            predictions.add_sample(f"{predictions.name}_total", base | _error(error), count)
        for error, histogram in one.durations.items():
            _add_histogram(durations, base | _error(error), histogram)
    yield predictions
    yield durations


def _error(error: str | None) -> dict[str, str]:
    return {} if error is None else {label_name(attributes.ERROR_TYPE): error}


def _add_histogram(family: Metric, labels: dict[str, str], histogram: Durations) -> None:
    total = 0
    for bound, count in zip((*histogram.bounds, float("inf")), histogram.counts, strict=True):
        total += count
        upper = "+Inf" if bound == float("inf") else repr(float(bound))
        family.add_sample(f"{family.name}_bucket", labels | {"le": upper}, total)
    family.add_sample(f"{family.name}_count", labels, total)
    family.add_sample(f"{family.name}_sum", labels, histogram.total_seconds)
