"""Performance of live scores before any outcome: each look, each identity whose reference holds what came of them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from driftline.processors.findings import Performance
from driftline.processors.profile import Profile
from driftline.semconv import PerformanceKind
from tests.processors.pipeline.world import START, Sender, World, like, monitors
from tests.processors.statistics.performance.holding import holds

WINDOW = "  window: {length: 1m, every: 10s}"
ROWS = 4000


@cache
def scored(outcomes: bool = True) -> Profile:
    random = np.random.default_rng(40)
    scores = random.beta(1, 1.3, 20_000)
    table = {"income": random.normal(size=20_000), "score": scores, "prediction": np.where(scores > 0.5, "1", "0")}
    if outcomes:
        table["outcome"] = np.where(random.random(20_000) < scores, "1", "0")
    return Profile.from_table(table, model="credit", version="7")


def _world(folder: Path, spec: str = WINDOW, known: Profile | None = None) -> World:
    known = known or scored()
    known.save(folder / "credit.json")
    return World.of(monitors(folder, f"{spec}\n  reference: {{profile: credit.json}}"))


def _scores(world: World, towards: float = 1.0, rows: int = ROWS, **segment: str) -> np.ndarray:
    sender = Sender.of(world, **segment)
    values = np.random.default_rng(41).beta(towards, 1.3, rows)
    sender = replace(sender, bounds=like(scored(), "score"))
    sender.histogram(values, **{"ml.field.name": "score", "ml.field.role": "score"})
    return values


def _look(world: World) -> list[Performance]:
    world.now += 10
    return [each for each in world.pipeline.evaluate(world.now_ns) if isinstance(each, Performance)]


def test_a_look_estimates_what_outcomes_will_show(tmp_path: Path) -> None:
    world = _world(tmp_path)
    values = _scores(world, towards=2.0)
    (found,) = _look(world)
    assert (found.kind, found.task, found.window.observations) == (PerformanceKind.ESTIMATED, "binary", ROWS)
    assert found.reference is not None
    assert found.reference.id == scored().id
    assert found.outcomes is None
    accuracy = next(each for each in found.figures if each.metric == "accuracy")
    assert accuracy.value == pytest.approx(np.maximum(values, 1 - values).mean(), abs=0.01)
    assert holds(accuracy, accuracy.value)
    assert "a score means what it meant" in found.assumptions[0]
    assert "4,000 scores and 20,000 outcomes" in found.why
    assert " true positives, " in found.why


def test_each_segment_has_its_own_estimate(tmp_path: Path) -> None:
    world = _world(tmp_path, f"{WINDOW}\n  segments: [region]")
    _scores(world, region="north")
    assert [each.identity.segment for each in _look(world)] == [(), (("region", "north"),)]


def test_without_outcomes_in_the_reference_nothing_is_estimated(tmp_path: Path) -> None:
    world = _world(tmp_path, known=scored(outcomes=False))
    _scores(world)
    assert _look(world) == []


def test_too_few_predictions_are_not_estimated(tmp_path: Path) -> None:
    world = _world(tmp_path)
    _scores(world, rows=29)
    assert _look(world) == []


def test_a_floor_that_will_surely_be_missed_is_said_so(tmp_path: Path) -> None:
    world = _world(tmp_path, f"{WINDOW}\n  performance: {{minimum: {{roc_auc: 0.99}}, metrics: [roc_auc, recall]}}")
    _scores(world)
    (found,) = _look(world)
    assert {each.metric: each.violated for each in found.figures} == {"recall": None, "roc_auc": True}
    assert "will surely be under its limit 0.99" in found.why


def test_within_an_exclusion_no_estimate_alarms(tmp_path: Path) -> None:
    hush = "  exclusions: [{from: 2020-01-01T00:00:00Z, to: 2040-01-01T00:00:00Z, reason: sale}]"
    world = _world(tmp_path, f"{WINDOW}\n{hush}\n  performance: {{minimum: {{roc_auc: 0.99}}}}")
    _scores(world)
    (found,) = _look(world)
    assert not found.violated


def test_a_feature_in_drift_puts_the_estimate_in_doubt(tmp_path: Path) -> None:
    world = _world(tmp_path)
    _scores(world)
    sender = replace(Sender.of(world), bounds=like(scored(), "income"))
    sender.histogram(np.full(ROWS, 3.0), **{"ml.field.name": "income", "ml.field.role": "feature"})
    (found,) = _look(world)
    assert "in doubt while income drift" in found.why


def test_an_announced_profile_estimates_too(tmp_path: Path) -> None:
    world = World.of()
    named = {"ml.model.name": "credit", "ml.model.version": "7"}
    world.pipeline.announce(named, {}, scored().to_json(), START)
    _scores(world)
    assert len(_look(world)) == 1
