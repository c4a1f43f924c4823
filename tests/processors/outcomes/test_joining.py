"""Outcomes meet their predictions in any order, any number of times, and every one is counted for what it is."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftline.processors.findings import Identity
from driftline.processors.monitor import Spec
from driftline.processors.outcomes import OutcomesError, Proved
from driftline.semconv import PerformanceKind, metrics
from driftline.semconv.sampling import sampled
from tests.processors.outcomes.world import CREDIT, HOUR, SECOND, T0, World, figures, known, made, spec_of


def test_an_outcome_meets_its_prediction_whichever_comes_first() -> None:
    world = World(now_ns=T0 + HOUR - 1)
    assert world.predict(made("a")) == {"accepted": 1}
    assert world.prove(known("a"), known("b")) == {"joined": 1, "orphan": 1}
    assert world.predict(made("b", "0")) == {"accepted": 1}
    assert world.counted() == {"joined": 2, "orphan": 1}
    assert figures(world.measure()["provisional"])["accuracy"] == 0.5


def test_telling_again_changes_nothing_and_a_later_other_value_corrects() -> None:
    world = World()
    world.predict(made("a"))
    assert world.predict(made("a", "0")) == {"duplicate": 1}
    assert world.prove(known("a")) == {"joined": 1}
    assert world.prove(known("a")) == {"duplicate": 1}
    assert figures(world.measure()["realized"])["accuracy"] == 1
    assert world.prove(known("a", "0", at=T0 + 2 * HOUR)) == {"corrected": 1}
    assert figures(world.measure()["realized"])["accuracy"] == 0
    assert world.prove(known("a", "1", at=T0 + HOUR)) == {"duplicate": 1}, "an earlier one was superseded"
    assert figures(world.measure()["realized"])["accuracy"] == 0


def test_a_value_told_again_later_stands_against_one_in_between() -> None:
    world = World()
    world.predict(made("a"))
    world.prove(known("a", "1", at=T0 + 1), known("a", "1", at=T0 + 3), known("a", "0", at=T0 + 2))
    assert figures(world.measure()["realized"])["accuracy"] == 1


def test_an_outcome_that_names_its_model_goes_before_one_that_names_none() -> None:
    fraud = Identity("fraud")
    world = World()
    world.predict(made("order"), made("order", "0", identity=fraud))
    assert world.prove(known("order", "1")) == {"joined": 1}
    assert figures(world.measure()["realized"])["accuracy"] == 1
    assert figures(world.measure(fraud)["realized"])["accuracy"] == 0
    assert world.prove(known("order", "0", model="fraud")) == {"corrected": 1}
    assert figures(world.measure()["realized"])["accuracy"] == 1
    assert figures(world.measure(fraud)["realized"])["accuracy"] == 1
    assert world.prove(known("order", "0", at=T0 + 2 * HOUR)) == {"corrected": 1}, "for credit alone"
    assert figures(world.measure()["realized"])["accuracy"] == 0


def test_champion_and_challenger_share_an_outcome() -> None:
    challenger = replace(CREDIT, version="8", variant="challenger")
    world = World()
    world.predict(made("a", "1"), made("a", "0", identity=challenger))
    world.prove(known("a", "1", model="credit"))
    assert figures(world.measure()["realized"])["accuracy"] == 1
    assert figures(world.measure(challenger)["realized"])["accuracy"] == 0


def test_figures_are_by_the_time_of_prediction_and_turn_final() -> None:
    world = World(now_ns=T0 + HOUR)
    world.predict(*(made(f"old-{row}", at=T0 + row) for row in range(20)))
    world.prove(*(known(f"old-{row}") for row in range(18)))
    provisional = world.measure()["provisional"]
    assert (provisional.coverage, provisional.outcomes) == (0.9, 18)
    assert (provisional.window.start_ns, provisional.window.end_ns) == (T0, T0 + HOUR)
    assert "final at 95% of outcomes, or 10h after" in provisional.why
    world.prove(known("old-18"))
    assert world.measure()["realized"].coverage == 0.95
    world.now_ns += HOUR
    world.predict(*(made(f"new-{row}", at=T0 + HOUR + row) for row in range(20)))
    world.prove(known("new-1"))
    both = world.measure()
    assert both["realized"].window.start_ns == T0
    assert both["provisional"].coverage == 0.05


def test_a_cohort_is_final_by_age_without_all_its_outcomes_and_a_late_one_restates_it() -> None:
    world = World()
    world.predict(made("a"), made("b"))
    world.prove(known("a"))
    assert set(world.measure()) == {"provisional"}
    world.now_ns = T0 + 11 * HOUR
    final = world.measure()["realized"]
    assert (final.coverage, figures(final)["accuracy"]) == (0.5, 1)
    assert world.prove(known("b", "0")) == {"late": 1}
    assert figures(world.measure()["realized"])["accuracy"] == 0.5


def test_a_model_without_any_outcome_is_not_spoken_of_and_one_whose_outcomes_stopped_is() -> None:
    world = World()
    world.predict(made("a"))
    assert world.measure() == {}
    world.prove(known("a"))
    world.now_ns = T0 + 30 * HOUR
    world.predict(made("b", at=T0 + 15 * HOUR))
    silent = world.measure()["realized"]
    assert (silent.coverage, silent.figures) == (0.0, ())


def test_every_final_cohort_is_settled_where_an_objective_stands_on_outcomes() -> None:
    spec = spec_of()
    right = {"name": "right", "objective": 90, "sli": {"performance": {"metric": "accuracy", "minimum": 0.8}}}
    promised = Spec.model_validate({"performance": spec.performance, "slos": [right]})
    for world, starts in ((World(spec=promised), [0, 1, 3]), (World(spec=spec), [3])):
        world.now_ns = T0 + 4 * HOUR
        world.predict(*(made(f"{hour}", at=T0 + hour * HOUR) for hour in range(4)))
        world.prove(*(known(f"{hour}") for hour in (0, 1, 3)))
        world.measure()
        settled = world.outcomes.settled()
        assert sorted((one.window.start_ns - T0) // HOUR for one in settled if not one.identity.segment) == starts
        assert {one.kind for one in settled} == {PerformanceKind.REALIZED}


def test_segments_are_measured_beside_the_whole() -> None:
    world = World()
    eu, us = (replace(CREDIT, segment=(("channel", "web"), ("region", region))) for region in ("eu", "us"))
    world.predict(made("a", "1", identity=eu), made("b", "0", identity=us))
    world.prove(known("a", "1"), known("b", "1"))
    of = {one.identity.segment: figures(one)["accuracy"] for one in world.outcomes.measure(world.now_ns)}
    assert of == {
        (): 0.5,
        (("region", "eu"),): 1.0,
        (("region", "us"),): 0.0,
        (("region", "eu"), ("channel", "web")): 1.0,
        (("region", "us"), ("channel", "web")): 0.0,
    }


def test_an_outcome_whose_prediction_was_not_sampled_waits_for_nothing() -> None:
    world = World()
    ids = [f"order-{row}" for row in range(200)]
    sample = [key for key in ids if sampled(key, 0.25)]
    world.predict(*(made(key, rate=0.25) for key in sample))
    assert world.prove(*map(known, ids)) == {"joined": len(sample), "unsampled": 200 - len(sample)}
    assert world.counted(metrics.DRIFTLINE_OUTCOMES_MATCH_RATE) == {"": 1.0}
    assert world.measure()["realized"].coverage == 1.0


def test_a_cohort_that_is_slow_to_measure_waits_twenty_times_as_long_for_the_next() -> None:
    ticks = itertools.count()
    world = World(timer=lambda: float(next(ticks)))
    world.predict(made("a"), made("b"))
    world.prove(known("a"))
    assert world.measure()["provisional"].outcomes == 1
    world.prove(known("b", "0"))
    world.now_ns += 19 * SECOND
    assert world.measure()["realized"].outcomes == 2, "what turns final does not wait"
    world.prove(known("b", "1", at=T0 + 2 * HOUR))
    assert figures(world.measure()["realized"])["accuracy"] == 0.5
    world.now_ns += 21 * SECOND
    assert figures(world.measure()["realized"])["accuracy"] == 1


def test_a_model_that_samples_is_not_mistaken_for_one_that_does_not() -> None:
    world = World()
    left_out = next(key for key in map(str, range(100)) if not sampled(key, 0.25))
    world.predict(
        made("a", identity=Identity("fraud")), made(next(k for k in map(str, range(99)) if sampled(k, 0.25)), rate=0.25)
    )
    assert world.prove(known(left_out, model="credit")) == {"unsampled": 1}
    assert world.prove(known(left_out, model="fraud")) == {"orphan": 1}
    assert world.prove(known(left_out)) == {"orphan": 1}


def test_forgetting_a_prediction_keeps_what_waits_for_anothers() -> None:
    world = World()
    world.predict(made("a"))
    world.prove(known("a", model="credit"), known("a", model="fraud"))
    world.now_ns += 101 * HOUR - SECOND
    world.prove(known("b"))
    world.outcomes.open().forget({1: T0 + 1})
    assert world.predict(made("a", at=world.now_ns, identity=Identity("fraud"))) == {"accepted": 1}
    assert world.measure(Identity("fraud"))["provisional"].outcomes == 1


def test_what_is_too_old_is_forgotten_of_every_segment() -> None:
    world = World()
    eu, us = (replace(CREDIT, segment=(("region", region),)) for region in ("eu", "us"))
    world.predict(made("a", identity=eu), made("b", identity=us), made("c", at=T0 + HOUR, identity=us))
    world.prove(known("a"), known("b"))
    world.now_ns = T0 + 101 * HOUR
    world.outcomes.tidy(world.now_ns)
    assert world.counted(metrics.DRIFTLINE_OUTCOMES_ROWS) == {"": 1}
    assert world.outcomes.open().outcomes == 0


def test_orphans_lower_the_match_rate_and_expire() -> None:
    world = World()
    world.predict(made("a"))
    world.prove(known("a"), known("b"), known("c"), known("d"))
    assert world.counted(metrics.DRIFTLINE_OUTCOMES_MATCH_RATE) == {"": 0.25}
    world.now_ns += 101 * HOUR
    world.outcomes.tidy(world.now_ns)
    assert world.counted() == {"joined": 1, "orphan": 3, "expired": 3}
    assert world.counted(metrics.DRIFTLINE_OUTCOMES_PREDICTIONS) == {"accepted": 1, "expired": 1}
    assert world.counted(metrics.DRIFTLINE_OUTCOMES_ROWS) == {"": 0}
    assert world.predict(made("a")) == {"expired": 1}
    assert world.prove(known("a")) == {"orphan": 1}


def test_what_cannot_be_joined_is_refused_and_the_rest_is_taken() -> None:
    world = World()
    half = "\ud800"
    predictions = (made(""), made("a", None, None), made("b", at=T0 + 30 * HOUR), made(half), made("c"))
    assert world.predict(*predictions) == {"refused": 4, "accepted": 1}
    outcomes = (known(""), known("c", ""), known("c", at=T0 + 30 * HOUR), known(half), known("c", half), known("c"))
    assert world.prove(*outcomes) == {"refused": 5, "joined": 1}


def test_over_the_limit_the_oldest_cohorts_go_whole_and_the_newest_never() -> None:
    world = World(most_rows=100)
    for hour in range(3):
        world.predict(*(made(f"{hour}-{row}", at=T0 + hour * HOUR - HOUR) for row in range(40)))
        world.prove(*(known(f"{hour}-{row}") for row in range(40)))
    assert [
        one.window.observations for one in world.outcomes.history("credit", world.now_ns) if not one.identity.segment
    ] == [
        40,
        40,
    ]
    assert world.counted(metrics.DRIFTLINE_OUTCOMES_PREDICTIONS) == {"accepted": 120, "expired": 40}
    assert world.predict(*(made(f"x-{row}", at=T0 + HOUR) for row in range(200))) == {"accepted": 60, "refused": 140}
    assert world.counted(metrics.DRIFTLINE_OUTCOMES_ROWS)[""] <= 100


def test_whoever_looks_back_gets_the_newest_cohorts_and_what_stayed_the_same_is_not_measured_again() -> None:
    began: list[None] = []

    def timer() -> float:
        began.append(None)
        return 0.0

    world = World(timer=timer)
    for hour in range(4):
        world.predict(made(str(hour), at=T0 + (hour - 3) * HOUR))
        world.prove(known(str(hour)))

    def newest() -> list[int]:
        held = world.outcomes.history("credit", world.now_ns, 2)
        return [one.window.start_ns for one in held if not one.identity.segment]

    assert newest() == [T0 - HOUR, T0]
    measured = len(began)
    assert newest() == [T0 - HOUR, T0]
    assert len(began) == measured > 0
    world.prove(known("3", "no", at=T0 + 2 * HOUR))
    assert newest() == [T0 - HOUR, T0]
    assert len(began) > measured, "a correction changed it"


def test_a_flood_of_orphans_pushes_out_orphans_alone() -> None:
    world = World(most_rows=100)
    world.predict(*(made(str(row)) for row in range(40)))
    for flood in range(20):
        world.now_ns += SECOND
        world.prove(*(known(f"{flood}-{row}") for row in range(10)))
    assert world.counted(metrics.DRIFTLINE_OUTCOMES_ROWS)[""] <= 100
    assert world.prove(*(known(str(row)) for row in range(40))) == {"joined": 40}


def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    world = World(folder=tmp_path)
    world.predict(*(made(str(row), str(row % 2)) for row in range(30)))
    world.prove(*(known(str(row)) for row in range(40)))
    before = world.measure()
    world.restart()
    assert world.measure() == before
    assert world.counted(metrics.DRIFTLINE_OUTCOMES_MATCH_RATE) == {"": 0.75}
    assert world.prove(known("3")) == {"duplicate": 1}
    assert world.predict(made("35")) == {"accepted": 1}
    assert world.measure()["realized"].outcomes == 31


def test_other_monitors_make_other_cohorts_of_the_same_rows(tmp_path: Path) -> None:
    world = World(folder=tmp_path)
    world.predict(made("a"), made("b", at=T0 + HOUR))
    world.prove(known("a"), known("b"))
    world.spec = spec_of(cohort="2h")
    world.outcomes.reload()
    assert world.measure()["realized"].outcomes == 2


def test_a_store_that_cannot_be_written_takes_nothing_and_says_so(tmp_path: Path) -> None:
    world = World(folder=tmp_path)
    world.predict(made("a"))
    with world.outcomes.open()._engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA query_only=1")
    with pytest.raises(OutcomesError, match="send it again later"):
        world.prove(known("a"))
    assert world.counted() == {}
    assert world.counted(metrics.DRIFTLINE_STATE_ERRORS) == {"": 1}
    with world.outcomes.open()._engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA query_only=0")
    assert world.prove(known("a")) == {"joined": 1}


def test_a_file_that_is_no_store_is_said_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "outcomes.sqlite3").write_bytes(b"no database at all" * 100)
    with pytest.raises(OutcomesError, match="else move it away"):
        World(folder=tmp_path).outcomes.open()


EVENTS = st.lists(
    st.tuples(st.sampled_from("pq"), st.integers(0, 7), st.integers(0, 3), st.integers(0, 5)), max_size=60
)


@settings(max_examples=60, deadline=None)
@given(EVENTS, st.randoms(use_true_random=False), st.integers(1, 9))
def test_no_order_and_no_repetition_changes_a_figure(
    events: list[tuple[str, int, int, int]], shuffled: random.Random, batch: int
) -> None:
    """Of outcomes with one id the times differ, so that the last is one and the same in every order."""
    records: list[Any] = []
    for kind, key, value, at in events:
        if kind == "p":
            records.append(made(str(key), str(key % 2), None, at=T0 + key))
        else:
            records.append(known(str(key), str((value + at) % 2), at=T0 + at * 8 + key))
    told = [one for one in records if isinstance(one, Proved)]
    latest = {one.id: one for one in sorted(told, key=lambda one: one.time_ns)}
    records = [one for one in records if not isinstance(one, Proved) or one.time_ns != latest[one.id].time_ns]
    records += [*latest.values(), *records[: len(records) // 2]]
    shuffled.shuffle(records)
    world = World()
    for start in range(0, len(records), batch):
        some = records[start : start + batch]
        world.prove(*(one for one in some if isinstance(one, Proved)))
        world.predict(*(one for one in some if not isinstance(one, Proved)))
    right = [
        latest[key].value == str(int(key) % 2)
        for key in {one.id for one in records if not isinstance(one, Proved)} & latest.keys()
    ]
    found = world.measure().get("realized") or world.measure().get("provisional")
    if not right:
        assert found is None or found.figures == ()
    else:
        assert found is not None
        assert found.outcomes == len(right)
        assert figures(found)["accuracy"] == pytest.approx(sum(right) / len(right))
