"""References that are made of a model's own traffic: its past, its champion, the rest of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from driftline.processors.findings import State
from driftline.processors.pipeline.history import FieldHistory
from driftline.processors.pipeline.seasonal import Seasonal
from driftline.processors.windows import FieldWindow
from tests.processors.pipeline.world import EVERY, SECOND, START, Segment, Sender, World, monitors

WINDOW = "  window: {length: 1m, every: 10s}\n"
HOUR = 3600 * SECOND
BERLIN = ZoneInfo("Europe/Berlin")


def steps(world: World, seconds: float, *each: Callable[[], None]) -> None:
    end = world.now + seconds
    while world.now < end:
        for send in each:
            send()
        world.now += EVERY
        world.look()


def kind(world: World, name: str = "age", **identity: Segment | str) -> str | None:
    reference = world.finding(name, **identity).reference
    return reference.kind if reference else None


# --- trailing


def test_a_trailing_reference_warms_up_for_ten_windows_and_then_follows_behind_the_window(tmp_path: Path) -> None:
    world = World.of(monitors(tmp_path, WINDOW + "  reference: {trailing: {length: 20m}}"))
    sender = Sender.of(world)
    steps(world, 600, lambda: sender.age(50))
    assert world.status("age") is State.WARMING_UP
    assert "does not reach back 600 s" in world.finding("age").why
    steps(world, 100, lambda: sender.age(50))
    assert world.status("age") is State.OK
    reference = world.finding("age").reference
    assert reference is not None
    assert reference.kind == "trailing"
    assert reference.observations == pytest.approx(640 / EVERY * 50, abs=150)
    assert 60 <= reference.age_seconds <= 130, "what it ends with is as old as the window is long"
    first = reference.id
    steps(world, 40, lambda: sender.age(50))
    again = world.finding("age").reference
    assert again is not None
    assert again.id != first, "a block has joined"


@pytest.mark.parametrize(
    ("window", "length", "block"),
    [("{length: 30s, every: 10s}", "24m", 30), ("{length: 20s, every: 10s}", "60s", 10)],
)
def test_a_trailing_reference_says_nothing_before_its_blocks_tell_how_the_traffic_scatters(
    tmp_path: Path, window: str, length: str, block: int
) -> None:
    world = World.of(monitors(tmp_path, f"  window: {window}\n  reference: {{trailing: {{length: {length}}}}}"))
    sender, random = Sender.of(world), np.random.default_rng(4)

    def wavering() -> None:
        sender.age(200, mean=40 + 2 * random.normal())

    steps(world, 20 * block, wavering)
    assert world.status("age") is State.WARMING_UP
    assert f"with traffic in 20 blocks of {block} s" in world.finding("age").why
    steps(world, 5 * block + 60, wavering)
    assert world.status("age") is not State.WARMING_UP
    [psi] = [each for each in world.finding("age").statistics if each.name == "psi"]
    found = world.finding("age")
    assert found.reference is not None
    sides = found.window.observations, found.reference.observations
    assert psi.limit is not None
    assert psi.limit > 100 * sum(1 / side for side in sides), "three times that of independent rows"


def test_no_pane_of_a_trailing_reference_is_in_the_window(tmp_path: Path) -> None:
    world = World.of(monitors(tmp_path, WINDOW + "  reference: {trailing: {length: 6m}}"))
    sender = Sender.of(world)
    sent = 0
    for _ in range(70):
        sender.age(10)
        sent += 10
        world.now += EVERY
        world.look()
        found = world.finding("age")
        if found.reference is not None:
            assert found.reference.observations <= min(sent - found.window.observations, 360)
    assert world.finding("age").reference is not None


def test_drift_alarms_and_then_ages_into_a_trailing_reference(tmp_path: Path) -> None:
    world = World.of(monitors(tmp_path, WINDOW + "  reference: {trailing: {length: 6m}}"))
    sender = Sender.of(world)
    steps(world, 480, lambda: sender.age(100))
    assert world.status() is State.OK
    steps(world, 60, lambda: sender.age(100, mean=55))
    assert world.status("age") is State.DRIFT
    steps(world, 480, lambda: sender.age(100, mean=55))
    assert world.status("age") is State.OK


def test_a_new_version_is_tested_against_the_past_of_its_model(tmp_path: Path) -> None:
    world = World.of(monitors(tmp_path, WINDOW + "  reference: {trailing: {length: 6m}}"))
    sender = Sender.of(world)
    steps(world, 480, lambda: sender.age(100))
    newer = Sender.of(world, "8")
    steps(world, 60, lambda: newer.age(100, mean=55))
    assert world.status("age", version="8") is State.DRIFT


@pytest.mark.parametrize("reference", ["{trailing: {length: 6m}}", "{seasonal: {period: 10m}}"])
def test_the_past_survives_a_restart(tmp_path: Path, reference: str) -> None:
    configured = monitors(tmp_path, WINDOW + f"  reference: {reference}")
    world = World.of(configured)
    sender = Sender.of(world)
    steps(world, 900, lambda: sender.age(100), lambda: sender.plan({"a": 50, "b": 50}))
    assert world.status() is State.OK
    before = {name: world.finding(name).reference for name in ("age", "plan")}
    saved = world.pipeline.snapshot()
    documents = {name: value for name, value in saved.items() if name in {"references", "verdicts", "lives", "actions"}}
    again = World.of(configured)
    again.pipeline.restore({**saved, **json.loads(json.dumps(documents))})
    again.now = world.now
    other = Sender.of(again)
    steps(again, 60, lambda: other.age(100), lambda: other.plan({"a": 50, "b": 50}))
    for name, was in before.items():
        now = again.finding(name).reference
        assert was is not None
        assert now is not None, name
        assert now.kind == was.kind
        assert now.observations > was.observations * 0.8
    assert again.status("age") is State.OK
    steps(again, 60, lambda: other.age(100, mean=55))
    assert again.status("age") is State.DRIFT


@pytest.mark.parametrize("reference", ["{trailing: {length: 8m}}", "{seasonal: {period: 3m}}"])
def test_a_past_that_wavers_raises_the_limit_beyond_what_rows_alone_ask_for(tmp_path: Path, reference: str) -> None:
    steady, wavering = (limit_after(tmp_path, reference, step) for step in (0.0, 6.0))
    assert wavering > 3 * steady


def limit_after(folder: Path, reference: str, step: float) -> float:
    """The limit of `psi` after ten minutes, where the mean of each pane is off by `step` on average."""
    world = World.of(monitors(folder, WINDOW + f"  reference: {reference}"))
    sender, random = Sender.of(world), np.random.default_rng(2)
    steps(world, 600, lambda: sender.age(100, mean=40 + step * random.normal()))
    limits = [each.limit for each in world.finding("age").statistics if each.name == "psi"]
    assert limits[0] is not None
    return limits[0]


# --- seasonal


def test_a_seasonal_reference_knows_the_time_of_the_period(tmp_path: Path) -> None:
    period = 600
    world = World.of(monitors(tmp_path, WINDOW + f"  reference: {{seasonal: {{period: {period // 60}m}}}}"))
    sender = Sender.of(world)

    def wave() -> None:
        sender.age(80, mean=40 + 10 * np.sin(2 * np.pi * world.now / period))

    steps(world, period, wave)
    assert world.status("age") is State.WARMING_UP
    assert "not yet seen at this phase" in world.finding("age").why
    steps(world, 200, wave)
    statuses = set()
    for _ in range(period // EVERY):
        steps(world, EVERY, wave)
        statuses.add(world.status("age"))
    assert statuses <= {State.OK, State.NOT_ENOUGH_SAMPLES}, "the wave is no drift, and at first too little past"
    assert State.OK in statuses
    steps(world, 80, lambda: sender.age(80, mean=40 + 8 + 10 * np.sin(2 * np.pi * world.now / period)))
    assert world.status("age") is State.DRIFT


def test_drift_does_not_enter_a_seasonal_reference_and_accepting_it_starts_the_past_anew(tmp_path: Path) -> None:
    period = 600
    world = World.of(monitors(tmp_path, WINDOW + "  reference: {seasonal: {period: 10m}}"))
    sender = Sender.of(world)
    steps(world, period + 200, lambda: sender.age(60))
    steps(world, 60, lambda: sender.age(60, mean=55))
    before = world.finding("age").reference
    assert before is not None
    steps(world, 2 * period, lambda: sender.age(60, mean=55))
    after = world.finding("age").reference
    assert after is not None
    assert world.status("age") is State.DRIFT, "still, two periods later"
    assert after.age_seconds - before.age_seconds > 2 * period - 120, "nothing has joined since"
    accepted = world.pipeline.desk.accept("credit", by="ann", reason="new customers", now_ns=world.now_ns)
    assert (dict(accepted.fields), accepted.restarted) == ({}, ("age",))
    steps(world, period, lambda: sender.age(60, mean=55))
    assert world.status("age") is State.WARMING_UP
    steps(world, 150, lambda: sender.age(60, mean=55))
    assert world.status("age") is State.OK


def local(day: str, clock: str, fold: int = 0) -> int:
    moment = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=BERLIN, fold=fold)
    return round(moment.timestamp()) * SECOND


def pane(at_ns: int) -> FieldWindow:
    return FieldWindow("plan", "feature", categories={"a": 1}, start_ns=at_ns, end_ns=at_ns + 60 * SECOND)


@pytest.mark.parametrize(("before", "after"), [("2026-03-28", "2026-03-30"), ("2026-10-24", "2026-10-26")])
def test_a_day_keeps_to_the_clock_on_the_wall_over_both_changes_of_summer_time(before: str, after: str) -> None:
    day = Seasonal(24 * HOUR, "Europe/Berlin", 300 * SECOND, 60 * SECOND)
    for clock in ("00:00:00", "09:15:00", "23:45:00"):
        slots = [day.place(pane(local(each, clock))) for each in (before, after)]
        assert slots[0][0] % day.phases == slots[1][0] % day.phases
        assert slots[1][1] - slots[0][1] == 2, "two days later"
    utc = Seasonal(24 * HOUR, "UTC", 300 * SECOND, 60 * SECOND)
    assert len({utc.place(pane(local(each, "09:15:00")))[0] % 48 for each in (before, after)}) == 2


def test_the_hour_that_comes_twice_is_one_phase_and_its_second_time_is_not_compared_with_its_first() -> None:
    day = Seasonal(24 * HOUR, "Europe/Berlin", 300 * SECOND, 60 * SECOND)
    first, second = local("2026-10-25", "02:10:00"), local("2026-10-25", "02:10:00", fold=1)
    assert second - first == HOUR
    assert day.place(pane(first)) == day.place(pane(second))
    history = FieldHistory("feature", day.slots)
    for at in (first, second):
        history.add(*day.place(pane(at)), pane(at))
    assert not history.before(second).any(), "the slot ends with the second time"


def test_the_hour_that_is_left_out_leaves_its_phases_empty() -> None:
    day = Seasonal(24 * HOUR, "Europe/Berlin", 300 * SECOND, 60 * SECOND)
    midnight = local("2026-03-29", "00:00:00")
    phases = {day.place(pane(midnight + minute * 60 * SECOND))[0] % 48 for minute in range(23 * 60)}
    assert phases == set(range(48)) - {4, 5}


def test_a_window_lies_between_two_phases_by_how_near_it_is() -> None:
    day = Seasonal(24 * HOUR, "UTC", 225 * SECOND, SECOND)
    noon = START - START % (24 * HOUR) + 12 * HOUR
    middle = day.weights(day.view(noon + 900 * SECOND - 112 * SECOND, noon + 900 * SECOND + 113 * SECOND, 0))
    edge = day.weights(day.view(noon - 225 * SECOND, noon + 225 * SECOND, 0))
    assert middle[24] > 0.85
    assert edge[23] == pytest.approx(edge[24])
    assert middle.sum() == pytest.approx(1)


def test_a_week_has_phases_of_two_hours_and_repeats_on_its_weekday() -> None:
    week = Seasonal(7 * 24 * HOUR, "Europe/Berlin", 300 * SECOND, 60 * SECOND)
    assert (week.phases, week.phase_ns) == (84, 2 * HOUR)
    monday, next_monday = (week.place(pane(local(each, "09:15:00")))[0] % 84 for each in ("2026-10-19", "2026-10-26"))
    assert monday == next_monday


# --- beside


def test_a_challenger_is_compared_with_the_champion_of_the_same_time(tmp_path: Path) -> None:
    world = World.of(monitors(tmp_path, WINDOW + "  reference: {variant: champion}"))
    champion = Sender.of(world, "7", **{"ml.model.variant": "champion"})
    challenger = Sender.of(world, "8", **{"ml.model.variant": "challenger"})

    def both(mean: float, other: float) -> tuple[Callable[[], None], Callable[[], None]]:
        return lambda: champion.age(200, mean=mean), lambda: challenger.age(200, mean=other)

    steps(world, 100, *both(40, 40))
    assert world.status("age", variant="challenger") is State.OK
    assert kind(world, variant="challenger") == "variant"
    steps(world, 100, *both(55, 55))
    assert world.status("age", variant="challenger") is State.OK, "both moved together"
    steps(world, 100, *both(55, 40))
    assert world.status("age", variant="challenger") is State.DRIFT
    assert kind(world, variant="champion") in {None, "learned"}, "the champion has its own reference"
    steps(world, 100, lambda: challenger.age(200))
    assert world.status("age", variant="challenger") is State.NO_REFERENCE, "no champion is no good news"


def test_a_segment_is_compared_with_the_rest_of_the_traffic(tmp_path: Path) -> None:
    text = WINDOW + "  segments: [region]\n  reference: {rest: {}}"
    world = World.of(monitors(tmp_path, text))
    sender = Sender.of(world)
    north, south = (("region", "north"),), (("region", "south"),)

    def send(mean: float) -> None:
        sender.age(150, mean=40, region="north")
        sender.age(150, mean=40, region="east")
        sender.age(100, mean=mean, region="south")
        sender.plan({"a": 20, "b": 20}, region="south")
        sender.plan({"a": 30, "b": 30}, region="north")

    steps(world, 100, lambda: send(40))
    found = world.finding("age", segment=south)
    assert (found.status, kind(world, segment=south)) == (State.OK, "rest")
    assert (found.window.observations, world.reference("age", segment=south).observations) == (500, 1500)
    assert world.reference("plan", segment=south).observations == 300
    steps(world, 100, lambda: send(50))
    assert world.status("age", segment=south) is State.DRIFT
    assert world.status("plan", segment=south) is State.OK
    assert kind(world) in {None, "learned"}, "the whole has its own reference"
    assert world.status("age", segment=north) is State.DRIFT, "the rest of the north holds the south"
