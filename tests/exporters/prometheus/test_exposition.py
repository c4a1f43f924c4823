from __future__ import annotations

import gzip
import math

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from driftline.exporters.prometheus import PrometheusExporter, expose
from driftline.processors.health import Health
from driftline.semconv import metrics
from tests.exporters.looks import LOOK

OPENMETRICS = "application/openmetrics-text;version=1.0.0"


@pytest.fixture
def exporter() -> PrometheusExporter:
    health = Health()
    health.count(metrics.DRIFTLINE_EXPORTS, 3, exporter="prometheus", outcome="delivered")
    exporter = PrometheusExporter(health=health)
    exporter.export(LOOK, 1.0)
    return exporter


def families(exporter: PrometheusExporter, accept: str = "") -> dict[str, Metric]:
    answer = expose(exporter, accept=accept)
    parse = parse_openmetrics if "openmetrics" in answer.headers["Content-Type"] else parse_text
    return {family.name: family for family in parse(answer.body.decode())}


@pytest.mark.parametrize("accept", ["", "text/plain", OPENMETRICS])
def test_both_formats_say_the_same_and_parse(exporter: PrometheusExporter, accept: str) -> None:
    shown = families(exporter, accept)
    score = next(sample for sample in shown["ml_drift_score"].samples if sample.labels["ml_drift_statistic"] == "psi")
    assert score.value == 0.05
    assert score.labels["ml_model_name"] == "credit"
    assert score.labels["ml_field_name"] == "age"
    assert score.labels["region"] == 'e"u\n', "a hostile label value survives escaping"


def test_how_groups_are_treated_is_shown_by_attribute_and_group(exporter: PrometheusExporter) -> None:
    shown = families(exporter)
    (detected,) = shown["ml_fairness_detected"].samples
    assert (detected.value, detected.labels["ml_fairness_attribute"]) == (1, "sex")
    assert detected.labels["ml_fairness_group"] == "female"
    assert len(shown["ml_fairness_observations"].samples) == 3


def test_a_scraper_that_asks_for_openmetrics_gets_it(exporter: PrometheusExporter) -> None:
    answer = expose(exporter, accept=OPENMETRICS)
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert answer.body.endswith(b"# EOF\n")


def test_traffic_is_a_counter_and_a_cumulative_histogram(exporter: PrometheusExporter) -> None:
    shown = families(exporter)
    predictions = {sample.labels.get("error_type"): sample.value for sample in shown["ml_predictions"].samples}
    assert predictions == {None: 4200, "ValueError": 3}
    buckets = {
        float(sample.labels["le"]): sample.value
        for sample in shown["ml_prediction_duration_seconds"].samples
        if sample.name.endswith("_bucket")
    }
    assert buckets == {0.01: 4000, 0.1: 4150, math.inf: 4200}


def test_the_processors_own_health_is_there(exporter: PrometheusExporter) -> None:
    (sample,) = families(exporter)["driftline_exports"].samples
    assert (sample.name, sample.value) == ("driftline_exports_total", 3)


def test_no_value_is_ever_nan(exporter: PrometheusExporter) -> None:
    assert not any(math.isnan(sample.value) for family in exporter.collect() for sample in family.samples)


def test_gzip_is_used_when_the_scraper_can_read_it(exporter: PrometheusExporter) -> None:
    answer = expose(exporter, accept_encoding="gzip, deflate")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body) == expose(exporter).body


def test_before_the_first_look_only_health_is_shown() -> None:
    shown = families(PrometheusExporter(health=Health()))
    assert set(shown) == {"driftline_series", "driftline_series_limit"}


def test_too_many_series_are_said_once_and_never_cut(caplog: pytest.LogCaptureFixture) -> None:
    exporter = PrometheusExporter(health=Health(), series_limit=5)
    exporter.export(LOOK, 1.0)
    shown = families(exporter)
    families(exporter)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert shown["driftline_series"].samples[0].value > 5
    assert "ml_prediction_duration_seconds" in shown
