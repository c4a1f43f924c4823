"""What was emitted and the registry lacks: for tests that drive everything once.

Telemetry of our own scopes must be in the registry to the last attribute; of other scopes only what claims one of our
namespaces. Each function returns sentences, one a complaint, sorted; an empty list is good.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope, KeyValue
from opentelemetry.proto.metrics.v1 import metrics_pb2
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client import Metric as Family
from prometheus_client.parser import text_string_to_metric_families

from driftline.semconv import SCHEMA_URL, attributes, registry
from driftline.semconv.prometheus import family_name, label_name
from driftline.semconv.registry import Instrument, Metric

_OURS: Final = ("ml.", "slo.", "driftline.")
_RESOURCE: Final = ("service.", "telemetry.", "deployment.", "process.", "host.", "os.")
_KINDS: Final = {
    Instrument.COUNTER: {"sum"},
    Instrument.GAUGE: {"gauge"},
    Instrument.HISTOGRAM: {"histogram", "exponential_histogram"},
}
IDENTITY: Final = frozenset(
    {
        attributes.ML_MODEL_NAME,
        attributes.ML_MODEL_VERSION,
        attributes.ML_MODEL_VARIANT,
        attributes.DEPLOYMENT_ENVIRONMENT_NAME,
    }
)


def lacking_in_metrics(request: ExportMetricsServiceRequest, segments: Collection[str] = ()) -> list[str]:
    """Complaints about a metrics request; `segments` are the attributes that monitors split by."""

    def complaints() -> Iterator[str]:
        for resource in request.resource_metrics:
            yield from _resource(resource.resource.attributes, segments)
            for scope in resource.scope_metrics:
                for metric in scope.metrics:
                    if _is_ours(scope.scope, scope.schema_url) or metric.name.startswith(_OURS):
                        yield from _metric(metric, segments)

    return _sorted(complaints)


def lacking_in_traces(request: ExportTraceServiceRequest, segments: Collection[str] = ()) -> list[str]:
    """Complaints about a traces request."""

    def complaints() -> Iterator[str]:
        for resource in request.resource_spans:
            yield from _resource(resource.resource.attributes, segments)
            for scope in resource.scope_spans:
                strict = _is_ours(scope.scope, scope.schema_url)
                for span in scope.spans:
                    yield from _span(span, segments, strict=strict)

    return _sorted(complaints)


def lacking_in_logs(request: ExportLogsServiceRequest, segments: Collection[str] = ()) -> list[str]:
    """Complaints about a logs request: events of ours are known by name and hold only their attributes."""

    def complaints() -> Iterator[str]:
        for resource in request.resource_logs:
            yield from _resource(resource.resource.attributes, segments)
            for scope in resource.scope_logs:
                for record in scope.log_records:
                    if _is_ours(scope.scope, scope.schema_url) or record.event_name.startswith(_OURS):
                        yield from _event(record.event_name, record.attributes, segments)

    return _sorted(complaints)


def lacking_in_exposition(text: str, segments: Collection[str] = (), foreign: Collection[str] = ()) -> list[str]:
    """Complaints about a Prometheus exposition; `foreign` names families that may stand there, as `target_info`."""
    known = {family_name(metric.name, metric.unit): metric for metric in registry.METRICS.values()}

    def complaints() -> Iterator[str]:
        for family in text_string_to_metric_families(text):
            if family.name in known:
                yield from _family(family, known[family.name], segments)
            elif family.name not in foreign:
                yield f"family {family.name}: no metric of the registry is exposed under this name"

    return _sorted(complaints)


def _sorted(complaints: Callable[[], Iterable[str]]) -> list[str]:
    return sorted(set(complaints()))


def _is_ours(scope: InstrumentationScope, schema_url: str) -> bool:
    return scope.name.startswith("driftline") or schema_url == SCHEMA_URL


def _resource(carried: Iterable[KeyValue], segments: Collection[str]) -> Iterator[str]:
    for name in (pair.key for pair in carried):
        if name not in IDENTITY and name not in segments and not name.startswith(_RESOURCE):
            yield f"resource attribute {name} is not in the registry"


def _metric(metric: metrics_pb2.Metric, segments: Collection[str]) -> Iterator[str]:
    row = registry.METRICS.get(metric.name)
    if row is None:
        yield f"metric {metric.name} is not in the registry"
        return
    kind = metric.WhichOneof("data") or "nothing"
    if kind not in _KINDS[row.instrument]:
        yield f"metric {metric.name} came as {kind}, the registry says {row.instrument}"
    if metric.unit != row.unit:
        yield f"metric {metric.name} has the unit {metric.unit!r}, the registry says {row.unit!r}"
    for point in getattr(metric, kind).data_points:
        yield from _attributes(f"metric {metric.name}", point.attributes, _allowed(row, segments))


def _span(span: Span, segments: Collection[str], *, strict: bool) -> Iterator[str]:
    allowed = IDENTITY | {name for row in registry.SPANS.values() for name in row.attributes} | set(segments)
    for pair in span.attributes:
        captured = pair.key.startswith(attributes.ML_FEATURE_PREFIX)
        if (strict or pair.key.startswith(_OURS)) and not captured and pair.key not in allowed:
            yield f"span attribute {pair.key} is not in the registry"
    if strict and not any(pair.key == attributes.ML_MODEL_NAME for pair in span.attributes):
        yield f"span {span.name!r} names no model"


def _event(name: str, carried: Iterable[KeyValue], segments: Collection[str]) -> Iterator[str]:
    row = registry.EVENTS.get(name)
    if row is None:
        yield f"event {name!r} is not in the registry"
        return
    keys = list(carried)
    yield from _attributes(f"event {name}", keys, IDENTITY | {*row.required, *row.optional, *segments})
    for missing in set(row.required) - {pair.key for pair in keys}:
        yield f"event {name} lacks {missing}"


def _attributes(owner: str, carried: Iterable[KeyValue], allowed: Collection[str]) -> Iterator[str]:
    return (f"{owner}: attribute {pair.key} is not in the registry" for pair in carried if pair.key not in allowed)


def _allowed(row: Metric, segments: Collection[str]) -> frozenset[str]:
    identity = IDENTITY if row.identified else frozenset[str]()
    return identity.union(row.attributes, segments)


def _family(family: Family, row: Metric, segments: Collection[str]) -> Iterator[str]:
    if family.type != row.instrument:
        yield f"family {family.name} is a {family.type}, the registry says {row.instrument}"
    labels = {label_name(name) for name in _allowed(row, segments)} | {"le"}
    for sample in family.samples:
        for label in sample.labels.keys() - labels:
            yield f"family {family.name}: label {label} is not in the registry"
