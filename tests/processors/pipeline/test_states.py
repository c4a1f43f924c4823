"""Model states, lives and looks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.findings import Identity, State
from driftline.processors.pipeline.lives import STALE_FOR_NS, Life, Lives
from driftline.processors.pipeline.schedule import Schedule, margin, next_look
from driftline.processors.pipeline.states import model_state

S = State
SEVEN, EIGHT = Identity("credit", "7"), Identity("credit", "8")


@pytest.mark.parametrize(
    ("fields", "stale", "state"),
    [
        ([S.OK, S.DRIFT, S.NO_DATA], False, S.DRIFT),
        ([S.NO_DATA], True, S.STALE),
        ([S.OK], True, S.STALE),
        ([], False, S.NO_DATA),
        ([S.NO_DATA, S.NO_DATA], False, S.NO_DATA),
        ([S.NO_REFERENCE, S.NO_DATA], False, S.NO_REFERENCE),
        ([S.NO_REFERENCE, S.OK], False, S.OK),
        ([S.WARMING_UP, S.NOT_ENOUGH_SAMPLES, S.NO_REFERENCE], False, S.WARMING_UP),
        ([S.MUTED, S.NOT_ENOUGH_SAMPLES], False, S.MUTED),
        ([S.OK, S.MUTED, S.WARMING_UP], False, S.OK),
        ([S.NOT_ENOUGH_SAMPLES, S.CONSTANT, S.INCOMPATIBLE_BINS], False, S.NOT_ENOUGH_SAMPLES),
    ],
)
def test_the_state_of_a_model_is_the_first_that_holds(fields: list[State], stale: bool, state: State) -> None:
    assert model_state(fields, stale=stale) is state


@given(st.lists(st.sampled_from([state for state in State if state is not S.STALE])), st.booleans())
def test_no_data_is_never_ok_and_a_drifting_field_is_never_hidden(fields: list[State], stale: bool) -> None:
    state = model_state(fields, stale=stale)
    assert (state is S.DRIFT) == (S.DRIFT in fields)
    assert state is not S.OK or S.OK in fields


def lives(**last_ns: int) -> Lives:
    found = Lives()
    for version, last in last_ns.items():
        found.heard(Identity("credit", version), last, empty=False, stale_after_ns=100)
    return found


def test_one_that_never_had_data_waits_for_some() -> None:
    found = lives()
    found.heard(SEVEN, 0, empty=True, stale_after_ns=100)
    assert found.of(SEVEN, 10**15) is Life.LIVES
    assert found.silent_seconds(SEVEN, 10**15) is None


def test_silence_makes_stale_and_an_hour_later_ends() -> None:
    found = lives(v7=1000)
    seven = Identity("credit", "v7")
    assert [found.of(seven, at) for at in (1099, 1100, 1099 + STALE_FOR_NS, 1100 + STALE_FOR_NS)] == [
        Life.LIVES,
        Life.STALE,
        Life.STALE,
        Life.ENDED,
    ]


def test_one_that_stops_while_another_lives_is_retired_and_comes_back_with_data() -> None:
    found = Lives()
    found.heard(SEVEN, 1000, empty=False, stale_after_ns=100)
    found.heard(EIGHT, 1050, empty=False, stale_after_ns=100)
    assert found.of(SEVEN, 1120) is Life.RETIRED
    assert found.of(SEVEN, 1200) is Life.STALE  # the other stopped too
    found.heard(SEVEN, 1060, empty=True, stale_after_ns=100)
    assert found.of(SEVEN, 1070) is Life.RETIRED
    found.heard(SEVEN, 1065, empty=False, stale_after_ns=100)
    assert found.of(SEVEN, 1070) is Life.LIVES


def test_another_environment_does_not_retire() -> None:
    found = Lives()
    found.heard(SEVEN, 1000, empty=False, stale_after_ns=100)
    found.heard(Identity("credit", "7", environment="staging"), 1100, empty=False, stale_after_ns=100)
    assert found.of(SEVEN, 1120) is Life.STALE


def test_lives_survive_and_are_forgotten() -> None:
    found = lives(v7=1000)
    again = Lives()
    again.restore(found.snapshot())
    assert again.silent_seconds(Identity("credit", "v7"), 1000 + 10**9) == 1
    again.forget(Identity("credit", "v7"))
    again.forget(Identity("credit", "v7"))
    assert list(again.known()) == []


@given(st.integers(10**6, 10**12), st.integers(0, 10**19))
def test_every_next_look_is_due_once_and_just_before_a_pane_ends(every: int, now: int) -> None:
    schedule = Schedule()
    schedule.due("credit", every, now)
    look = next_look(every, now)
    assert now < look <= now + every
    assert (look + margin(every)) % every == 0
    assert not schedule.due("credit", every, look - 1) or look - 1 == now
    assert schedule.due("credit", every, look)


def test_a_clock_that_steps_back_does_not_stop_the_looks() -> None:
    schedule = Schedule()
    assert schedule.due("credit", 10, 1000)
    assert schedule.due("credit", 10, 500)


def test_a_monitor_that_is_gone_is_forgotten() -> None:
    schedule = Schedule()
    schedule.due("credit", 10, 1000)
    schedule.keep_only(())
    assert schedule.due("credit", 10, 1000)
