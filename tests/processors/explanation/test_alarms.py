"""The history of alarms."""

from __future__ import annotations

import json
from functools import partial

from driftline.processors.explanation.alarms import MOST_ALARMS, MOST_IDENTITIES, Alarms
from driftline.processors.findings import Identity

CREDIT = Identity("credit", "7", None, "prod", (("region", "eu"),))


def test_an_alarm_keeps_the_look_at_which_it_was_worst() -> None:
    alarms = Alarms()
    for at_ns, level in ((10, 2.0), (20, 5.0), (30, 3.0), (40, 5.0), (50, None)):
        alarms.note(CREDIT, 8, level, partial(dict, at=at_ns), at_ns)
    (alarm,) = alarms.of(CREDIT)
    assert (alarm.begin_ns, alarm.worst_ns, alarm.level, alarm.told, alarm.end_ns) == (8, 20, 5.0, {"at": 20}, None)


def test_it_ends_once_and_the_next_is_another() -> None:
    alarms = Alarms()
    for at_ns, begin in ((10, 10), (20, None), (30, None), (40, 40)):
        alarms.note(CREDIT, begin, 2.0, dict, at_ns)
    assert [(each.begin_ns, each.end_ns) for each in alarms.of(CREDIT)] == [(40, None), (10, 20)]
    assert [each.begin_ns for each in alarms.at("credit", 99)] == [40]
    assert alarms.at("other", 15) == []


def test_what_was_going_on_at_a_time_is_known_to_the_second() -> None:
    alarms, second = Alarms(), 10**9
    alarms.note(CREDIT, 5 * second + 7, 2.0, dict, 5 * second + 7)
    alarms.note(CREDIT, None, None, dict, 9 * second)
    going = [at for at in range(12) if alarms.at("credit", at * second)]
    assert going == [5, 6, 7, 8]


def test_who_is_not_watched_any_more_is_not_in_alarm() -> None:
    alarms, other = Alarms(), Identity("other")
    for identity in (CREDIT, other):
        alarms.note(identity, 10, 2.0, dict, 10)
    alarms.close_all_but([other], 30)
    alarms.close_all_but([other], 50)
    assert [each.end_ns for each in (*alarms.of(CREDIT), *alarms.of(other))] == [30, None]


def test_a_restart_forgets_no_alarm() -> None:
    alarms, again = Alarms(), Alarms()
    alarms.note(CREDIT, 10, 2.0, lambda: {"why": "age"}, 10)
    alarms.note(CREDIT, None, None, dict, 20)
    alarms.note(CREDIT, 30, None, dict, 30)
    again.restore(json.loads(json.dumps(alarms.snapshot())))
    assert again.of(CREDIT) == alarms.of(CREDIT)


def test_what_is_kept_is_bounded() -> None:
    alarms = Alarms()
    for at_ns in range(0, 4 * MOST_ALARMS, 2):
        alarms.note(CREDIT, at_ns, 1.5, dict, at_ns)
        alarms.note(CREDIT, None, None, dict, at_ns + 1)
    assert len(alarms.of(CREDIT)) == MOST_ALARMS
    for number in range(MOST_IDENTITIES):
        alarms.note(Identity(f"m{number}"), 1, 1.5, dict, 1)
    assert alarms.of(CREDIT) == []
