"""Findings of quality from real points, by a clock that is set by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from driftline.processors.findings import Finding, Kind, State
from driftline.processors.monitor import MonitorSet
from driftline.processors.pipeline import Pipeline
from tests.processors.pipeline.world import EVERY, START, Sender, World, like, monitors, profile

WINDOW = "  window: {length: 1m, every: 10s}\n"
PLANS = {"a": 40, "b": 40, "c": 40}


def steps(world: World, seconds: float, *each: Callable[[], None]) -> None:
    """Let time pass, calling each and looking every ten seconds."""
    for _ in range(round(seconds / EVERY)):
        for send in each:
            send()
        world.now += EVERY
        world.look()


def declared(folder: Path, more: str = "") -> MonitorSet:
    profile().save(folder / "credit.profile.json")
    return monitors(folder, WINDOW + "  reference: {profile: credit.profile.json}\n" + more)


def whole(world: World) -> Sender:
    sender = Sender.of(world)
    sender.bounds = like(profile())
    return sender


def found(world: World, check: str, field: str | None = None) -> Finding:
    finding = world.quality(check, field)
    assert finding is not None
    return finding


def violated(world: World) -> set[tuple[str | None, str | None]]:
    return {(each.decided_by, each.field) for each in world.found if each.violated}


def defect(sender: Sender, name: str, kind: str, count: int) -> None:
    named = {"ml.field.name": name, "ml.field.role": "feature", "ml.field.defect": kind}
    sender.count("ml.field.defects", count, **named)


def test_traffic_like_the_reference_violates_nothing_and_says_what_was_checked(tmp_path: Path) -> None:
    world = World.of(declared(tmp_path))
    sender = whole(world)
    steps(world, 60, lambda: sender.age(100), lambda: sender.plan(PLANS))
    assert violated(world) == set()
    made = {(each.decided_by, each.field) for each in world.found if each.kind is Kind.QUALITY}
    assert made == {
        *((check, "age") for check in ("missing", "invalid", "out_of_range", "type_change", "constant", "unit_change")),
        *((check, "plan") for check in ("missing", "invalid", "unknown_category", "type_change", "constant")),
        ("schema", None),
        ("freshness", None),
    }
    assert all(0 <= (each.level or 0) <= 1 for each in world.found if each.kind is Kind.QUALITY)
    assert {each.status for each in world.found if each.kind is Kind.QUALITY} == {State.OK}


@pytest.mark.parametrize("kind", ["missing", "invalid", "out_of_range"])
def test_a_share_that_rises_is_a_finding_and_the_verdict_stays(tmp_path: Path, kind: str) -> None:
    world = World.of(declared(tmp_path))
    sender = whole(world)
    steps(world, 60, lambda: sender.age(100), lambda: sender.plan(PLANS))
    began = world.now_ns
    steps(world, 30, lambda: sender.age(100), lambda: sender.plan(PLANS), lambda: defect(sender, "age", kind, 20))
    finding = found(world, kind, "age")
    assert finding.violated
    assert violated(world) == {(kind, "age")}
    assert began < finding.since_ns < world.now_ns
    assert "over the limit" in finding.why
    assert world.status() is State.OK
    assert world.finding(None).drifting == ()


def test_a_field_that_only_misses_is_found_although_nothing_of_it_can_be_compared(tmp_path: Path) -> None:
    world = World.of(declared(tmp_path))
    sender = whole(world)
    steps(world, 60, lambda: defect(sender, "age", "missing", 20), lambda: sender.plan(PLANS))
    assert ("missing", "age") in violated(world)
    assert not found(world, "schema").violated, "the field is there, its values are not"


def test_a_new_category_a_constant_and_numbers_in_place_of_categories_are_named(tmp_path: Path) -> None:
    world = World.of(declared(tmp_path))
    sender = whole(world)
    steps(world, 60, lambda: sender.age(100), lambda: sender.plan({"a": 30, "z": 5}))
    assert ("unknown_category", "plan") in violated(world)
    steps(world, 70, lambda: sender.age(100), lambda: sender.plan({"a": 30}))
    assert violated(world) == {("constant", "plan")}
    assert "`a`" in found(world, "constant", "plan").why
    steps(world, 70, lambda: sender.age(100), lambda: sender.age(100, name="plan"))
    assert ("type_change", "plan") in violated(world)
    assert "numbers" in found(world, "type_change", "plan").why


def test_another_unit_is_named(tmp_path: Path) -> None:
    world = World.of(monitors(tmp_path, WINDOW + "  reference: {learn: {observations: 2000}}\n"))
    sender = whole(world)
    sender.bounds = tuple(np.arange(-20.0, 260.0, 2.0).tolist())

    def send(scale: float, shift: float) -> None:
        named = {"ml.field.name": "temperature", "ml.field.role": "feature"}
        sender.histogram(sender.random.normal(20, 5, 100) * scale + shift, **named)

    steps(world, 300, lambda: send(1, 0))
    assert violated(world) == set()
    steps(world, 60, lambda: send(1.8, 32))
    assert found(world, "unit_change", "temperature").violated
    assert "°F where the reference has °C" in found(world, "unit_change", "temperature").why


def test_missing_and_new_fields_are_one_finding(tmp_path: Path) -> None:
    world = World.of(declared(tmp_path))
    sender = whole(world)
    steps(world, 60, lambda: sender.age(100, name="Age"), lambda: sender.plan(PLANS))
    schema = found(world, "schema")
    assert (schema.violated, schema.level) == (True, 2.0)
    assert schema.why == "In the reference and not arriving: age; arriving and not in the reference: Age."


def test_new_fields_alone_are_told_and_never_alarm(tmp_path: Path) -> None:
    world = World.of(declared(tmp_path))
    sender = whole(world)
    steps(world, 60, lambda: sender.age(100), lambda: sender.age(9, name="new"), lambda: sender.plan(PLANS))
    assert not found(world, "schema").violated
    assert "new" in found(world, "schema").why


def test_a_silence_longer_than_usual_is_found_before_the_model_is_stale(tmp_path: Path) -> None:
    world = World.of(declared(tmp_path))
    sender = whole(world)
    steps(world, 600, lambda: sender.age(100), lambda: sender.plan(PLANS))
    assert not found(world, "freshness").violated
    steps(world, 300)
    assert found(world, "freshness").violated
    assert world.status() is not State.STALE
    steps(world, 10, lambda: sender.age(100))
    assert not found(world, "freshness").violated


def test_a_model_that_reports_once_an_hour_is_not_late_by_its_own_measure(tmp_path: Path) -> None:
    world = World.of(declared(tmp_path))
    sender = whole(world)
    for _ in range(30):
        steps(world, 10, lambda: sender.age(100))
        world.now += 3590 - 20
        steps(world, 20)
    assert not found(world, "freshness").violated


@pytest.mark.parametrize(("factor", "word"), [(0.2, "fewer"), (4.0, "more")])
def test_a_drop_and_a_surge_of_predictions_are_found(tmp_path: Path, factor: float, word: str) -> None:
    world = World.of(declared(tmp_path))
    sender = whole(world)
    steps(world, 30 * 300, lambda: sender.count("ml.predictions", sender.random.poisson(50)))
    assert not found(world, "volume").violated
    steps(world, 600, lambda: sender.count("ml.predictions", sender.random.poisson(50 * factor)))
    volume = found(world, "volume")
    assert volume.violated
    assert word in volume.why
    assert volume.identity.version is None, "volume is the model's, whatever version answers"


def test_what_is_usual_survives_a_restart_and_the_time_between_is_nobodys_silence(tmp_path: Path) -> None:
    configured = declared(tmp_path)
    world = World.of(configured)
    sender = whole(world)
    steps(world, 27 * 300, lambda: sender.count("ml.predictions", sender.random.poisson(50)))
    saved = json.loads(json.dumps(world.pipeline.snapshot()["quality"]))
    later = World(Pipeline(configured, started_ns=START, health=world.health), world.health, world.now + 7200)
    later.pipeline._quality.restore(saved)
    after = whole(later)
    steps(later, 10, lambda: after.age(100))
    assert not found(later, "freshness").violated
    steps(later, 900, lambda: after.count("ml.predictions", 5.0))
    assert found(later, "volume").violated


def test_excluded_time_and_disabled_checks_have_no_findings(tmp_path: Path) -> None:
    begin = np.datetime64(START // 10**9, "s")
    exclusion = f"  exclusions: [{{from: {begin}+00:00, to: {begin + 100000}+00:00, reason: sale}}]\n"
    world = World.of(declared(tmp_path, exclusion))
    sender = whole(world)
    steps(world, 60, lambda: sender.age(100), lambda: defect(sender, "age", "missing", 50))
    assert [each for each in world.found if each.kind is Kind.QUALITY] == []
    off = "  quality: {checks: {missing: {enabled: false}, schema: {enabled: false}}}\n"
    world = World.of(declared(tmp_path, off))
    sender = whole(world)
    steps(world, 60, lambda: sender.age(100), lambda: defect(sender, "age", "missing", 50))
    assert world.quality("missing", "age") is None
    assert world.quality("schema") is None
    assert world.quality("invalid", "age") is not None


def test_the_minimum_effect_of_a_check_holds(tmp_path: Path) -> None:
    world = World.of(declared(tmp_path, "  quality: {minimumEffect: 0.5, checks: {invalid: {minimumEffect: 0.02}}}\n"))
    sender = whole(world)
    both = (lambda: defect(sender, "age", "missing", 20), lambda: defect(sender, "age", "invalid", 20))
    steps(world, 60, lambda: sender.age(100), lambda: sender.plan(PLANS), *both)
    assert violated(world) == {("invalid", "age")}
