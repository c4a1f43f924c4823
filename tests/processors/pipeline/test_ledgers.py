"""Exponential points moved together count as they do one by one, whenever somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftline.processors.observations import Batch, ExponentialPoint, ExponentialPoints, StreamId, Tally
from driftline.processors.pipeline import ledgers
from driftline.processors.pipeline.intake import Intake
from driftline.processors.windows import FieldWindow
from tests.processors.pipeline.traffic import (
    NOW,
    SECOND,
    STARTED,
    Point,
    exponential,
    exponential_point,
    new_intake,
    windows,
)

NAMES = ("age", "income", "zip")
START = STARTED + SECOND


def columns(points: Sequence[ExponentialPoint]) -> ExponentialPoints:
    return ExponentialPoints(
        [point.stream for point in points],
        [(point.start_ns, point.time_ns, point.count, point.zero) for point in points],
        [
            (point.scale, point.positive_offset, len(point.positive), point.negative_offset, len(point.negative))
            for point in points
        ],
        np.concatenate([side for point in points for side in (point.positive, point.negative)]),
    )


def plain(points: Sequence[ExponentialPoint]) -> Sequence[ExponentialPoint]:
    return list(points)


Form = Callable[[Sequence[ExponentialPoint]], Sequence[ExponentialPoint]]


def send(intake: Intake, points: Sequence[Point], now_ns: int, form: Form = columns, **layout: int) -> Tally:
    found = [exponential_point(StreamId(int(intake.stream(each.stream))), each, **layout) for each in points]
    return intake.fold(Batch((), form(found)), now_ns)


def flush(step: int, *, names: Sequence[str] = NAMES, lead: int = 0) -> list[Point]:
    """All buckets grow with the step."""
    return [
        Point(exponential(name), START, NOW + step * SECOND + lead, (step, 2 * step, 3 * step, 1, 1, step))
        for name in names
    ]


def shown(window: FieldWindow) -> tuple[object, ...]:
    counts = window.exponential
    assert counts is not None
    lower, upper, held = counts.get()
    return window.field, lower.tolist(), upper.tolist(), held.tolist(), window.last_ns, counts.count


def test_the_columns_are_the_points_they_were_made_of() -> None:
    points = [exponential_point(StreamId(at), each) for at, each in enumerate(flush(3))]
    found = columns(points)
    assert [replace(one, positive=(), negative=()) for one in found] == [  # type: ignore[arg-type]  # arrays have no ==
        replace(one, positive=(), negative=())  # type: ignore[arg-type]  # as above
        for one in points
    ]
    assert [one.positive.tolist() for one in found[:]] == [one.positive.tolist() for one in points]
    assert found[-1].negative.tolist() == points[-1].negative.tolist()


def test_a_flush_with_the_layout_of_the_last_takes_no_other_way(monkeypatch: pytest.MonkeyPatch) -> None:
    intake = new_intake()
    for step in (1, 2):
        send(intake, flush(step), NOW + step * SECOND)
    monkeypatch.setattr(ledgers, "fold_exponentials", None)
    for step in (3, 4):
        assert send(intake, flush(step), NOW + step * SECOND).accepted == len(NAMES)
    assert {name: found.observations for name, found in windows(intake, NOW + 4 * SECOND).items()} == dict.fromkeys(
        NAMES, 4 * 7 + 2
    )


_VALUES = st.tuples(*[st.integers(0, 3)] * 6)
_CHANGES = st.sampled_from(["none"] * 6 + ["time", "count", "fell", "layout", "start", "ahead", "late", "few", "twice"])


def _changed(points: list[Point], change: str, at: int) -> list[Point]:
    point = points[at]
    changes: dict[str, list[Point]] = {
        "time": [replace(point, time_ns=point.time_ns - 2 * SECOND)],
        "count": [replace(point, count=1)],
        "fell": [replace(point, values=(0, 0, 1, 0, 0, 0))],
        "start": [replace(point, start_ns=START + 5, values=(1, 1, 1, 1, 0, 1))],
        "ahead": [replace(point, time_ns=point.time_ns + 25 * SECOND)],
        "late": [replace(point, time_ns=NOW - 100 * SECOND)],
        "few": [],
        "twice": [point, point],
    }
    return [*points[:at], *changes.get(change, [point]), *points[at + 1 :]]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.lists(_VALUES, min_size=3, max_size=3), _CHANGES, st.integers(0, 2)), max_size=9),
    st.sampled_from([1, 4]),
    st.booleans(),
)
def test_points_moved_together_count_like_points_one_by_one(
    steps: list[tuple[list[tuple[int, ...]], str, int]], seconds: int, looking: bool
) -> None:
    together, apart = new_intake(), new_intake()
    totals: list[tuple[int, ...]] = [(1,) * 6] * 3
    for step, (added, change, at) in enumerate(steps, start=1):
        totals = [tuple(map(sum, zip(old, new, strict=True))) for old, new in zip(totals, added, strict=True)]
        now_ns = NOW + step * seconds * SECOND
        points = [Point(exponential(name), START, now_ns, values) for name, values in zip(NAMES, totals, strict=True)]
        points = _changed(points, change, at)
        scale = 2 if change == "layout" else 3
        assert send(together, points, now_ns, scale=scale) == send(apart, points, now_ns, plain, scale=scale)
        if looking:
            found, expected = windows(together, now_ns), windows(apart, now_ns)
            assert list(map(shown, found.values())) == list(map(shown, expected.values()))
    end_ns = NOW + (len(steps) * seconds + 1) * SECOND
    assert list(map(shown, windows(together, end_ns).values())) == list(map(shown, windows(apart, end_ns).values()))
    assert _standings(together) == _standings(apart)


def _standings(intake: Intake) -> list[tuple[object, ...]]:
    intake.snapshot()
    return [
        (entry.key, start, each.time_ns, each.counts and [part.tolist() for part in each.counts.get()])
        for entry in intake._registry.entries
        for start, each in entry.standings.items()
    ]


def test_what_was_gathered_survives_other_routes_and_a_snapshot_in_the_middle() -> None:
    intake = new_intake()
    for step in range(1, 5):
        send(intake, flush(step), NOW + step * SECOND)
    saved = intake.snapshot()
    intake.reroute(intake._registry._route)
    send(intake, flush(5), NOW + 5 * SECOND)
    assert windows(intake, NOW + 5 * SECOND)["age"].observations == 5 * 7 + 2
    other = new_intake()
    other.restore(saved)
    send(other, flush(6), NOW + 6 * SECOND)
    assert windows(other, NOW + 6 * SECOND)["age"].observations == 2 * 7


def test_ledgers_are_kept_within_their_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledgers, "MOST_BUCKETS", 20)
    intake = new_intake()
    for step in range(1, 5):
        for pair in (("a", "b"), ("c", "d")):
            send(intake, flush(step, names=pair), NOW + step * SECOND)
    assert len(intake._ledgers._ledgers) == 1
    assert {found.observations for found in windows(intake, NOW + 4 * SECOND).values()} == {4 * 7 + 2}
