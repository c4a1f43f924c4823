"""What a beaten track takes, what it leaves to the long way, and when it is given up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from driftline.processors.observations import Reason
from driftline.processors.pipeline import tracks
from driftline.processors.pipeline.intake import Intake
from driftline.processors.pipeline.validity import MOST
from tests.processors.pipeline.traffic import (
    NOW,
    SECOND,
    STARTED,
    Point,
    Routes,
    batch,
    counter,
    counts,
    fold,
    histogram,
    new_intake,
    windows,
)

NAMES = ("age", "income", "zip")


def flush(step: int, names: tuple[str, ...] = NAMES, *, instance: str = "a") -> list[Point]:
    return [
        Point(histogram(name, instance=instance), STARTED + SECOND, NOW + step * SECOND, (step, 2 * step, 0))
        for name in names
    ]


def walked(intake: Intake, *requests: list[Point], until: int) -> None:
    for step, points in enumerate(requests, start=until - len(requests) + 1):
        fold(intake, *points, now_ns=NOW + step * SECOND)


def test_a_flush_like_the_last_one_takes_no_other_way(monkeypatch: pytest.MonkeyPatch) -> None:
    intake = new_intake()
    walked(intake, flush(1), until=1)
    monkeypatch.delattr(Intake, "_fold_block")
    walked(intake, flush(2), flush(3), until=3)
    assert [counts(intake, name, NOW + 3 * SECOND) for name in NAMES] == [[3, 6, 0]] * 3


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"count": 7}, Reason.COUNT_MISMATCH),
        ({"values": (-1, 4, 0)}, Reason.NEGATIVE_COUNT),
        ({"values": (MOST + 1, 4, 0)}, Reason.UNSUPPORTED),
        ({"time_ns": 0}, Reason.TIME_ZERO),
        ({"time_ns": NOW + SECOND}, Reason.DUPLICATE),
        ({"time_ns": NOW}, Reason.OUT_OF_ORDER),
        ({"time_ns": NOW + 10**15}, Reason.TOO_FAR_AHEAD),
    ],
)
def test_one_bad_point_is_refused_by_its_reason_on_a_beaten_track_too(
    changes: dict[str, object], reason: Reason
) -> None:
    intake = new_intake()
    walked(intake, flush(1), until=1)
    first, *others = flush(2)
    tally = fold(intake, replace(first, **changes), *others, now_ns=NOW + 2 * SECOND)  # type: ignore[arg-type]  # one field each
    assert (tally.accepted, tally.rejected) == (2, {reason: 1})
    assert counts(intake, "income") == [2, 4, 0]
    assert counts(intake, "age") == [1, 2, 0]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0])
def test_a_counter_that_is_no_count_is_refused_on_a_beaten_track_too(value: float) -> None:
    intake = new_intake()
    labels = [{"ml.field.name": "plan", "label": label} for label in ("a", "b")]
    for step, wrong in ((1, 1.0), (2, value), (3, 5.0)):
        values = ((wrong,), (2.0 * step,))
        points = [
            Point(counter("ml.field.categories", each), STARTED + SECOND, NOW + step * SECOND, held)
            for each, held in zip(labels, values, strict=True)
        ]
        tally = fold(intake, *points, now_ns=NOW + step * SECOND)
        assert tally.accepted == (1 if step == 2 else 2)
    assert windows(intake, NOW + 3 * SECOND)["plan"].categories == {"a": 5, "b": 6}


def test_a_field_that_gets_nothing_is_not_heard_of() -> None:
    intake = new_intake()
    walked(intake, flush(1), flush(2), until=2)
    still, *others = flush(3)
    fold(intake, replace(still, values=(2, 4, 0)), *others, now_ns=NOW + 3 * SECOND)
    found = windows(intake, NOW + 3 * SECOND)
    assert (found["age"].last_ns, found["zip"].last_ns) == (NOW + 2 * SECOND, NOW + 3 * SECOND)


def test_streams_that_count_in_one_row_are_summed_and_segments_get_their_part() -> None:
    intake = new_intake(Routes(segments=("region",)))
    labels = [{"ml.field.name": "plan", "label": "a", "shard": shard} for shard in "12"]
    labels.append({"ml.field.name": "plan", "label": "a", "region": "eu"})
    for step in (1, 2, 3):
        points = [
            Point(counter("ml.field.categories", each), STARTED + SECOND, NOW + step * SECOND, (float(step * weight),))
            for each, weight in zip(labels, (1, 10, 100), strict=True)
        ]
        fold(intake, *points, now_ns=NOW + step * SECOND)
    look_ns = NOW + 3 * SECOND
    assert windows(intake, look_ns)["plan"].categories == {"a": 333}
    (segment,) = [model for model in intake.models() if model.identity.segment]
    assert [window.categories for window in segment.fields(look_ns)] == [{"a": 300}]


def test_a_track_is_left_when_a_stream_gets_a_relative_and_when_it_starts_anew() -> None:
    intake = new_intake()
    walked(intake, flush(1), flush(2), until=2)
    other = Point(histogram("age", bounds=(0.5,)), STARTED + SECOND, NOW + 3 * SECOND, (9, 9))
    fold(intake, other, now_ns=NOW + 3 * SECOND)
    stale = fold(intake, *(replace(point, time_ns=NOW + 5 * SECOND // 2) for point in flush(3)))
    assert stale.rejected == {Reason.OUT_OF_ORDER: 1}
    anew = [replace(point, start_ns=NOW, values=(1, 0, 0)) for point in flush(4)]
    fold(intake, *anew, now_ns=NOW + 4 * SECOND)
    assert counts(intake, "zip", NOW + 4 * SECOND) == [3 + 1, 6, 0]


def test_what_tracks_hold_is_bounded_and_those_walked_longest_ago_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracks, "MOST_POINTS", 64)
    intake = new_intake()
    for sender in range(40):
        for step in (1, 2):
            walked(intake, flush(step, instance=str(sender)), until=step)
    kept = intake._tracks
    assert sum(track.size for track in kept._tracks.values()) <= 64
    (points,) = batch(intake, flush(3, instance="39")).buckets
    assert kept.find(points) is not None
    assert np.concatenate([binned.counts for binned in windows(intake)["age"].binned]).tolist() == [80, 160, 0]
