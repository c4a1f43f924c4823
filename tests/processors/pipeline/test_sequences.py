"""Sequential detectors from points to findings: what they find, what they leave alone, what a restart keeps."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from driftline.processors.documents import DocumentError
from driftline.processors.findings import Finding, State
from driftline.processors.monitor import MonitorSet
from driftline.processors.pipeline import Pipeline
from tests.processors.pipeline.world import EVERY, START, Sender, World, like, monitors, profile

SEQUENTIAL = ["cusum", "page_hinkley", "adwin", "e_process"]
WINDOW = "  window: {length: 1m, every: 10s}\n"


def watched(folder: Path, detectors: str, more: str = "") -> MonitorSet:
    """A monitor of a model whose profile is declared."""
    profile().save(folder / "credit.profile.json")
    drift = f"  drift: {{falseAlarms: 1 per 1d, detectors: [{detectors}]}}\n"
    return monitors(folder, f"{drift}{WINDOW}  reference: {{profile: credit.profile.json}}\n{more}")


def run(world: World, sender: Sender, looks: int, mean: float, plan: dict[str, int] | None = None) -> list[Finding]:
    """Ten people a pane; the findings of the field at each look."""
    found = []
    for _ in range(looks):
        sender.age(10, mean)
        sender.plan(plan or {"a": 4, "b": 3, "c": 3})
        world.now += EVERY
        world.look()
        found.append(world.finding("age"))
    return found


def world_of(folder: Path, detectors: str, more: str = "") -> tuple[World, Sender]:
    world = World.of(watched(folder, detectors, more))
    world.now = 1
    sender = Sender.of(world)
    sender.bounds = like(profile())
    return world, sender


def limits(finding: Finding) -> dict[str, float]:
    return {each.name: each.limit for each in finding.statistics if each.limit is not None}


@pytest.mark.parametrize("detector", SEQUENTIAL)
def test_each_detector_finds_a_shift_and_sees_it_heal(tmp_path: Path, detector: str) -> None:
    world, sender = world_of(tmp_path, detector)
    before = run(world, sender, 15, 40)
    assert {each.status for each in before} == {State.OK}
    during = run(world, sender, 15, 50)
    assert during[-1].status is State.DRIFT
    assert during[-1].decided_by == detector
    assert during[-1].level is not None
    assert during[-1].level > 1
    assert f"{detector}" in during[-1].why
    assert run(world, sender, 150, 40)[-1].status is State.OK


def test_without_the_window_among_the_detectors_its_statistics_have_no_limit(tmp_path: Path) -> None:
    world, sender = world_of(tmp_path, "cusum")
    shown = run(world, sender, 3, 40)[-1]
    assert set(limits(shown)) == {"cusum"}
    assert {"psi", "ks"} <= {each.name for each in shown.statistics}


def test_the_window_and_a_chart_share_the_budget(tmp_path: Path) -> None:
    world, sender = world_of(tmp_path, "window")
    alone = limits(run(world, sender, 12, 40)[-1])
    world, sender = world_of(tmp_path, "window, cusum")
    both = limits(run(world, sender, 12, 40)[-1])
    assert set(both) == {*alone, "cusum"}
    assert both["psi"] > alone["psi"]


def test_a_field_that_is_not_enabled_is_shown_without_charts(tmp_path: Path) -> None:
    world, sender = world_of(tmp_path, "cusum", "  fields: [{name: age, drift: {enabled: false}}]\n")
    muted = run(world, sender, 40, 60)[-1]
    assert muted.status is State.MUTED
    assert limits(muted) == {}


def test_categories_are_watched_with_one_for_all_that_the_reference_does_not_name(tmp_path: Path) -> None:
    world, sender = world_of(tmp_path, "cusum")
    run(world, sender, 10, 40)
    assert world.finding("plan").status is State.OK
    run(world, sender, 15, 40, {"a": 4, "b": 3, "c": 1, "new": 2})
    assert world.finding("plan").status is State.DRIFT


def test_panes_of_an_exclusion_count_towards_nothing(tmp_path: Path) -> None:
    begin, end = (np.datetime64(START // 10**9 + second, "s") for second in (100, 500))
    excluded = f"  exclusions: [{{from: {begin}Z, to: {end}Z, reason: campaign}}]\n"
    world, sender = world_of(tmp_path, "cusum", excluded)
    run(world, sender, 10, 40)
    during = run(world, sender, 38, 60)
    assert {each.status for each in during[1:]} == {State.MUTED}
    assert {each.status for each in run(world, sender, 20, 40)[9:]} == {State.OK}


def test_a_restart_neither_forgets_a_chart_nor_counts_a_pane_twice(tmp_path: Path) -> None:
    def score(world: World) -> dict[str, float]:
        return {each.name: each.score for each in world.finding("age").statistics if each.name in SEQUENTIAL}

    world, sender = world_of(tmp_path, ", ".join(SEQUENTIAL))
    run(world, sender, 20, 44)
    saved = world.pipeline.snapshot()
    saved["sequences"] = json.loads(json.dumps(saved["sequences"]))
    again = World(Pipeline(watched(tmp_path, ", ".join(SEQUENTIAL)), started_ns=START), world.health, world.now)
    again.pipeline.restore(saved)
    sender.world = again
    sender._streams.clear()
    run(again, sender, 1, 44)
    run(again, sender, 1, 44)
    kept = score(again)
    assert set(kept) == set(SEQUENTIAL)
    fresh, another = world_of(tmp_path, ", ".join(SEQUENTIAL))
    run(fresh, another, 2, 44)
    assert kept["cusum"] > 2 * score(fresh)["cusum"]
    assert len(again.pipeline.snapshot()["sequences"]["standing"]) == 2


def test_a_reference_that_moves_with_the_traffic_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="needs a reference that stays, and `trailing` moves"):
        monitors(tmp_path, "  drift: {detectors: [window, cusum]}\n  reference: {trailing: {length: 1d}}\n")
    with pytest.raises(DocumentError, match="`cusum` is named twice"):
        monitors(tmp_path, "  drift: {detectors: [cusum, cusum]}\n")


@pytest.mark.parametrize(("learned", "said"), [(20, State.NOT_ENOUGH_SAMPLES), (2_000, State.OK)])
def test_a_chart_that_nothing_could_bring_over_its_limit_is_not_called_ok(
    tmp_path: Path, learned: int, said: State
) -> None:
    drift = "  drift: {falseAlarms: 1 per 30d, detectors: [cusum]}\n"
    world = World.of(monitors(tmp_path, f"{drift}{WINDOW}  reference: {{learn: {{observations: {learned}}}}}"))
    sender = Sender.of(world)
    for _ in range(12):
        sender.age(learned // 10)
        world.now += EVERY
        world.look()
    found = run(world, sender, 12, 40)[-1]
    assert found.status is said
    assert ("take a larger reference" in found.why) is (said is State.NOT_ENOUGH_SAMPLES)
    assert ("cusum" in limits(found)) is (said is State.OK)
