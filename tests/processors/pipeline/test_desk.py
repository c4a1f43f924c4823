"""What people tell the pipeline: this is the new normal; be quiet for a while."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from driftline.processors.findings import Identity, State
from driftline.processors.pipeline.actions import ActionError, UnknownModelError
from tests.processors.pipeline.world import EVERY, SECOND, Sender, World, like, monitors, profile

WINDOW = "  window: {length: 1m, every: 10s}\n"
BY = {"by": "ann", "reason": "new product"}


def steps(world: World, seconds: float, *each: Callable[[], None]) -> None:
    end = world.now + seconds
    while world.now < end:
        for send in each:
            send()
        world.now += EVERY
        world.look()


@pytest.fixture
def world(tmp_path: Path) -> World:
    profile().save(tmp_path / "credit.profile.json")
    return World.of(monitors(tmp_path, WINDOW + "  reference: {profile: credit.profile.json}"))


def sender_of(world: World, version: str = "7") -> Sender:
    sender = Sender.of(world, version)
    sender.bounds = like(profile())
    return sender


def test_an_accepted_window_is_the_reference_and_what_was_the_reference_is_drift_now(world: World) -> None:
    sender = sender_of(world)
    plans = {"a": 30, "b": 30, "c": 30}
    steps(world, 60, lambda: sender.age(300, mean=46), lambda: sender.plan(plans))
    assert world.status("age") is State.DRIFT
    done = world.pipeline.desk.accept("credit", "age", **BY, now_ns=world.now_ns)
    assert (done.model, dict(done.fields), done.restarted) == ("credit", {"age": 1500}, ())
    steps(world, 50, lambda: sender.age(300, mean=46), lambda: sender.plan(plans))
    assert world.status("age") is State.WARMING_UP, "its window still holds what was accepted"
    assert world.status("plan") is State.OK
    steps(world, 20, lambda: sender.age(300, mean=46), lambda: sender.plan(plans))
    assert world.status("age") is State.OK
    reference = world.finding("age").reference
    assert reference is not None
    assert (reference.kind, reference.observations, reference.accepted_by) == ("accepted", 1500, "ann")
    assert (reference.accepted_ns, reference.reason) == (done.at_ns, "new product")
    assert 60 <= reference.age_seconds <= 80
    assert world.reference("plan").kind == "declared"
    assert world.reference(None).kind == "declared"
    steps(world, 60, lambda: sender.age(300))
    assert world.status("age") is State.DRIFT


def test_reset_goes_back_to_what_is_declared(world: World) -> None:
    sender = sender_of(world)
    steps(world, 60, lambda: sender.age(300, mean=46))
    world.pipeline.desk.accept("credit", **BY, now_ns=world.now_ns)
    assert world.pipeline.desk.reset("credit", by="bob", reason="", now_ns=world.now_ns) == 1
    steps(world, 10, lambda: sender.age(300, mean=46))
    assert world.status("age") is State.DRIFT
    with pytest.raises(ActionError, match="nothing was accepted for credit"):
        world.pipeline.desk.reset("credit", by="bob", reason="", now_ns=world.now_ns)
    done = [(each.action, each.by) for each in world.pipeline.desk.actions("credit")]
    assert done == [("accepted", "ann"), ("reset", "bob")]


def test_another_profile_is_newer_than_what_was_accepted(world: World) -> None:
    sender = sender_of(world)
    newer = sender_of(world, "8")
    steps(world, 60, lambda: sender.age(300, mean=46), lambda: newer.age(300, mean=46))
    world.pipeline.desk.accept("credit", "age", **BY, now_ns=world.now_ns)
    announced = profile(version="8", seed=5)
    world.pipeline.announce({"ml.model.name": "credit", "ml.model.version": "8"}, {}, announced.to_json(), 1)
    steps(world, 70, lambda: sender.age(300, mean=46), lambda: newer.age(300, mean=46))
    assert world.reference("age", version="7").kind == "accepted"
    assert world.reference("age", version="8").kind == "announced"


def test_a_later_version_without_a_profile_is_compared_with_what_was_accepted(tmp_path: Path) -> None:
    world = World.of(monitors(tmp_path, WINDOW + "  reference: {learn: {observations: 1000}}"))
    sender = Sender.of(world)
    steps(world, 120, lambda: sender.age(200))
    steps(world, 60, lambda: sender.age(200, mean=50))
    world.pipeline.desk.accept("credit", **BY, now_ns=world.now_ns)
    newer = Sender.of(world, "8")
    steps(world, 70, lambda: newer.age(200, mean=50))
    assert world.status("age", version="8") is State.OK
    assert world.reference("age", version="8").kind == "accepted"
    assert world.reference(None, version="8").accepted_by == "ann"


def test_every_segment_gets_its_own_window(tmp_path: Path) -> None:
    world = World.of(monitors(tmp_path, WINDOW + "  segments: [region]"))
    sender = Sender.of(world)
    steps(world, 60, lambda: sender.age(100, mean=30, region="north"), lambda: sender.age(100, mean=60, region="south"))
    world.pipeline.desk.accept("credit", **BY, now_ns=world.now_ns)
    steps(world, 70, lambda: sender.age(100, mean=30, region="north"), lambda: sender.age(100, mean=30, region="south"))
    assert world.status("age", segment=(("region", "north"),)) is State.OK
    assert world.status("age", segment=(("region", "south"),)) is State.DRIFT


def test_what_was_accepted_muted_and_done_survives_a_restart(world: World, tmp_path: Path) -> None:
    sender = sender_of(world)
    steps(world, 60, lambda: sender.age(300, mean=46), lambda: sender.plan({"a": 9, "b": 9, "c": 9}))
    desk = world.pipeline.desk
    desk.accept("credit", "age", **BY, now_ns=world.now_ns)
    desk.mute("credit", "plan", world.now_ns + 3600 * SECOND, **BY, now_ns=world.now_ns)
    saved = world.pipeline.snapshot()
    names = ("references", "verdicts", "lives", "actions")
    again = World.of(monitors(tmp_path, WINDOW + "  reference: {profile: credit.profile.json}"))
    again.pipeline.restore({**saved, **{name: json.loads(json.dumps(saved[name])) for name in names}})
    again.now = world.now + 100
    other = sender_of(again)
    steps(again, 60, lambda: other.age(300, mean=46), lambda: other.plan({"a": 90}))
    assert again.reference("age").accepted_by == "ann"
    assert again.status("age") is State.OK
    assert again.status("plan") is State.MUTED
    assert [each.action for each in again.pipeline.desk.actions("credit")] == ["accepted", "muted"]


def test_a_mute_hushes_says_who_and_why_and_ends_by_itself(world: World) -> None:
    sender = sender_of(world)
    steps(world, 60, lambda: sender.age(300))
    world.pipeline.desk.mute("credit", None, world.now_ns + 60 * SECOND, **BY, now_ns=world.now_ns)
    steps(world, 60, lambda: sender.age(300, mean=46))
    assert (world.status(), world.status("age")) == (State.MUTED, State.MUTED)
    assert world.finding("age").level is None
    assert "muted by ann until 2027-01-15 08:02 UTC, new product" in world.finding("age").why
    steps(world, 40, lambda: sender.age(300, mean=46))
    assert world.status("age") is State.MUTED, "its window still holds a part of it"
    steps(world, 20, lambda: sender.age(300, mean=46))
    assert world.status("age") is State.DRIFT


def test_unmuted_is_judged_at_once_and_a_field_can_be_muted_alone(world: World) -> None:
    sender = sender_of(world)
    steps(world, 60, lambda: sender.age(300, mean=46), lambda: sender.plan({"a": 90}))
    desk = world.pipeline.desk
    desk.mute("credit", "age", world.now_ns + 3600 * SECOND, **BY, now_ns=world.now_ns)
    steps(world, 10, lambda: sender.age(300, mean=46))
    assert (world.status("age"), world.status("plan")) == (State.MUTED, State.DRIFT)
    with pytest.raises(ActionError, match="field 'plan' of credit is not muted"):
        desk.unmute("credit", "plan", by="ann", reason="", now_ns=world.now_ns)
    assert desk.unmute("credit", "age", by="ann", reason="", now_ns=world.now_ns) == 1
    steps(world, 10, lambda: sender.age(300, mean=46))
    assert world.status("age") is State.DRIFT


def test_nothing_is_learned_while_muted(tmp_path: Path) -> None:
    world = World.of(monitors(tmp_path, WINDOW + "  reference: {learn: {observations: 3000}}"))
    sender = Sender.of(world)
    steps(world, 50, lambda: sender.age(100))
    world.pipeline.desk.mute("credit", None, world.now_ns + 600 * SECOND, **BY, now_ns=world.now_ns)
    steps(world, 300, lambda: sender.age(100, mean=60))
    learned = world.pipeline.snapshot()["references"]["learned"][0]["learned"]["fields"]["age"]
    assert sum(sum(counts) for _, counts in learned["binned"]) == 500


def test_what_cannot_be_done_says_what_can(world: World) -> None:
    desk, now = world.pipeline.desk, world.now_ns
    with pytest.raises(UnknownModelError, match="no model is called 'fraud'; known here: credit"):
        desk.accept("fraud", **BY, now_ns=now)
    with pytest.raises(ActionError, match="the window of credit is empty"):
        desk.accept("credit", **BY, now_ns=now)
    sender = sender_of(world)
    sender.age(10)
    with pytest.raises(UnknownModelError, match="credit has no field 'aeg'; it has: age"):
        desk.accept("credit", "aeg", **BY, now_ns=now)
    for until in (now, now + 400 * 86_400 * SECOND):
        with pytest.raises(ActionError, match="up to 366 days"):
            desk.mute("credit", None, until, **BY, now_ns=now)
    desk.mute("credit", None, now + SECOND, **BY, now_ns=now)
    with pytest.raises(ActionError, match="the whole model is, unmute it without a field"):
        desk.unmute("credit", "age", by="ann", reason="", now_ns=now)


def test_what_is_in_force_is_listed_field_by_field(world: World) -> None:
    sender = sender_of(world)
    sender.age(100)
    sender.plan({"a": 5}, name="unknown")
    found = {each.field: each for each in world.pipeline.desk.in_force("credit", world.now_ns)}
    assert found["age"].identity == Identity("credit", "7")
    assert (age := found["age"].reference) is not None
    assert age.kind == "declared"
    assert found["unknown"].reference is None
