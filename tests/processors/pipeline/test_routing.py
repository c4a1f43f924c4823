"""Where the points of a stream count."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from driftline.processors.documents import parse_duration
from driftline.processors.findings import Identity
from driftline.processors.health import Health
from driftline.processors.monitor import MonitorSet, load_monitors
from driftline.processors.observations import Reason, Stream, StreamKind
from driftline.processors.pipeline.routing import Router
from driftline.processors.windows import Part, Target
from tests.processors.pipeline.world import monitors

CREDIT = {"ml.model.name": "credit", "ml.model.version": "7"}
AGE = {"ml.field.name": "age", "ml.field.role": "score"}
ROUTE = {"http.route": "/predict"}
DURATION = "http.server.request.duration"


def stream(
    metric: str,
    attributes: Mapping[str, str] | None = None,
    resource: Mapping[str, str] = CREDIT,
    *,
    kind: StreamKind | None = None,
    monotonic: bool = True,
) -> Stream:
    histograms = {"ml.field.distribution", "ml.prediction.duration", DURATION}
    kind = kind or (StreamKind.HISTOGRAM if metric in histograms else StreamKind.SUM)
    return Stream(metric, "", kind, monotonic, False, "", resource, attributes or {})


def targets(router: Router, found: Stream) -> list[Target]:
    routed = router(found)
    assert routed is not None
    assert not isinstance(routed, Reason), routed
    return list(routed)


@pytest.fixture
def plain() -> Router:
    return Router(MonitorSet(), Health())


@pytest.mark.parametrize(
    ("metric", "attributes", "part", "label"),
    [
        ("ml.field.distribution", AGE, Part.DISTRIBUTION, ""),
        ("ml.field.categories", AGE | {"ml.field.category": "red"}, Part.CATEGORY, "red"),
        ("ml.field.categories", AGE, Part.CATEGORY, "_OTHER"),
        ("ml.field.defects", AGE | {"ml.field.defect": "missing"}, Part.DEFECT, "missing"),
        ("ml.predictions", {}, Part.PREDICTIONS, ""),
        ("ml.predictions", {"error.type": "E"}, Part.PREDICTIONS, "E"),
        ("ml.prediction.duration", {"error.type": "E"}, Part.DURATIONS, "E"),
    ],
)
def test_each_metric_of_ours_feeds_its_part(
    plain: Router, metric: str, attributes: dict[str, str], part: Part, label: str
) -> None:
    (target,) = targets(plain, stream(metric, attributes))
    assert (target.part, target.label, target.declared) == (part, label, False)
    assert target.identity == Identity("credit", "7")
    assert (target.field, target.role) == (("age", "score") if metric.startswith("ml.field") else ("", ""))


@pytest.mark.parametrize(
    "wrong",
    [
        stream("ml.field.distribution", AGE, kind=StreamKind.SUM),
        stream("ml.field.categories", AGE, kind=StreamKind.HISTOGRAM),
        stream("ml.field.categories", AGE, monotonic=False),
        stream("ml.field.distribution", {}),
        stream("ml.field.defects", AGE),
        stream("ml.predictions", kind=StreamKind.HISTOGRAM),
    ],
)
def test_a_stream_that_is_not_what_its_name_promises_is_refused(plain: Router, wrong: Stream) -> None:
    assert plain(wrong) is Reason.UNSUPPORTED


def test_what_is_not_ours_is_nobodys(plain: Router) -> None:
    assert plain(stream(DURATION, ROUTE)) is None


def test_the_point_goes_before_its_resource(plain: Router) -> None:
    point = {"ml.model.version": "8", "ml.model.variant": "canary", "deployment.environment.name": "prod", **AGE}
    (target,) = targets(plain, stream("ml.field.distribution", point))
    assert target.identity == Identity("credit", "8", "canary", "prod")


def test_a_stream_that_names_no_model_is_counted_and_ignored() -> None:
    health = Health()
    assert Router(MonitorSet(), health)(stream("ml.predictions", {}, {})) is None
    (reading,) = health.snapshot()
    assert (reading.name, reading.value) == ("driftline.points.unattributed", 1)


def test_a_monitor_takes_in_unnamed_streams_by_where_and_leaves_others_of_its_name(tmp_path: Path) -> None:
    router = Router(monitors(tmp_path, "  model: {where: {service.name: scoring}}"), Health())
    (target,) = targets(router, stream("ml.predictions", {}, {"service.name": "scoring", "ml.model.version": "3"}))
    assert (target.identity, target.declared) == (Identity("credit", "3"), True)
    assert router(stream("ml.predictions", {}, CREDIT | {"service.name": "batch"})) is None


def test_the_window_is_the_monitors(tmp_path: Path) -> None:
    router = Router(monitors(tmp_path, "  window: {every: 1m, length: 1h, observations: 50, longest: 1d}"), Health())
    window = targets(router, stream("ml.predictions"))[0].window
    assert (window.every_ns, window.length_ns) == (parse_duration("1m"), parse_duration("1h"))
    assert (window.observations, window.longest_ns) == (50, parse_duration("1d"))


def test_a_stream_counts_in_the_whole_and_in_every_segment_it_falls_in(tmp_path: Path) -> None:
    router = Router(monitors(tmp_path, "  segments: [region, [region, channel]]"), Health())
    segments = [
        target.identity.segment if isinstance(target.identity, Identity) else None
        for target in targets(router, stream("ml.predictions", {"region": "eu", "channel": "web"}))
    ]
    assert segments == [(), (("region", "eu"),), (("region", "eu"), ("channel", "web"))]
    assert len(targets(router, stream("ml.predictions", {"region": "eu"}))) == 2
    assert len(targets(router, stream("ml.predictions"))) == 1


def test_an_ignored_field_is_not_kept(tmp_path: Path) -> None:
    router = Router(monitors(tmp_path, '  fields: [{name: "a*", ignore: true}]'), Health())
    assert router(stream("ml.field.distribution", AGE)) is None


@pytest.fixture
def foreign(tmp_path: Path) -> Router:
    latency = f"{{name: latency, metric: {{name: {DURATION}, where: {{http.route: /predict}}}}}}"
    plan = "{name: plan, metric: {name: app.requests, by: app.plan}}"
    return Router(monitors(tmp_path, f"  fields: [{latency}, {plan}]"), Health())


def test_a_foreign_histogram_counts_where_its_strings_match_on_the_point_or_its_resource(foreign: Router) -> None:
    (target,) = targets(foreign, stream(DURATION, ROUTE, {}))
    assert (target.identity, target.part) == (Identity("credit"), Part.DISTRIBUTION)
    assert (target.field, target.role) == ("latency", "feature")
    assert targets(foreign, stream(DURATION, {}, ROUTE))
    assert foreign(stream(DURATION, {"http.route": "/health"}, {})) is None
    assert foreign(stream(DURATION, {"http.route": "/health"}, ROUTE)) is None


def test_a_foreign_stream_that_names_another_model_is_not_the_monitors(foreign: Router) -> None:
    assert foreign(stream(DURATION, ROUTE, {"ml.model.name": "fraud"})) is None
    assert targets(foreign, stream(DURATION, ROUTE, CREDIT))[0].identity == Identity("credit", "7")


def test_a_foreign_counter_is_split_by_its_attribute_and_must_be_monotonic(foreign: Router) -> None:
    split = targets(foreign, stream("app.requests", {"app.plan": "pro"}, {}))[0]
    assert (split.part, split.label) == (Part.CATEGORY, "pro")
    assert targets(foreign, stream("app.requests", {}, {}))[0].label == "_OTHER"
    assert foreign(stream("app.requests", {}, {}, monotonic=False)) is Reason.UNSUPPORTED
    assert foreign(stream(DURATION, ROUTE, {}, kind=StreamKind.SUM)) is Reason.UNSUPPORTED


def test_two_monitors_may_watch_one_foreign_metric_where_each_says_of_which_streams(tmp_path: Path) -> None:
    entry = f"  fields: [{{name: latency, metric: {{name: {DURATION}}}}}]"
    monitors(tmp_path, entry + "\n  model: {where: {a: x}}")
    monitors(tmp_path, entry + "\n  model: {where: {b: y}}", name="fraud")
    router = Router(load_monitors([tmp_path]), Health())
    found = {target.identity for target in targets(router, stream(DURATION, {"a": "x", "b": "y"}, {}))}
    assert found == {Identity("credit"), Identity("fraud")}


def test_a_foreign_metric_of_the_defaults_counts_for_the_model_that_its_stream_names_and_else_nowhere(
    tmp_path: Path,
) -> None:
    head = "apiVersion: driftline.dev/v1\nkind: ModelMonitorDefaults\n"
    entry = f"fields: [{{name: latency, metric: {{name: {DURATION}}}}}]"
    (tmp_path / "defaults.yaml").write_text(f"{head}spec: {{{entry}}}\n")
    monitors(tmp_path, "  staleAfter: 5m")
    monitors(tmp_path, "  staleAfter: 5m", name="fraud")
    health = Health()
    router = Router(load_monitors([tmp_path]), health)
    named = targets(router, stream(DURATION, {"ml.model.name": "fraud"}, {}))
    assert {target.identity for target in named} == {Identity("fraud")}
    assert router(stream(DURATION, {}, {})) is None
    assert any(each.name == "driftline.points.unattributed" for each in health.snapshot())


def test_the_version_of_a_foreign_stream_is_the_monitors_where_it_says_none(tmp_path: Path) -> None:
    entry = f"  fields: [{{name: latency, metric: {{name: {DURATION}}}}}]\n  model: {{version: 7, environment: prod}}"
    router = Router(monitors(tmp_path, entry), Health())
    assert targets(router, stream(DURATION, {}, {}))[0].identity == Identity("credit", "7", None, "prod")
    assert router(stream(DURATION, {"ml.model.version": "8"}, {})) is None
