"""The story, what is read, what is drawn, and what is concluded from it."""

from __future__ import annotations

import io
from dataclasses import replace

import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from driftline.processors.cli.listeners import HttpThread, Site, address_of, bind
from driftline.processors.control import Probe, control_app, outcome_routes
from driftline.processors.demo.flights import FEATURES, HELD_OUT, JULY, LEARNED, SPRING, batches, flights
from driftline.processors.demo.landings import Landings
from driftline.processors.demo.play import Outcome, learn
from driftline.processors.demo.reading import FieldReading, FigureReading, Reading, read
from driftline.processors.demo.story import SHORTEST, story
from driftline.processors.demo.view import LIMIT_CELL, Counted, bar, frame
from driftline.processors.outcomes.prints import printed
from tests.processors.outcomes.world import T0, World

EXPOSITION = """\
# TYPE ml_performance_score gauge
ml_performance_score{ml_model_name="flights",ml_performance_kind="realized",ml_performance_metric="roc_auc"} 0.7
ml_performance_lower{ml_model_name="flights",ml_performance_kind="realized",ml_performance_metric="roc_auc"} 0.6
ml_performance_score{ml_model_name="flights",ml_performance_kind="realized",ml_performance_metric="f1"} 0.2
ml_performance_error{ml_model_name="flights",ml_performance_kind="realized",ml_performance_metric="roc_auc"} 0.01
ml_performance_observations{ml_model_name="flights",ml_performance_kind="realized"} 400
# TYPE ml_drift_level gauge
ml_drift_level{ml_model_name="flights",ml_field_name="airline",ml_field_role="feature"} 3.5
ml_drift_level{ml_model_name="flights",ml_field_name="score",ml_field_role="score"} 0.25
ml_drift_level{ml_model_name="another",ml_field_name="airline",ml_field_role="feature"} 9
ml_drift_detected{ml_model_name="flights",ml_field_name="airline",ml_field_role="feature"} 1
ml_drift_detected{ml_model_name="flights",ml_field_name="score",ml_field_role="score"} 0
ml_window_observations{ml_model_name="flights",ml_field_name="airline",ml_field_role="feature"} 400
ml_field_status{ml_model_name="flights",ml_field_name="airline",ml_field_role="feature",ml_monitor_state="ok"} 0
ml_field_status{ml_model_name="flights",ml_field_name="airline",ml_field_role="feature",ml_monitor_state="drift"} 1
ml_field_status{ml_model_name="flights",ml_field_name="score",ml_field_role="score",ml_monitor_state="ok"} 1
ml_field_status{ml_model_name="flights",ml_field_name="day",ml_field_role="feature",ml_monitor_state="no_data"} 1
ml_monitor_status{ml_model_name="flights",ml_monitor_state="drift"} 1
ml_monitor_status{ml_model_name="flights",ml_monitor_state="ok"} 0
"""
AIRLINE = FieldReading("airline", "feature", "drift", 3.5, 400, drifted=True)
DRIFT = Reading("drift", (AIRLINE,))
OK = Reading("ok", (replace(AIRLINE, status="ok", level=0.5, drifted=False),))


def test_a_reading_holds_the_fields_of_its_model_features_first() -> None:
    reading = read(EXPOSITION, "flights")
    assert (reading.status, reading.drifted) == ("drift", ("airline",))
    assert [field.name for field in reading.fields] == ["airline", "day", "score"]
    assert reading.fields[0] == AIRLINE
    assert reading.performance == (FigureReading("realized", 0.7, 0.6, None, 400, 0.01),)
    assert reading.fields[1] == FieldReading("day", "feature", "no_data", None, 0, drifted=False)


def test_a_model_nobody_reports_has_no_data() -> None:
    assert read("", "flights") == Reading("no_data", ())


@given(st.floats(SHORTEST, 3600))
def test_phases_follow_each_other_without_a_gap(duration: float) -> None:
    told = story(duration)
    assert [phase.changed for phase in told.phases] == [False, True, False]
    assert [phase.end for phase in told.phases[:-1]] == [phase.start for phase in told.phases[1:]]
    assert told.duration == duration
    assert all(phase.end - phase.start > 1.5 * told.window_seconds for phase in told.phases)


def test_after_the_end_the_last_phase_goes_on() -> None:
    told = story(40)
    assert told.phase(1000) is told.phases[-1]


@given(st.floats(0, 100))
def test_a_bar_is_red_exactly_beyond_its_limit(level: float) -> None:
    drawn = bar(level)
    red = any(span.style == "red" for span in drawn.spans)
    assert red == (round(level * LIMIT_CELL) > LIMIT_CELL)
    assert len(drawn) == len(bar(None))


def test_a_frame_names_the_field_its_level_and_where_to_look() -> None:
    console = Console(width=110, file=io.StringIO(), record=True)
    console.print(
        frame(DRIFT, story(60), 20.0, Counted(1234), {"what Prometheus scrapes": "http://127.0.0.1:9464/metrics"})
    )
    shown = console.export_text()
    assert all(text in shown for text in ("airline", "3.50", "drift", "1,234 predictions", "127.0.0.1:9464", "1 July"))


