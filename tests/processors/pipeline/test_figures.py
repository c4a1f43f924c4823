"""A field in drift says by how much its figures changed; the others are not asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftline.processors.findings import State
from tests.processors.pipeline.world import EVERY, Sender, World, like, monitors, profile


def test_a_field_in_drift_says_what_changed_and_the_others_say_nothing(tmp_path: Path) -> None:
    profile().save(tmp_path / "credit.profile.json")
    spec = "  window: {length: 1m, every: 10s}\n  reference: {profile: credit.profile.json}"
    world = World.of(monitors(tmp_path, spec))
    sender = Sender.of(world, "7")
    sender.bounds = like(profile())
    for _ in range(7):
        sender.age(400, mean=46)
        sender.plan({"a": 40, "b": 40, "c": 40})
        world.now += EVERY
        world.look()
    age = world.finding("age")
    assert age.status is State.DRIFT
    found = {change.name: change for change in age.changes}
    assert set(found) == {"mean", "variance", "p10", "p25", "p50", "p75", "p90", "missing"}
    assert found["mean"].value == pytest.approx(6, abs=0.8)
    assert 0 < found["mean"].lower < found["mean"].value < found["mean"].upper
    assert found["missing"].lower <= 0 <= found["missing"].upper
    assert world.finding("plan").changes == ()
    assert world.finding(None).changes == ()
