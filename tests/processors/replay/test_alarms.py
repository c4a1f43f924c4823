"""Alarms: when they begin and end, how bad they were, how long they lasted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.findings import Finding, Identity, Kind, State, Window
from driftline.processors.replay.alarms import Alarm, Alarms, expected
from driftline.processors.replay.lines import Changes, line
from tests.processors.replay.history import monitors

CREDIT = Identity("credit")
NORTH = Identity("credit", segment=(("region", "north"),))


def _finding(status: State, level: float | None = None, field: str | None = None, of: Identity = CREDIT) -> Finding:
    kind = Kind.MODEL if field is None else Kind.FIELD
    return Finding(f"{of.segment}{field}", kind, of, field, None, status, Window(0, 0, 10), level, why=f"{status}")


def test_an_alarm_lasts_from_the_first_look_in_drift_to_the_first_that_is_not() -> None:
    alarms = Alarms()
    for time, state in enumerate([State.OK, State.DRIFT, State.DRIFT, State.OK, State.DRIFT]):
        alarms.see([_finding(state, 1.0 + time), _finding(state, 1.0 + time, "age")], time)
    assert [(alarm.begin_ns, alarm.end_ns, alarm.level) for alarm in alarms.all] == [(1, 3, 3.0), (4, None, 5.0)]
    assert [alarm.fields for alarm in alarms.all] == [{"age": 3.0}, {"age": 5.0}]
    assert alarms.in_drift_ns(until_ns=10) == 2 + 6


def test_fields_that_join_are_the_same_alarm() -> None:
    alarms = Alarms()
    alarms.see([_finding(State.DRIFT, 1.5), _finding(State.DRIFT, 1.5, "age")], 1)
    alarms.see([_finding(State.DRIFT, 2.5), _finding(State.DRIFT, 2.5, "plan"), _finding(State.OK, 0.5, "age")], 2)
    assert [alarm.fields for alarm in alarms.all] == [{"age": 1.5, "plan": 2.5}]


def test_segments_alarm_by_themselves_and_time_in_drift_counts_once() -> None:
    alarms = Alarms()
    alarms.see([_finding(State.DRIFT), _finding(State.OK, of=NORTH)], 0)
    alarms.see([_finding(State.DRIFT), _finding(State.DRIFT, of=NORTH)], 5)
    alarms.see([_finding(State.OK), _finding(State.DRIFT, of=NORTH)], 8)
    assert [alarm.identity for alarm in alarms.all] == [CREDIT, NORTH]
    assert alarms.in_drift_ns(until_ns=10) == 10


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10)), max_size=6))
def test_time_in_drift_is_the_length_of_the_union(spans: list[tuple[int, int]]) -> None:
    alarms = Alarms()
    alarms.all = [Alarm(CREDIT, begin, "", begin + length) for begin, length in spans]
    assert alarms.in_drift_ns(until_ns=99) == len({t for begin, length in spans for t in range(begin, begin + length)})


def test_the_budget_is_the_sum_over_monitors(tmp_path: Path) -> None:
    one = monitors(tmp_path, "  drift: {falseAlarms: 2 per 10d}")
    assert expected(one, 5 * 86_400 * 10**9) == pytest.approx(1.0)


def test_only_what_changed_is_a_change_and_what_was_not_looked_at_again_is_not_fresh() -> None:
    changes = Changes()
    first = [_finding(State.OK), _finding(State.OK, 0.5, "age")]
    assert list(changes.of(changes.fresh(first))) == first
    assert changes.fresh(first) == []
    again = [_finding(State.OK), _finding(State.DRIFT, 1.5, "age")]
    fresh = changes.fresh(again)
    assert fresh == again
    assert list(changes.of(fresh)) == [again[1]]


def test_a_check_of_quality_is_told_of_when_it_begins_and_ends_to_be_violated() -> None:
    calm = Finding("q", Kind.QUALITY, CREDIT, "age", None, State.OK, Window(0, 0, 10), 0.5, "missing")
    violated = replace(calm, violated=True, level=2.0)
    changes, alarms = Changes(), Alarms()
    told = []
    for time, finding in enumerate([calm, violated, violated, calm, violated]):
        told += [(time, each) for each in changes.of([finding])]
        alarms.see([finding], time)
    assert told == [(1, violated), (3, calm), (4, violated)]
    assert alarms.violations == 2
    assert alarms.all == []
    assert (line(violated, 0)["check"], line(violated, 0)["violated"]) == ("missing", True)


def test_a_line_names_the_segment_only_where_there_is_one() -> None:
    assert line(_finding(State.OK, of=NORTH), 0)["segment"] == {"region": "north"}
    assert line(_finding(State.OK), 10**9) == {
        "time": "1970-01-01T00:00:01Z",
        "model": "credit",
        "version": None,
        "field": None,
        "status": "ok",
        "level": None,
        "reference": None,
        "statistics": {},
        "why": "ok",
    }
