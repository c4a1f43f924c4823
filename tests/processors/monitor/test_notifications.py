"""Who is told, and when not."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from driftline.processors.documents import parse_duration
from driftline.processors.monitor import load_monitors
from driftline.processors.monitor.notifications import Notifications
from driftline.processors.monitor.quiet_hours import WEEKDAYS, QuietHours

MINUTES = st.integers(0, 1439)
DAYS = st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def obviously_quiet(at: datetime, start: int, end: int, days: list[str]) -> bool:
    """The slow way: whether a stretch that began today or yesterday still holds."""
    for back in (0, 1):
        day = at.replace(hour=0, minute=0) - timedelta(days=back)
        begins, ends = day + timedelta(minutes=start), day + timedelta(minutes=end)
        if end <= start:
            ends += timedelta(days=1)
        if WEEKDAYS[day.weekday()] in days and begins <= at < ends:
            return True
    return False


@given(MINUTES, MINUTES, DAYS, st.integers(0, 7 * 1440 - 1))
def test_hours_cut_at_midnight_are_quiet_exactly_when_the_whole_ones_are(
    start: int, end: int, days: list[str], minute: int
) -> None:
    hours = QuietHours.model_validate({"from": clock(start), "to": clock(end), "weekdays": days})
    at = datetime(2026, 11, 23) + timedelta(minutes=minute)  # noqa: DTZ001 - a clock on a wall
    of_day = clock(at.hour * 60 + at.minute)
    found = any(WEEKDAYS[at.weekday()] in part.weekdays and part.start <= of_day < part.end for part in hours.stretches)
    assert found == obviously_quiet(at, start, end, days)


@given(MINUTES, MINUTES, DAYS)
def test_no_stretch_is_empty_or_crosses_midnight(start: int, end: int, days: list[str]) -> None:
    hours = QuietHours.model_validate({"from": clock(start), "to": clock(end), "weekdays": days})
    assert hours.stretches
    assert all(part.start < part.end and part.weekdays for part in hours.stretches)


def test_a_page_that_names_nobody_goes_where_tickets_go_and_an_info_does_not() -> None:
    said = Notifications.model_validate({"ticket": {"receivers": [{"webhook": {"url": "http://hook.test/"}}]}})
    assert said.receivers("page") == said.receivers("ticket")
    assert said.receivers("info") == ()


def test_pages_come_through_quiet_hours_unless_they_are_named() -> None:
    said = Notifications.model_validate({"quietHours": [{"weekdays": ["sunday"]}, {"severities": ["page"]}]})
    assert len(said.quiet("page")) == len(said.quiet("ticket")) == len(said.quiet("info")) == 1
    assert said.quiet("page") != said.quiet("ticket")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"page": {"receivers": [{}]}}, "exactly one of `webhook`, `slack`, `pagerduty`, `email`"),
        ({"page": {"receivers": [{"webhook": {"url": "hook"}}]}}, "write http://HOST/PATH"),
        ({"page": {"receivers": [{"webhook": {"url": "http://me:secret@hook.test/"}}]}}, "name it in `tokenFile`"),
        ({"ticket": {"receivers": [{"slack": {"channel": "#a", "url": "https://x.test"}}]}}, "urlFile"),
        ({"ticket": {"receivers": [{"email": {"to": "a@b", "from": "c@d", "smarthost": "mail"}}]}}, "is not HOST:PORT"),
        (
            {"info": {"receivers": [{"email": {"to": "a", "from": "c", "smarthost": "m:25", "username": "u"}}]}},
            "both `username` and `passwordFile`",
        ),
        ({"quietHours": [{"from": "25:00"}]}, "write HH:MM"),
        ({"quietHours": [{"timeZone": "Mars"}]}, "is no time zone"),
        ({"quietHours": [{"weekdays": []}]}, "at least 1 item"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_write(said: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Notifications.model_validate(said)
    assert words in str(caught.value)


def test_a_monitor_adds_its_own_page_to_the_tickets_of_the_defaults(tmp_path: Path) -> None:
    head = "apiVersion: driftline.dev/v1\nkind: ModelMonitor"
    (tmp_path / "all.yaml").write_text(
        f"{head}Defaults\nspec: {{notifications: {{ticket: {{groupWait: 1m, receivers: "
        "[{slack: {channel: '#ml', urlFile: slack/url}}]}}}\n"
        f"---\n{head}\nmetadata: {{name: credit}}\nspec: {{notifications: {{page: {{receivers: "
        "[{pagerduty: {routingKeyFile: pager/key}}]}}}\n"
    )
    (monitor,) = load_monitors([tmp_path])
    said = monitor.spec.notifications
    assert [receiver.pagerduty is not None for receiver in said.receivers("page")] == [True]
    assert [receiver.slack is not None for receiver in said.receivers("ticket")] == [True]
    assert said.channel("ticket").group_wait == parse_duration("1m")
    assert said.channel("page").group_wait == 0
