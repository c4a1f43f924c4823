"""Objectives live: what counts as good, bad and unknown, what burns nothing, and what a restart keeps."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from opentelemetry.sdk.metrics.export import Sum
from opentelemetry.sdk.resources import Resource

from driftline.exporters.otlp.encode import metrics_data
from driftline.exporters.prometheus import PrometheusExporter, expose
from driftline.processors.findings import Figure, Finding, Identity, Kind, Objective, Output, Performance, Window
from driftline.processors.health import Health
from driftline.processors.monitor import Monitor, Spec, load_monitors
from driftline.processors.observations import Reason, Stream, StreamKind
from driftline.processors.pipeline import Pipeline
from driftline.processors.pipeline.mutes import Mute
from driftline.processors.pipeline.objectives import Objectives
from driftline.processors.pipeline.sightings import Seen
from driftline.processors.pipeline.thresholds import exponential_events
from driftline.processors.windows import ExponentialCounts
from driftline.semconv import MonitorState, PerformanceKind
from tests.processors.pipeline.world import EVERY, SECOND, START, Sender, World, like, monitors, profile
from tests.semconv.emitted import lacking_in_exposition

WINDOW = "  window: {length: 1m, every: 10s}"
SLOS = """  slos:
    - {name: up, objective: 99, sli: {availability: {}}}
    - {name: fast, objective: 90, sli: {latency: {threshold: 300ms}}}
    - {name: steady, objective: 90, sli: {drift: {}}}
    - {name: clean, objective: 99, sli: {quality: {}}}
    - {name: fresh, objective: 99, calendar: month, sli: {freshness: {}}}"""


def test_predictions_without_error_are_good_and_the_rest_is_bad(tmp_path: Path) -> None:
    world, sender = _begin(tmp_path)
    _serve(world, sender, looks=2, good=98, bad=2)
    up = world.objectives["up"]
    assert up.target == 0.99
    assert up.sli == 0.98
    assert up.remaining == pytest.approx(-1)
    assert {burn.window for burn in up.burns} == {"5m", "30m", "1h", "2h", "6h", "1d", "3d"}
    assert all(burn.rate == pytest.approx(2) for burn in up.burns)
    assert up.firing == ()
    assert up.events == {}


def test_a_total_outage_pages_at_once_and_no_longer_once_it_is_over(tmp_path: Path) -> None:
    world, sender = _begin(tmp_path)
    _serve(world, sender, looks=3, good=100, bad=0)
    _serve(world, sender, looks=3, good=0, bad=100)
    assert world.objectives["up"].firing == ("page", "ticket")
    left = world.objectives["up"].seconds_left
    assert left == 0
    world.now += 7 * 3600
    _serve(world, sender, looks=3, good=100, bad=0)
    assert "page" not in world.objectives["up"].firing


def test_three_bad_requests_at_night_page_nobody(tmp_path: Path) -> None:
    world, sender = _begin(tmp_path)
    _serve(world, sender, looks=3, good=0, bad=1)
    assert world.objectives["up"].sli == 0
    assert world.objectives["up"].firing == ()


def test_fast_predictions_are_those_up_to_the_next_lower_bound(tmp_path: Path) -> None:
    world, sender = _begin(tmp_path)
    sender.bounds = (0.1, 0.25, 0.5)
    sender.histogram(_seconds(fast=6, between=3, slow=1), "ml.prediction.duration")
    _serve(world, sender, looks=1, good=1, bad=0)
    assert world.objectives["fast"].sli == pytest.approx(0.6)


def test_another_histogram_counts_up_to_its_own_bound_below_the_threshold(tmp_path: Path) -> None:
    where = "{name: http.server.request.duration, where: {http.route: /predict}}"
    slos = f"  slos: [{{name: quick, objective: 90, sli: {{latency: {{threshold: 300ms, metric: {where}}}}}}}]"
    world = World.of(monitors(tmp_path, f"{WINDOW}\n{slos}"))
    sender = Sender.of(world)
    sender.bounds, sender.unit = (100.0, 290.0, 500.0), "ms"
    name = "http.server.request.duration"
    sender.histogram(1000 * _seconds(fast=6, between=3, slow=1), name, **{"http.route": "/predict"})
    world.now += EVERY
    world.look()
    quick = world.objectives["quick"]
    assert quick.sli == pytest.approx(0.9)
    assert quick.events == {"good": 9, "bad": 1, "unknown": 0}
    sender.histogram(1000 * _seconds(fast=0, between=0, slow=10), name, **{"http.route": "/predict"})
    world.now += EVERY
    world.look()
    assert world.objectives["quick"].events == {"good": 9, "bad": 11, "unknown": 0}
    again = Pipeline(monitors(tmp_path, f"{WINDOW}\n{slos}"), started_ns=world.now_ns)
    again.restore(world.pipeline.snapshot())
    (kept,) = [each for each in again.evaluate(world.now_ns + 1) if isinstance(each, Objective)]
    assert kept.events == {"good": 9, "bad": 11, "unknown": 0}


def test_another_histogram_of_exponential_buckets_counts_whole_buckets() -> None:
    spread = ExponentialCounts.read(
        scale=0,
        zero=2,
        positive_offset=0,
        positive=np.array([3, 4]),
        negative_offset=0,
        negative=np.zeros(0, dtype=np.int64),
    )
    assert exponential_events(spread, 2.0) == (5, 9)
    assert exponential_events(spread, 3.9) == (5, 9)
    assert exponential_events(spread, 4.0) == (9, 9)


def test_a_histogram_that_is_not_of_time_is_refused(tmp_path: Path) -> None:
    slos = "  slos: [{name: quick, objective: 90, sli: {latency: {threshold: 300ms, metric: {name: sizes}}}}]"
    world = World.of(monitors(tmp_path, f"{WINDOW}\n{slos}"))
    stream = Stream("sizes", "By", StreamKind.HISTOGRAM, True, False, "", {"ml.model.name": "credit"}, {}, (1.0,))
    assert world.pipeline.stream(stream) is Reason.UNSUPPORTED


def test_features_are_fresh_while_every_field_of_the_reference_arrives(tmp_path: Path) -> None:
    world, sender = _fresh(tmp_path, "{of: features}")
    sender.bounds = _age_bounds()
    sender.age(500)
    sender.plan({"a": 100, "b": 100, "c": 100})
    world.now += EVERY
    world.look()
    assert world.objectives["fresh"].events == {"good": 1, "bad": 0, "unknown": 0}
    for _ in range(7):  # the window is a minute: the plan leaves it
        sender.age(500)
        world.now += EVERY
        world.look()
    assert world.objectives["fresh"].events == {"good": 5, "bad": 3, "unknown": 0}


@pytest.mark.parametrize("of", ["reference", "model"])
def test_a_reference_and_a_version_are_fresh_until_they_are_too_old(tmp_path: Path, of: str) -> None:
    world, sender = _fresh(tmp_path, f"{{of: {of}, within: 25s}}")
    sender.bounds = _age_bounds()
    for _ in range(4):
        sender.age(500)
        world.now += EVERY
        world.look()
    events = world.objectives["fresh"].events
    assert (events["good"], events["bad"]) == (2, 2)


def test_outcomes_count_when_their_cohort_is_final_and_are_restated_when_it_is_corrected(tmp_path: Path) -> None:
    world, _ = _promised(tmp_path, "performance: {metric: roc_auc, minimum: 0.8}")
    first, second, third = (_cohort(day, value, outcomes=100) for day, value in enumerate((0.85, 0.78, 0.5)))
    early = replace(third, kind=PerformanceKind.PROVISIONAL)
    assert _heard(world, first, early).events == {"good": 100, "bad": 0, "unknown": 0}
    assert _heard(world, first, second, third).events == {"good": 100, "bad": 100, "unknown": 100}
    again = _heard(world, first, second, third)
    assert (again.events["bad"], again.sli) == (100, 0.5)
    corrected = _heard(world, first, second, _cohort(2, 0.9, outcomes=120))
    assert corrected.sli == 1
    assert corrected.events == {"good": 100, "bad": 100, "unknown": 100}


def test_a_cohort_that_becomes_final_while_the_model_is_muted_never_counts(tmp_path: Path) -> None:
    world, _ = _promised(tmp_path, "performance: {metric: roc_auc, minimum: 0.8}")
    world.pipeline.desk.mutes.add(Mute("credit", None, world.now_ns, world.now_ns + 15 * SECOND, "ann", "campaign"))
    assert _heard(world, _cohort(0, 0.5, outcomes=100)).sli is None
    world.now += 3600
    assert _heard(world, _cohort(0, 0.5, outcomes=100)).sli is None


def test_a_restart_counts_no_cohort_again(tmp_path: Path) -> None:
    world, _ = _promised(tmp_path, "performance: {metric: roc_auc, minimum: 0.8}")
    _heard(world, _cohort(0, 0.5, outcomes=100))
    saved = world.pipeline.snapshot()
    world.pipeline = Pipeline(load_monitors([tmp_path / "credit.monitor.yaml"]), started_ns=world.now_ns)
    world.pipeline.restore(saved)
    assert _heard(world, _cohort(0, 0.5, outcomes=100)).events["bad"] == 100


def test_coverage_is_that_of_the_newest_final_cohort(tmp_path: Path) -> None:
    world, _ = _promised(tmp_path, "coverage: {minimum: 0.9}")
    assert _heard(world).events == {"good": 0, "bad": 0, "unknown": 1}
    assert _heard(world, _cohort(0, 0.5, coverage=0.95)).events["good"] == 1
    assert _heard(world, _cohort(0, 0.5, coverage=0.95), _cohort(1, 0.5, coverage=0.5)).events["bad"] == 1


def test_labels_are_fresh_while_outcomes_of_new_predictions_come(tmp_path: Path) -> None:
    world, _ = _promised(tmp_path, "freshness: {of: labels, within: 1h}")
    assert _heard(world).events["unknown"] == 1
    assert _heard(world, _cohort(0, 0.5)).events["good"] == 1
    world.now += 86_400 + 3600
    another = Sender.of(world, **{"service.instance.id": "b"})
    another.bounds = _age_bounds()
    another.age(500)
    assert _heard(world, _cohort(0, 0.5)).events["bad"] == 1
    assert _heard(world, _cohort(0, 0.5), _cohort(1, 0.5)).events == {"good": 2, "bad": 1, "unknown": 1}


def test_looks_without_a_verdict_are_unknown_and_those_in_drift_bad(tmp_path: Path) -> None:
    world, sender = _begin(tmp_path)
    sender.bounds = _age_bounds()
    world.now += EVERY
    world.look()
    assert world.objectives["steady"].sli is None
    assert world.objectives["steady"].events == {"good": 0, "bad": 0, "unknown": 1}
    for mean in (40, 40, 80, 80, 80):
        sender.age(500, mean)
        world.now += EVERY
        world.look()
    steady = world.objectives["steady"]
    assert steady.events == {"good": 2, "bad": 3, "unknown": 0}
    assert steady.sli == pytest.approx(0.4)
    assert world.status() is MonitorState.DRIFT


def test_a_model_without_data_for_long_is_not_fresh_and_one_that_never_came_is_unknown(tmp_path: Path) -> None:
    world, sender = _begin(tmp_path)
    world.now += EVERY
    world.look()
    assert world.objectives["fresh"].events["unknown"] == 1
    sender.bounds = _age_bounds()
    sender.age(100)
    world.now += EVERY
    world.look()
    world.now += 3600
    world.look()
    assert world.objectives["fresh"].events == {"good": 1, "bad": 1, "unknown": 0}


def test_quality_is_unknown_while_no_check_could_be_made(tmp_path: Path) -> None:
    world, _ = _begin(tmp_path)
    world.now += EVERY
    world.look()
    assert world.objectives["clean"].events == {"good": 0, "bad": 0, "unknown": 1}


def test_a_check_over_its_limit_makes_a_look_bad_and_checks_within_make_it_good() -> None:
    spec = Spec.model_validate({"slos": [{"name": "clean", "objective": 99, "sli": {"quality": {}}}]})
    monitor = Monitor("credit", "credit", spec)
    identity, objectives = Identity("credit"), Objectives(started_ns=0)
    for now, violated in enumerate((False, False, True), start=1):
        checks = [_check(identity, level=0.5, violated=False), _check(identity, level=2.0, violated=violated)]
        (found,) = objectives.look(monitor, [Seen(identity, (), None)], checks, {}, now * SECOND)
    assert found.events == {"good": 2, "bad": 1, "unknown": 0}


def test_another_percentage_keeps_what_was_counted_and_takes_its_own_factors(tmp_path: Path) -> None:
    world, sender = _begin(tmp_path)
    _serve(world, sender, looks=3, good=20, bad=80)
    assert "page" in world.objectives["up"].firing
    lower = _spec("  reference: {profile: credit.profile.json}").replace("up, objective: 99", "up, objective: 20")
    world.pipeline.configure(monitors(tmp_path, lower))
    world.now += EVERY
    world.look()
    up = world.objectives["up"]
    assert (up.target, up.sli, up.firing) == (0.2, 0.2, ())
    assert up.remaining == pytest.approx(0)


def test_an_exclusion_burns_nothing(tmp_path: Path) -> None:
    begins, ends = (_time(START // SECOND + seconds) for seconds in (15, 45))
    world, sender = _begin(tmp_path, f"  exclusions:\n    - {{from: {begins}, to: {ends}, reason: sale}}")
    _serve(world, sender, looks=1, good=10, bad=0)
    _serve(world, sender, looks=3, good=0, bad=50)
    _serve(world, sender, looks=1, good=0, bad=0)
    _serve(world, sender, looks=1, good=10, bad=0)
    assert world.objectives["up"].sli == 1


def test_a_mute_of_the_model_burns_nothing(tmp_path: Path) -> None:
    world, sender = _begin(tmp_path)
    _serve(world, sender, looks=1, good=10, bad=0)
    world.pipeline.desk.mutes.add(Mute("credit", None, world.now_ns, world.now_ns + 20 * SECOND, "ann", "campaign"))
    _serve(world, sender, looks=2, good=0, bad=50)
    assert world.objectives["up"].sli == 1


def test_a_restart_keeps_what_was_counted_and_counts_nothing_twice(tmp_path: Path) -> None:
    world, sender = _begin(tmp_path)
    _serve(world, sender, looks=3, good=90, bad=10)
    before = world.objectives
    again = Pipeline(monitors(tmp_path, _spec()), started_ns=world.now_ns)
    again.restore(world.pipeline.snapshot())
    after = {each.name: each for each in again.evaluate(world.now_ns + 1) if isinstance(each, Objective)}
    assert after["up"].sli == before["up"].sli
    assert after["up"].burns == before["up"].burns
    assert after["up"].start_ns == START
    assert sum(after["steady"].events.values()) == sum(before["steady"].events.values()) + 1


def test_state_from_before_there_were_objectives_counts_nothing_from_then(tmp_path: Path) -> None:
    world, sender = _begin(tmp_path)
    _serve(world, sender, looks=1, good=0, bad=100)
    saved = {name: each for name, each in world.pipeline.snapshot().items() if not name.startswith("objectives")}
    again = Pipeline(monitors(tmp_path, _spec()), started_ns=world.now_ns)
    again.restore(saved)
    found = {each.name: each for each in again.evaluate(world.now_ns + 1) if isinstance(each, Objective)}
    assert found["up"].sli is None


def test_an_objective_that_is_added_later_begins_then(tmp_path: Path) -> None:
    world, sender = _begin(tmp_path)
    _serve(world, sender, looks=1, good=0, bad=100)
    world.pipeline.configure(monitors(tmp_path, _spec().replace("name: up, objective: 99", "name: new, objective: 99")))
    another = Sender.of(world, **{"service.instance.id": "b"})
    _serve(world, another, looks=2, good=10, bad=0)
    assert "up" not in world.objectives
    assert world.objectives["new"].sli == 1


def test_every_figure_has_its_name_in_the_contract_on_both_ways_out(tmp_path: Path) -> None:
    world, sender = _begin(tmp_path)
    _serve(world, sender, looks=2, good=98, bad=2)
    found: list[Output] = [*world.found, *world.objectives.values()]
    exporter = PrometheusExporter(health=Health())
    exporter.export(found, 1.0)
    text = expose(exporter).body.decode()
    assert lacking_in_exposition(text) == []
    labels = 'ml_model_name="credit",ml_model_version="7",slo_name="up"'
    assert f"slo_objective{{{labels}}} 0.99" in text
    assert f"slo_sli{{{labels}}} 0.98" in text
    assert f'slo_burn_rate{{{labels},slo_window="5m"}}' in text
    assert 'slo_name="steady",slo_result="unknown"} 2.0' in text
    assert "NaN" not in text
    sent = metrics_data(found, Resource({}))
    assert sent is not None
    named = {each.name: each for each in sent.resource_metrics[0].scope_metrics[0].metrics}
    assert {"slo.objective", "slo.sli", "slo.error_budget.remaining", "slo.burn_rate", "slo.events"} <= set(named)
    events = named["slo.events"].data
    assert isinstance(events, Sum)
    assert events.is_monotonic


def _spec(more: str = "") -> str:
    return "\n".join(part for part in (WINDOW, SLOS, more) if part)


def _begin(folder: Path, more: str = "") -> tuple[World, Sender]:
    profile().save(folder / "credit.profile.json")
    world = World.of(monitors(folder, _spec(f"  reference: {{profile: credit.profile.json}}\n{more}")))
    return world, Sender.of(world)


def _fresh(folder: Path, indicator: str) -> tuple[World, Sender]:
    path = folder / "credit.profile.json"
    profile().save(path)
    os.utime(path, ns=(START, START))
    slos = f"  slos: [{{name: fresh, objective: 99, sli: {{freshness: {indicator}}}}}]"
    world = World.of(monitors(folder, f"{WINDOW}\n{slos}\n  reference: {{profile: credit.profile.json}}"))
    return world, Sender.of(world)


def _promised(folder: Path, indicator: str) -> tuple[World, Sender]:
    profile().save(folder / "credit.profile.json")
    slos = f"  slos: [{{name: right, objective: 90, sli: {{{indicator}}}}}]"
    world = World.of(monitors(folder, f"{WINDOW}\n{slos}\n  reference: {{profile: credit.profile.json}}"))
    sender = Sender.of(world)
    sender.bounds = _age_bounds()
    sender.age(500)
    return world, sender


def _cohort(day: int, value: float, outcomes: int = 50, coverage: float = 1.0) -> Performance:
    """A final cohort of a day, whose interval is 0.05 to either side."""
    start = START + day * 86_400 * SECOND
    figure = Figure("roc_auc", value, value - 0.05, value + 0.05)
    window = Window(start, start + 86_400 * SECOND, round(outcomes / coverage))
    identity, kind = Identity("credit", "7"), PerformanceKind.REALIZED
    return Performance(identity, window, start, "binary", kind, (figure,), outcomes, coverage)


def _heard(world: World, *shown: Performance) -> Objective:
    world.pipeline.hear(shown)
    world.now += EVERY
    world.look()
    return world.objectives["right"]


def _check(identity: Identity, *, level: float, violated: bool) -> Finding:
    kept = Window(0, 1, 1)
    return Finding(
        "q", Kind.QUALITY, identity, "age", "feature", MonitorState.OK, kept, level, "missing", violated=violated
    )


def _serve(world: World, sender: Sender, *, looks: int, good: int, bad: int) -> None:
    for _ in range(looks):
        sender.count("ml.predictions", good)
        sender.count("ml.predictions", bad, **{"error.type": "Timeout"})
        world.now += EVERY
        world.look()


def _seconds(*, fast: int, between: int, slow: int) -> NDArray[np.float64]:
    """Durations of up to 0.1 s, of 0.25 to 0.3 s, and of a second."""
    return np.repeat([0.05, 0.28, 1.0], [fast, between, slow])


def _age_bounds() -> tuple[float, ...]:
    return like(profile())


def _time(seconds: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).isoformat()
