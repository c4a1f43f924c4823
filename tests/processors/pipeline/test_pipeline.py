"""The pipeline whole: points in, findings out, by a clock that is set by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from driftline.processors.findings import Identity, Kind, State
from driftline.processors.health import Health
from driftline.processors.monitor import MonitorSet
from driftline.processors.observations import IGNORED, Stream, StreamKind
from driftline.processors.pipeline import Pipeline
from driftline.processors.pipeline.caps import Caps
from driftline.processors.profile import Profile, ProfileError
from tests.processors.pipeline.world import EVERY, START, Sender, World, like, monitors, profile

WINDOW = "  window: {length: 1m, every: 10s}\n"


def steps(world: World, seconds: float, *each: Callable[[], None]) -> None:
    """Let time pass, calling each and looking every ten seconds."""
    end = world.now + seconds
    while world.now < end:
        for send in each:
            send()
        world.now += EVERY
        world.look()


@pytest.fixture
def declared(tmp_path: Path) -> MonitorSet:
    profile().save(tmp_path / "credit.profile.json")
    return monitors(tmp_path, WINDOW + "  reference: {profile: credit.profile.json}")


def whole(world: World, version: str | None = "7") -> Sender:
    sender = Sender.of(world, version)
    sender.bounds = like(profile())
    return sender


def test_a_field_drifts_is_named_and_heals(declared: MonitorSet) -> None:
    world = World.of(declared)
    sender = whole(world)
    plans = {"a": 40, "b": 40, "c": 40}
    steps(world, 60, lambda: sender.age(200), lambda: sender.plan(plans))
    assert world.status() is State.OK
    assert world.finding("age").reference is not None
    began = world.now_ns
    steps(world, 60, lambda: sender.age(200, mean=46), lambda: sender.plan(plans))
    model, age = world.finding(None), world.finding("age")
    assert (model.status, model.drifting) == (State.DRIFT, ("age",))
    assert age.status is State.DRIFT
    assert age.level is not None
    assert age.level > 1
    assert model.level == age.level
    assert world.status("plan") is State.OK
    assert age.decided_by is not None
    assert age.decided_by in age.why
    assert "over its limit" in age.why
    assert f"n = {age.window.observations:,}" in age.why
    assert began < age.since_ns < world.now_ns
    steps(world, 70, lambda: sender.age(200), lambda: sender.plan(plans))
    assert world.status() is State.OK
    assert world.finding("age").since_ns > age.since_ns


def test_a_category_that_vanished_is_named_with_its_shares(declared: MonitorSet) -> None:
    world = World.of(declared)
    sender = whole(world)
    steps(world, 60, lambda: sender.age(100), lambda: sender.plan({"a": 50, "b": 50, "c": 0}))
    assert world.status("plan") is State.DRIFT
    assert "most moved is `c`, 0.0% against 33" in world.finding("plan").why


def test_a_model_nobody_declared_is_served_by_the_defaults_with_what_it_announces() -> None:
    world = World.of()
    reference = profile()
    world.pipeline.announce({"ml.model.name": "credit"}, {"ml.model.version": "7"}, reference.to_json(), START)
    sender = whole(world)
    steps(world, 60, lambda: sender.age(200))
    assert world.finding("age").reference is not None
    assert world.reference("age").kind == "announced"
    assert world.reference("age").id == reference.id


@pytest.mark.parametrize(("body", "named"), [("{", {"ml.model.name": "m"}), ("[]", {"ml.model.name": "m"}), ("{}", {})])
def test_a_bad_announcement_is_a_profile_error(body: str, named: dict[str, str]) -> None:
    with pytest.raises(ProfileError):
        World.of().pipeline.announce({}, named, body, START)


def test_every_finding_counts_its_window_and_its_defects(declared: MonitorSet) -> None:
    world = World.of(declared)
    sender = whole(world)
    sender.age(90)
    for defect, count in {"missing": 8, "invalid": 2, "out_of_range": 5}.items():
        sender.count("ml.field.defects", count, **{"ml.field.name": "age", "ml.field.defect": defect})
    world.now += EVERY
    world.look()
    age = world.finding("age")
    assert age.window.observations == 90
    assert age.defects == pytest.approx({"missing": 0.08, "invalid": 0.02, "out_of_range": 0.05, "unknown_category": 0})


def test_a_field_of_the_reference_that_does_not_arrive_is_no_data_and_one_it_lacks_is_no_reference(
    declared: MonitorSet,
) -> None:
    world = World.of(declared)
    sender = whole(world)
    steps(world, 20, lambda: sender.age(100), lambda: sender.age(100, name="height"))
    assert world.status("plan") is State.NO_DATA
    assert world.status("height") is State.NO_REFERENCE
    assert world.status() is State.OK
    assert "in the reference, but nothing arrives" in world.finding("plan").why


def test_outcomes_in_the_reference_are_not_waited_for_as_a_field(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    table = {"age": random.normal(40, 10, 2000), "outcome": random.choice(["late", "not"], 2000)}
    reference = Profile.from_table(table, model="credit", version="7")
    reference.save(tmp_path / "credit.profile.json")
    world = World.of(monitors(tmp_path, WINDOW + "  reference: {profile: credit.profile.json}"))
    sender = Sender.of(world, "7")
    sender.bounds = like(reference)
    steps(world, 20, lambda: sender.age(100))
    assert {each.field for each in world.found if each.kind is Kind.FIELD} == {"age"}


def test_too_few_observations_are_a_status_and_no_level(declared: MonitorSet) -> None:
    world = World.of(declared)
    whole(world).age(5)
    world.now += EVERY
    world.look()
    age = world.finding("age")
    assert (age.status, age.level) == (State.NOT_ENOUGH_SAMPLES, None)
    assert world.status() is State.NOT_ENOUGH_SAMPLES
    assert "n = 5 in the window, fewer than 10" in age.why


def test_a_field_that_is_not_enabled_is_shown_and_never_in_drift(tmp_path: Path) -> None:
    profile().save(tmp_path / "credit.profile.json")
    spec = WINDOW + "  reference: {profile: credit.profile.json}\n  fields:\n    - {name: age, drift: {enabled: false}}"
    world = World.of(monitors(tmp_path, spec))
    sender = whole(world)
    steps(world, 60, lambda: sender.age(200, mean=90))
    age = world.finding("age")
    assert (age.status, age.level) == (State.MUTED, None)
    assert {statistic.name for statistic in age.statistics} >= {"psi", "ks"}
    assert all(statistic.limit is None for statistic in age.statistics)


def test_a_minimum_effect_of_one_field_holds_for_that_field_alone(tmp_path: Path) -> None:
    profile().save(tmp_path / "credit.profile.json")
    rule = "{name: age, drift: {minimumEffect: {psi: 50, ks: 50}}}"
    world = World.of(
        monitors(tmp_path, WINDOW + f"  reference: {{profile: credit.profile.json}}\n  fields:\n    - {rule}")
    )
    sender = whole(world)
    steps(world, 60, lambda: sender.age(200, mean=90), lambda: sender.plan({"a": 100}))
    assert world.status("age") is State.OK
    assert world.status("plan") is State.DRIFT


def test_an_exclusion_mutes_while_the_window_touches_it(tmp_path: Path) -> None:
    profile().save(tmp_path / "credit.profile.json")
    spec = WINDOW + "  reference: {profile: credit.profile.json}\n"
    spec += "  exclusions:\n    - {from: 2027-01-15T08:00:00Z, to: 2027-01-15T08:01:00Z, reason: sale}"  # the start
    world = World.of(monitors(tmp_path, spec))
    sender = whole(world)
    steps(world, 60, lambda: sender.age(200, mean=90))
    assert world.status("age") is State.MUTED
    assert world.status() is State.MUTED
    assert "sale" in world.finding("age").why
    steps(world, 70, lambda: sender.age(200, mean=90))
    assert world.status() is State.DRIFT


def test_a_model_without_data_is_no_data_then_stale_then_ended(tmp_path: Path, declared: MonitorSet) -> None:
    spec = WINDOW + "  staleAfter: 5m\n  reference: {profile: credit.profile.json}"
    world = World.of(monitors(tmp_path, spec))
    world.look()
    assert (world.status(), world.finding(None).level) == (State.NO_DATA, None)
    assert "no data so far" in world.finding(None).why
    sender = whole(world)
    steps(world, 60, lambda: sender.age(200))
    assert world.status() is State.OK
    steps(world, 120)
    assert world.status() is State.NO_DATA
    steps(world, 200)
    assert world.status() is State.STALE
    world.now += 3500
    world.look()
    assert world.status() is State.STALE
    world.now += 200
    world.look()
    assert world.models() == [Identity("credit")]
    assert world.status() is State.NO_DATA


def test_an_undeclared_model_that_ended_leaves_nothing_behind() -> None:
    world = World.of()
    sender = whole(world)
    steps(world, 20, lambda: sender.age(50))
    world.now += 1000
    world.look()
    assert world.status() is State.STALE
    world.now += 4000
    assert world.look() == []


def test_a_version_that_stops_while_another_lives_is_retired(declared: MonitorSet) -> None:
    world = World.of(declared)
    old, new = whole(world, "7"), whole(world, "8")
    steps(world, 60, lambda: old.age(100), lambda: new.age(100))
    assert {identity.version for identity in world.models()} == {"7", "8"}
    steps(world, 80, lambda: new.age(100))
    assert {identity.version for identity in world.models()} == {"8"}
    steps(world, 20, lambda: old.age(100), lambda: new.age(100))
    assert {identity.version for identity in world.models()} == {"7", "8"}


def test_a_segment_drifts_alone(tmp_path: Path) -> None:
    profile().save(tmp_path / "credit.profile.json")
    world = World.of(monitors(tmp_path, WINDOW + "  reference: {profile: credit.profile.json}\n  segments: [region]"))
    sender = whole(world)
    steps(world, 60, lambda: sender.age(2000, region="eu"), lambda: sender.age(40, mean=55, region="us"))
    assert world.status("age", segment=(("region", "us"),)) is State.DRIFT
    assert world.status("age", segment=(("region", "eu"),)) is State.OK
    assert (
        world.finding("age").window.observations > world.finding("age", segment=(("region", "eu"),)).window.observations
    )


def test_predictions_are_re_exposed_summed_over_instances(declared: MonitorSet) -> None:
    world = World.of(declared)
    one, two = Sender.of(world, **{"service.instance.id": "1"}), Sender.of(world, **{"service.instance.id": "2"})
    one.count("ml.predictions", 3)
    two.count("ml.predictions", 4)
    two.count("ml.predictions", 1, **{"error.type": "ValueError"})
    world.now += 1
    world.look()
    (traffic,) = world.traffic
    assert (traffic.identity.version, traffic.predictions) == ("7", {None: 7, "ValueError": 1})


def test_a_learned_reference_warms_up_and_then_finds_drift_in_a_new_version(tmp_path: Path) -> None:
    world = World.of(monitors(tmp_path, WINDOW + "  reference: {learn: {observations: 2000}}"))
    sender = Sender.of(world)
    steps(world, 50, lambda: sender.age(200))
    assert world.status("age") is world.status() is State.WARMING_UP
    assert "of 2,000 observations" in world.finding("age").why
    ended = 0
    while world.status("age") is State.WARMING_UP:
        steps(world, 10, lambda: sender.age(200))
    learned = world.finding("age").reference
    assert learned is not None
    assert (learned.kind, learned.observations) == ("learned", 2000)
    ended = world.now_ns - round(learned.age_seconds * 1e9)
    assert world.finding("age").window.start_ns >= ended
    assert world.status() is State.OK
    new = Sender.of(world, version="8")
    steps(world, 60, lambda: sender.age(200), lambda: new.age(200, mean=60))
    assert world.status("age", version="8") is State.DRIFT
    assert world.status("age", version="7") is State.OK
    assert world.reference("age", version="8").id == learned.id


def test_what_an_exclusion_covers_is_not_learned(tmp_path: Path) -> None:
    spec = WINDOW + "  reference: {learn: {observations: 1000}}\n"
    spec += "  exclusions:\n    - {from: 2027-01-15T08:00:00Z, to: 2027-01-15T08:02:00Z, reason: sale}"
    world = World.of(monitors(tmp_path, spec))
    sender = Sender.of(world)
    steps(world, 120, lambda: sender.age(500, mean=90))
    steps(world, 200, lambda: sender.age(500))
    assert world.status() is State.OK


def test_a_restart_holds_an_alarm_and_does_not_learn_again(tmp_path: Path) -> None:
    configured = monitors(tmp_path, WINDOW + "  reference: {learn: {observations: 2000}}")
    world = World.of(configured)
    sender = Sender.of(world)
    steps(world, 200, lambda: sender.age(400))
    steps(world, 60, lambda: sender.age(400, mean=50))
    before = world.finding("age")
    assert before.status is State.DRIFT
    saved = world.pipeline.snapshot()
    json.dumps({name: saved[name] for name in ("references", "verdicts", "lives")})

    again = World(Pipeline(configured, started_ns=world.now_ns), world.health, now=world.now)
    again.pipeline.restore(saved)
    again.now += EVERY
    again.look()
    after = again.finding("age")
    assert (after.status, after.since_ns, after.level) == (State.DRIFT, before.since_ns, before.level)
    assert "restarted" in after.why
    assert again.status() is State.DRIFT
    assert after.reference is not None
    assert before.reference is not None
    assert after.reference.id == before.reference.id
    renewed = Sender.of(again, **{"service.instance.id": "new"})
    renewed.age(1)
    steps(again, 80, lambda: renewed.age(400))
    assert again.status("age") is State.OK


def test_another_set_of_monitors_takes_effect_and_keeps_the_windows(tmp_path: Path, declared: MonitorSet) -> None:
    world = World.of(declared)
    sender = whole(world)
    steps(world, 60, lambda: sender.age(200, mean=46), lambda: sender.plan({"a": 10, "b": 10, "c": 10}))
    assert world.status() is State.DRIFT
    epoch = world.pipeline.epoch
    ignoring = "  reference: {profile: credit.profile.json}\n  fields:\n    - {name: age, ignore: true}"
    world.pipeline.configure(monitors(tmp_path, WINDOW + ignoring))
    assert world.pipeline.epoch != epoch
    sender._streams.clear()
    world.now += EVERY
    world.look()
    assert [finding.field for finding in world.found if finding.kind is Kind.FIELD] == ["plan"]
    assert world.finding("plan").window.observations > 100
    assert world.status() is State.OK


def test_a_set_whose_profile_is_bad_changes_nothing(tmp_path: Path, declared: MonitorSet) -> None:
    world = World.of(declared)
    sender = whole(world)
    (tmp_path / "bad.json").write_text("{}")
    with pytest.raises(ProfileError, match="bad"):
        world.pipeline.configure(monitors(tmp_path, "  reference: {profile: bad.json}", name="other"))
    steps(world, 60, lambda: sender.age(200, mean=46))
    assert world.status("age", model="credit") is State.DRIFT


def test_a_foreign_histogram_is_a_field_of_its_monitor(tmp_path: Path) -> None:
    entry = "{name: latency, metric: {name: http.server.request.duration, where: {http.route: /predict}}}"
    spec = WINDOW + f"  reference: {{learn: {{observations: 1000}}}}\n  fields:\n    - {entry}"
    world = World.of(monitors(tmp_path, spec))
    sender = Sender.of(world, model=None, version=None)
    route, metric = {"http.route": "/predict"}, "http.server.request.duration"
    steps(world, 150, lambda: sender.histogram(sender.random.normal(40, 10, 200), metric, **route))
    assert world.status("latency") is State.OK
    assert world.finding("latency").role == "feature"
    other = Stream(metric, "s", StreamKind.HISTOGRAM, True, False, "", {}, {"http.route": "/health"}, (1.0,))
    assert world.pipeline.stream(other) == IGNORED
    steps(world, 60, lambda: sender.histogram(sender.random.normal(50, 10, 200), metric, **route))
    assert world.status("latency") is State.DRIFT


def test_a_foreign_counter_split_by_an_attribute_is_a_categorical_field(tmp_path: Path) -> None:
    entry = "{name: plan, metric: {name: app.requests, by: app.plan}}"
    spec = WINDOW + f"  reference: {{learn: {{observations: 1000}}}}\n  fields:\n    - {entry}"
    world = World.of(monitors(tmp_path, spec))
    sender = Sender.of(world, model=None, version=None)

    def send(free: int, pro: int) -> None:
        sender.count("app.requests", free, **{"app.plan": "free"})
        sender.count("app.requests", pro, **{"app.plan": "pro"})
        sender.count("app.requests", 20)

    steps(world, 150, lambda: send(100, 50))
    assert world.status("plan") is State.OK
    steps(world, 60, lambda: send(50, 100))
    assert world.status("plan") is State.DRIFT


def test_a_monitor_is_looked_at_once_a_pane_and_its_findings_stay_in_between(declared: MonitorSet) -> None:
    world = World.of(declared)
    sender = whole(world)
    sender.age(100)
    world.now += EVERY
    world.look()
    sender.age(100)
    world.now += 1
    assert world.look()
    assert world.finding("age").window.observations == 100
    world.now += EVERY
    world.look()
    assert world.finding("age").window.observations == 200


def test_the_next_look_is_just_before_the_pane_ends(declared: MonitorSet) -> None:
    pipeline = World.of(declared).pipeline
    due = pipeline.next_look_ns(START)
    assert START < due < START + 10 * 10**9
    assert pipeline.next_look_ns(due) == due + 10 * 10**9


def test_data_that_comes_less_often_than_the_window_is_long_is_said(declared: MonitorSet) -> None:
    world = World.of(declared)
    sender = whole(world)
    for _ in range(2):
        sender.age(200)
        steps(world, 300)
    assert world.status() is State.NO_DATA
    assert "its data came 300 s apart, longer than the window of 60 s" in world.finding(None).why


def test_points_are_counted_while_looks_go_on(declared: MonitorSet) -> None:
    world = World.of(declared)
    sender = whole(world)
    failed: list[Exception] = []

    def send() -> None:
        try:
            for _ in range(100):
                world.now += 0.01
                sender.age(1)
        except Exception as error:  # noqa: BLE001 - whatever a thread meets is the test's result
            failed.append(error)

    threads = [Thread(target=send), *(Thread(target=world.look) for _ in range(4))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.now += EVERY
    world.look()
    assert failed == []
    assert world.finding("age").window.observations == 100


def test_the_overflow_of_models_has_traffic_and_no_verdict() -> None:
    world = World(Pipeline(started_ns=START, caps=Caps(models=1)), Health())
    for model in ("a", "b"):
        Sender.of(world, model=model).count("ml.predictions", 5)
    world.now += EVERY
    world.look()
    assert {traffic.identity.model for traffic in world.traffic} == {"a", "_OTHER"}
    assert {identity.model for identity in world.models()} == {"a"}


def test_a_foreign_metric_that_goes_on_does_not_hide_a_model_that_stopped(tmp_path: Path) -> None:
    entry = "{name: latency, metric: {name: http.server.request.duration}}"
    world = World.of(monitors(tmp_path, WINDOW + f"  staleAfter: 2m\n  fields: [{entry}]"))
    model, server = Sender.of(world), Sender.of(world, model=None, version=None)

    def serve() -> None:
        server.histogram(server.random.normal(40, 10, 50), "http.server.request.duration")

    steps(world, 60, lambda: model.age(50), serve)
    steps(world, 180, serve)
    assert world.status(version="7") is State.STALE
    assert world.status(version=None) is State.WARMING_UP
