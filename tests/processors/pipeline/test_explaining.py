"""A model in drift says why."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from driftline.processors.findings import Explanation, State
from driftline.processors.measurements import measurements
from driftline.processors.pipeline import Pipeline
from driftline.processors.pipeline.actions import UnknownModelError
from driftline.processors.profile import Profile
from driftline.semconv import attributes, metrics
from tests.processors.pipeline.people import WINDOW, People, scored, spec
from tests.processors.pipeline.world import EVERY, START, Segment, Sender, World, like, monitors


def explanation(world: World, field: str | None = None, **identity: Segment | str) -> Explanation:
    found = world.finding(field, **identity).explanation
    assert found is not None
    return found


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World.of(spec(tmp_path))


def test_the_field_that_moves_the_score_comes_first_with_what_it_moves(world: World) -> None:
    People(world).send(3000, mean=45)
    world.look()
    found = explanation(world)
    assert found.output is not None
    assert found.output.name == "score"
    assert found.output.shift == pytest.approx(0.09, abs=0.02)
    age, plan = found.contributions
    assert (age.field, plan.field) == ("age", "plan")
    assert age.share == pytest.approx(1, abs=0.15)
    assert plan.shift is not None
    assert abs(plan.shift) < 0.01
    assert found.explained == pytest.approx(1, abs=0.15)
    assert "`age`" in world.finding(None).why
    assert "it moves the score by +0.0" in world.finding(None).why


def test_a_field_in_drift_shows_its_bins_and_a_field_without_has_no_explanation(world: World) -> None:
    People(world).send(3000, mean=45)
    world.look()
    moved = explanation(world, "age").moved
    assert sum(each.current for each in moved) == pytest.approx(1)
    assert sum(each.reference for each in moved) == pytest.approx(1)
    assert explanation(world).moved == moved
    assert world.finding("plan").status is State.OK
    assert world.finding("plan").explanation is None


def test_a_quiet_look_explains_nothing(world: World) -> None:
    People(world).send(3000)
    world.look()
    assert [each.explanation for each in world.found] == [None] * len(world.found)


def test_contributions_are_metrics_of_the_model_in_drift(world: World) -> None:
    People(world).send(3000, mean=45)
    shown = {
        dict(each.attributes)[attributes.ML_FIELD_NAME]: each.value
        for each in measurements(world.look())
        if each.name == metrics.ML_DRIFT_CONTRIBUTION
    }
    assert shown.keys() == {"age", "plan"}
    assert shown["age"] == pytest.approx(0.09, abs=0.02)


def test_classes_are_outputs_by_their_share(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    age = random.normal(40, 10, 20_000)
    table = {"age": age, "prediction": np.where(age > 50, "no", "yes")}
    Profile.from_table(table, model="credit", version="7").save(tmp_path / "credit.profile.json")
    world = World.of(monitors(tmp_path, f"  reference: {{profile: credit.profile.json}}\n{WINDOW}"))
    sender, people = Sender.of(world), random.normal(45, 10, 3000)
    sender.bounds = like(Profile.load(tmp_path / "credit.profile.json"))
    sender.histogram(people, "ml.field.distribution", **{"ml.field.name": "age", "ml.field.role": "feature"})
    for text, count in (("no", int((people > 50).sum())), ("yes", int((people <= 50).sum()))):
        named = {"ml.field.name": "prediction", "ml.field.role": "prediction", "ml.field.category": text}
        sender.count("ml.field.categories", count, **named)
    world.look()
    found = explanation(world)
    assert found.output is not None
    assert found.output.name in {"prediction.no", "prediction.yes"}
    assert abs(found.output.shift) == pytest.approx(0.15, abs=0.03)
    assert "it moves the share of prediction " in world.finding(None).why


def test_an_exponential_layout_that_coarsens_the_profile_knows_the_output_too(world: World) -> None:
    people = People(world)
    people.by_name["age"].bounds = like(scored(), "age")[::2]
    people.send(3000, mean=45)
    world.look()
    assert explanation(world).contributions[0].share == pytest.approx(1, abs=0.15)


def test_without_outputs_in_the_reference_fields_rank_by_level(tmp_path: Path) -> None:
    world = World.of(monitors(tmp_path, f"  reference: {{learn: {{observations: 2000}}}}\n{WINDOW}"))
    people = People(world)
    for mean in (40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 70, 70, 70):
        people.send(1000, mean=mean)
        world.look()
        world.now += EVERY
    found = explanation(world)
    assert found.output is None
    assert [each.shift for each in found.contributions] == [None, None]
    levels = [each.level or 0 for each in found.contributions]
    assert levels == sorted(levels, reverse=True)
    assert "it moves" not in world.finding(None).why


def test_the_segment_that_carries_it_is_named(tmp_path: Path) -> None:
    world = World.of(spec(tmp_path, f"{WINDOW}\n  segments: [region]"))
    people = People(world)
    for step in range(20):
        people.send(700, region="us")
        people.send(300, mean=40 if step < 14 else 60, region="eu")
        world.look()
        world.now += EVERY
    eu, us = explanation(world).segments
    assert (eu.segment, eu.carries, us.carries) == ((("region", "eu"),), True, False)
    assert eu.traffic == pytest.approx(0.3, abs=0.02)
    assert eu.share + us.share == pytest.approx(1)
    assert eu.within == pytest.approx(1, abs=0.1)
    assert "region=eu carries" in world.finding(None).why
    assert explanation(world, None, segment=(("region", "eu"),)).segments == ()


def test_a_change_of_the_mix_is_told_from_a_change_within(tmp_path: Path) -> None:
    world = World.of(spec(tmp_path, f"{WINDOW}\n  segments: [region]"))
    people = People(world)
    for step in range(20):
        young, old = (500, 500) if step < 13 else (100, 900)
        people.send(young, mean=37, region="us")
        people.send(old, mean=43, region="eu")
        world.look()
        world.now += EVERY
    found = explanation(world, "age").segments
    assert sum(each.mix or 0 for each in found) == pytest.approx(1, abs=0.25)


def test_segments_without_a_look_before_are_measured_from_the_reference(tmp_path: Path) -> None:
    world = World.of(spec(tmp_path, f"{WINDOW}\n  segments: [region]"))
    people = People(world)
    people.send(700, region="us")
    people.send(300, mean=60, region="eu")
    world.look()
    eu, us = explanation(world).segments
    assert (eu.within, eu.mix, us.within) == (None, None, None)
    assert eu.carries
    assert eu.share + us.share == pytest.approx(1)


def test_a_version_that_came_as_the_drift_began_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    for version in ("6", "7"):
        scored().model_copy(update={"model": scored().model.model_copy(update={"version": version})}).save(
            folder / f"{version}.json"
        )
    world = World.of(monitors(tmp_path, f"  reference: {{profile: all}}\n{WINDOW}"))
    old = People(world, "6", **{"service.version": "1.0"})
    for _ in range(8):
        old.send(1000)
        world.look()
        world.now += EVERY
    new = People(world, "7", **{"service.version": "1.1"})
    new.send(1000, mean=50)
    world.look()
    changed = explanation(world, version="7").changed
    assert [(each.attribute, each.before, each.after) for each in changed] == [
        ("ml.model.version", "6", "7"),
        ("service.version", "1.0", "1.1"),
    ]
    assert "version 7 replaced 6 at 08:01 UTC" in world.finding(None, version="7").why


def test_what_came_long_before_the_drift_is_not_its_cause(world: World) -> None:
    People(world, **{"service.version": "1.0"}).send(100)
    world.look()
    people = People(world, **{"service.version": "1.1"})
    for step in range(30):
        world.now += EVERY
        people.send(1000, mean=40 if step < 25 else 60)
        world.look()
    assert explanation(world).changed == ()


def test_an_alarm_is_kept_with_its_worst_look_and_outlives_it(world: World) -> None:
    people = People(world)
    for mean in (40, 44, 60, 60, 60, 60, 60, 60, 60, *([40] * 9)):
        people.send(1000, mean=mean)
        world.look()
        world.now += EVERY
    assert world.status() is State.OK
    (alarm,) = world.pipeline.board.model("credit")["alarms"]
    assert alarm["begin"] < alarm["worst"] < alarm["end"]
    worst_ns = round(datetime.fromisoformat(alarm["worst"]).timestamp()) * 10**9
    then = world.pipeline.board.explain("credit", "age", at_ns=worst_ns)
    assert then["drift"] is True
    (identity,) = then["identities"]
    assert [each["field"] for each in identity["fields"]] == ["age"]
    assert identity["alarm"]["worst"] == alarm["worst"]
    assert identity["explanation"]["contributions"][0]["field"] == "age"
    assert world.pipeline.board.explain("credit", at_ns=START)["identities"] == []


def test_a_restart_keeps_alarms_and_changes(tmp_path: Path) -> None:
    world = World.of(spec(tmp_path))
    People(world).send(3000, mean=50)
    world.look()
    saved = world.pipeline.snapshot()
    again = Pipeline(spec(tmp_path), started_ns=START)
    again.restore(saved | {"alarms": json.loads(json.dumps(saved["alarms"]))})
    again.evaluate(world.now_ns + EVERY * 10**9)
    (before,), (after,) = world.pipeline.board.model("credit")["alarms"], again.board.model("credit")["alarms"]
    assert after == before, "the alarm that stands is the one from before"


def test_a_field_that_is_not_in_drift_is_explained_on_request(world: World) -> None:
    People(world).send(3000)
    world.look()
    told = world.pipeline.board.explain("credit", "plan")
    assert told["drift"] is False
    (field,) = told["identities"][0]["fields"]
    assert [each["label"] for each in field["explanation"]["moved"]] == ["a", "b", "c"]
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_an_unknown_model_or_field_says_what_there_is(world: World) -> None:
    People(world).send(300)
    world.look()
    with pytest.raises(UnknownModelError, match="no model is called 'debit'; known here: credit"):
        world.pipeline.board.model("debit")
    with pytest.raises(UnknownModelError, match="credit has no field 'wage'; it has: age, plan, score"):
        world.pipeline.board.explain("credit", "wage")


def test_every_model_is_listed_with_its_sentence(world: World) -> None:
    People(world).send(3000, mean=50)
    world.look()
    (model,) = world.pipeline.board.models()
    assert (model["model"], model["version"], model["status"]) == ("credit", "7", "drift")
    assert model["why"].startswith("credit 7 drifts since 08:00 UTC: `age` (")
