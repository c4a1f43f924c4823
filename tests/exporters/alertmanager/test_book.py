"""What a peer is told, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from driftline.exporters.alertmanager import Book, Patience, Pushed

SECOND = 10**9
NOW = 1_790_000_000 * SECOND
DRIFT = Pushed({"alertname": "ModelDrift"}, {"dashboard_url": "https://g.test"}, 10 * SECOND, NOW - 5 * SECOND)
STALE = Pushed({"alertname": "ModelStale"}, {}, 10 * SECOND)
RULES = Patience(60 * SECOND)
PUSH = Patience(60 * SECOND, 30 * SECOND)


def told(book: Book, at: int, *firing: Pushed) -> list[dict[str, Any]]:
    """One look `at` seconds after the first, which the peer hears."""
    now_ns = NOW + at * SECOND
    book.look({each.key: each for each in firing}, now_ns)
    due = book.due(now_ns)
    book.told(now_ns) if due else None
    return due


def ends(alert: dict[str, Any]) -> float:
    """How many seconds after the first look it ends."""
    return datetime.fromisoformat(alert["endsAt"]).timestamp() - NOW / SECOND


def test_a_new_alert_is_sent_at_once_and_again_each_minute() -> None:
    book = Book(RULES)
    sent = [at for at in range(0, 181, 10) if told(book, at, DRIFT)]
    assert sent == [0, 60, 120, 180]


def test_an_alert_ends_by_itself_after_three_sendings_or_three_looks() -> None:
    (alert,) = told(Book(RULES), 0, DRIFT)
    assert ends(alert) == 180
    assert alert["startsAt"] == "2026-09-21T14:13:15.000000Z"
    slow = Pushed(DRIFT.labels, {}, 300 * SECOND)
    (alert,) = told(Book(RULES), 0, slow)
    assert ends(alert) == 900
    assert "startsAt" not in alert


def test_news_sends_everything_so_that_one_request_is_the_state() -> None:
    book = Book(RULES)
    told(book, 0, DRIFT)
    assert len(told(book, 10, DRIFT, STALE)) == 2
    assert told(book, 20, DRIFT, STALE) == []


def test_where_rules_resolve_nothing_is_said_of_an_alert_that_is_over() -> None:
    book = Book(RULES)
    told(book, 0, DRIFT)
    assert [told(book, at) for at in range(10, 400, 10)] == [[]] * 39
    assert len(told(book, 400, DRIFT)) == 1, "it comes back as news"


def test_where_the_push_resolves_one_quiet_look_resolves_nothing_and_a_while_without_it_does() -> None:
    book = Book(PUSH)
    told(book, 0, DRIFT)
    assert told(book, 10) == []
    assert told(book, 20, DRIFT) == [], "never resolved, so no news"
    assert told(book, 40) == []
    (alert,) = told(book, 50)
    assert ends(alert) == 50


def test_a_resolved_alert_is_said_again_as_long_as_it_could_have_lasted_and_then_forgotten() -> None:
    book = Book(PUSH)
    told(book, 0, DRIFT)
    said = {at: ends(alert) for at in range(10, 600, 10) for alert in told(book, at)}
    assert said == {30: 30, 90: 30, 150: 30, 210: 30}


def test_what_a_peer_did_not_take_is_due_again() -> None:
    book = Book(RULES)
    book.look({DRIFT.key: DRIFT}, NOW)
    assert book.due(NOW)
    assert book.due(NOW + SECOND)
    book.told(NOW + SECOND)
    assert book.due(NOW + 2 * SECOND) == []


def test_a_resolution_that_a_peer_did_not_take_is_due_again() -> None:
    book = Book(PUSH)
    told(book, 0, DRIFT)
    book.look({}, NOW + 40 * SECOND)
    assert book.due(NOW + 40 * SECOND)
    book.look({}, NOW + 50 * SECOND)
    (alert,) = book.due(NOW + 50 * SECOND)
    assert ends(alert) == 40


@given(st.lists(st.booleans(), min_size=1, max_size=80))
def test_the_peer_believes_what_is_so_give_or_take_the_wait_before_a_resolution(looks: list[bool]) -> None:
    """A peer that hears every request: it fires whenever the cause is there, and never long after it went."""
    book, until, gone = Book(PUSH), -1.0, 10**6
    for at, fires in enumerate(looks):
        for alert in told(book, at * 10, *([DRIFT] if fires else [])):
            until = ends(alert)
        gone = 0 if fires else gone + 10
        believes = until > at * 10
        assert believes or not fires
        assert not believes or gone < 30