def test_a_frame_before_the_first_window_says_that_it_waits() -> None:
    console = Console(width=110, file=io.StringIO(), record=True)
    console.print(frame(Reading("no_data", ()), story(60), 0.0, Counted(0), {}))
    assert "waiting for the first window" in console.export_text()


def test_the_outcome_is_what_was_seen() -> None:
    outcome, told = Outcome(predictions=5), story(40)
    assert learn(outcome, OK, told, 5) == []
    assert learn(outcome, DRIFT, told, told.change + 4.25) == [
        "airline is in drift: 3.5 times its limit, over 400 rows"
    ]
    assert learn(outcome, OK, told, told.change + 5) == []
    assert not outcome.healed
    assert learn(outcome, DRIFT, told, told.healing + 1) == []
    assert not outcome.as_told
    assert learn(outcome, OK, told, told.healing + 3) == ["healed: every field is within its limit again"]
    assert outcome.as_told
    assert outcome.to_dict() == {
        "model": "flights",
        "drifted": ["airline"],
        "healed": True,
        "predictions": 5,
        "seconds_to_detection": 4.2,
    }


def test_an_outcome_without_detection_leaves_the_figure_out() -> None:
    assert "seconds_to_detection" not in Outcome().to_dict()
    assert not Outcome().as_told


def test_another_field_in_drift_is_not_as_told() -> None:
    assert not Outcome(drifted=["airline", "day"], healed=True).as_told


def test_one_airline_vanished_on_the_first_of_july() -> None:
    share = {
        period: flights(period)["airline"].to_pylist().count("US") / flights(period).num_rows
        for period in (LEARNED, HELD_OUT, SPRING, JULY)
    }
    assert share[JULY] == 0
    for before in (LEARNED, HELD_OUT, SPRING):
        assert share[before] == pytest.approx(0.07, abs=0.01)


def test_batches_are_rows_of_their_period_and_go_on_for_ever() -> None:
    endless = batches(SPRING, 5000, np.random.default_rng(1))
    drawn = [next(endless) for _ in range(6)]
    assert all(len(one.rows) == len(one.late) == 5000 and set(one.rows[0]) == set(FEATURES) for one in drawn)
    assert drawn[0] != drawn[5]


def test_what_proves_true_is_told_by_id_when_its_time_has_come() -> None:
    world = World()
    port = bind("127.0.0.1:0", "--control")
    routes = outcome_routes(world.outcomes, lambda model: world.outcomes.history(model, T0), lambda: T0)
    served = HttpThread([Site(control_app(Probe(lambda: 0.0), *routes), port)])
    landings = Landings(f"http://{address_of(port)}", 1.0, np.random.default_rng(4))
    with httpx.Client(trust_env=False, timeout=60) as client:
        landings.expect("a", [True, False] * 500, now=0.0)
        landings.tell(client, now=0.0)
        assert landings.told == 0
        landings.tell(client, now=1.0)
        assert 550 < landings.told < 680, "of an exponential delay 63 % are told by its mean"
        landings.tell(client, now=100.0)
    served.stop(5)
    held, _ = world.outcomes.open().held(printed(["a", *(f"a.{row}" for row in range(1, 1000))]))
    assert landings.told == len(held) == pytest.approx(970, abs=25)
    assert held["a", ""].value == "true"
    late = {int(key.partition(".")[2] or 0): one.value for (key, _), one in held.items()}
    assert all(label == ("false" if row % 2 else "true") for row, label in late.items())


def test_the_picture_shows_how_good_the_model_is_however_it_is_known() -> None:
    known = (FigureReading("realized", 0.7, 0.6, 0.8, 400), FigureReading("provisional", 0.9, None, None, 40))
    console = Console(width=110, file=io.StringIO(), record=True)
    console.print(frame(replace(OK, performance=known), story(60), 20.0, Counted(1234, 440), {}))
    lines = console.export_text().splitlines()
    assert any("1,234 predictions, 440 outcomes" in line for line in lines)
    first, second = (line for line in lines if "rows" in line and "0." in line and "airline" not in line)
    assert ("provisional" in first, "0.900" in first) == (True, True)
    assert ("realized" in second, "0.700" in second, second.count("═") > 5) == (True, True, True)


def test_the_first_final_figures_are_told_once() -> None:
    outcome, told = Outcome(), story(60)
    proven = replace(OK, performance=(FigureReading("realized", 0.7, 0.6, 0.8, 400),))
    assert learn(outcome, replace(OK, performance=(FigureReading("provisional", 0.7, 0.6, 0.8, 4),)), told, 5.0) == []
    assert learn(outcome, proven, told, 5.0) == [
        "provisional has turned final: ROC AUC 0.700 (0.600 to 0.800) over 400 flights"
    ]
    assert learn(outcome, proven, told, 6.0) == []
