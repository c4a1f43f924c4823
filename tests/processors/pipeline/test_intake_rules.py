"""The rules of counting, one by one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from driftline.processors.findings import Identity
from driftline.processors.health import Health
from driftline.processors.observations import IGNORED, Batch, ExponentialPoint, Reason, Stream, StreamId
from driftline.processors.pipeline.caps import Caps
from driftline.processors.pipeline.validity import take
from driftline.processors.windows import WindowSpec
from driftline.semconv import OTHER_CATEGORY, metrics
from tests.processors.pipeline.traffic import (
    CREDIT,
    NOW,
    SECOND,
    STARTED,
    Point,
    Routes,
    batch,
    counter,
    counts,
    exponential,
    exponential_point,
    fold,
    histogram,
    new_intake,
    windows,
)

START = STARTED + SECOND
HOUR = 3600 * SECOND


def at(seconds: float) -> int:
    return NOW + round(seconds * SECOND)


def test_a_stream_that_started_before_the_processor_only_says_where_it_stands() -> None:
    intake = new_intake()
    tally = fold(intake, Point(histogram(), STARTED - SECOND, at(-9), (5, 5, 5)))
    assert (tally.accepted, counts(intake)) == (1, [0, 0, 0])
    fold(intake, Point(histogram(), STARTED - SECOND, at(-8), (6, 5, 7)))
    assert counts(intake) == [1, 0, 2]


def test_a_restart_under_the_same_or_a_new_instance_id_changes_no_total() -> None:
    intake = new_intake()
    fold(intake, Point(histogram(instance="a"), START, at(-9), (5, 0, 0)))
    fold(intake, Point(histogram(instance="a"), START + 50 * SECOND, at(-5), (2, 0, 0)))
    fold(intake, Point(histogram(instance="b"), START + 60 * SECOND, at(-1), (1, 0, 0)))
    tally = fold(intake, Point(histogram(instance="a"), START, at(-9), (5, 0, 0)))
    late = fold(intake, Point(histogram(instance="a"), START, at(-10), (4, 0, 0)))
    assert counts(intake) == [8, 0, 0]
    assert tally.rejected == {Reason.DUPLICATE: 1}
    assert late.rejected == {Reason.OUT_OF_ORDER: 1}


def test_two_lives_of_one_stream_side_by_side_count_both() -> None:
    intake = new_intake()
    for step in range(1, 6):
        fold(
            intake,
            Point(histogram(), START, at(step - 9), (step, 0, 0)),
            Point(histogram(), START + SECOND, at(step - 9), (0, 0, 10 * step)),
        )
    assert counts(intake) == [5, 0, 50]


def test_an_unknown_start_counts_from_its_first_point_and_a_fall_is_a_restart() -> None:
    intake = new_intake()
    for seconds, value in ((-9, 100), (-8, 103), (-7, 2), (-6, 4)):
        fold(intake, Point(histogram(), 0, at(seconds), (value, 0, 0)))
    assert counts(intake) == [3 + 2 + 2, 0, 0]


@pytest.mark.parametrize("kind", [histogram, exponential])
def test_a_value_that_fell_since_an_earlier_time_is_a_reset_and_one_of_an_older_time_never_counts(
    kind: Callable[[], Stream],
) -> None:
    intake = new_intake()
    falls = [fold(intake, Point(kind(), START, at(s), (v, 0, 0))) for s, v in ((-9, 10), (-8, 4), (-8.5, 9), (-7, 5))]
    assert [tally.accepted for tally in falls] == [1, 1, 0, 1]
    assert falls[2].rejected == {Reason.OUT_OF_ORDER: 1}
    assert windows(intake)["age"].observations == 10 + 4 + 1


def test_bounds_that_change_under_one_start_never_count_twice() -> None:
    intake = new_intake()
    other = histogram(bounds=(0.5,))
    fold(intake, Point(histogram(), START, at(-9), (4, 0, 0)))
    fold(intake, Point(other, START, at(-8), (5, 0)))
    fold(intake, Point(other, START, at(-7), (6, 0)))
    stale = fold(intake, Point(histogram(), START, at(-7.5), (9, 0, 0)))
    fold(intake, Point(histogram(), START, at(-6), (8, 0, 0)), Point(other, START, at(-5), (9, 0)))
    assert stale.rejected == {Reason.OUT_OF_ORDER: 1}
    assert windows(intake)["age"].observations == 4 + 1


def test_bounds_that_change_with_a_new_start_count_in_full() -> None:
    intake = new_intake()
    fold(intake, Point(histogram(), START, at(-9), (4, 0, 0)))
    fold(intake, Point(histogram(bounds=(0.5,)), START + SECOND, at(-8), (5, 1)))
    assert [binned.counts.tolist() for binned in windows(intake)["age"].binned] == [[4, 0, 0], [5, 1]]


def test_attributes_in_another_order_are_the_same_stream() -> None:
    intake = new_intake()
    one = counter("ml.field.categories", {"ml.field.name": "color", "label": "red"})
    two = counter("ml.field.categories", {"label": "red", "ml.field.name": "color"})
    assert intake.stream(one) == intake.stream(two)


def test_points_up_to_thirty_seconds_late_count_in_their_pane_and_later_ones_do_not() -> None:
    intake = new_intake(Routes(WindowSpec(20 * SECOND, 10 * SECOND)))
    fold(intake, Point(histogram(instance="a"), START, at(-30), (1, 0, 0)))
    tally = fold(intake, Point(histogram(instance="b"), START, at(-31), (1, 0, 0)))
    fold(intake, Point(histogram(instance="c"), START, at(-10), (0, 1, 0)))
    assert tally.rejected == {Reason.LATE: 1}
    assert counts(intake) == [0, 1, 0], "the pane of the first point left a window of two panes"
    fold(intake, Point(histogram(instance="b"), START, at(0), (3, 0, 0)))
    assert counts(intake) == [3, 1, 0], "what a late point held is in the next one"


def test_a_point_ahead_of_our_clock_counts_in_the_pane_of_its_arrival() -> None:
    intake = new_intake(Routes(WindowSpec(10 * SECOND, 10 * SECOND)))
    slightly, far = histogram("slightly"), histogram("far")
    tally = fold(intake, Point(slightly, START, at(10), (1, 0, 0)), Point(far, START, at(3600), (1, 0, 0)))
    assert (tally.accepted, tally.ahead) == (2, 1)
    assert counts(intake, "slightly") == [0, 0, 0]
    assert counts(intake, "far") == [1, 0, 0]
    assert counts(intake, "slightly", at(10)) == [1, 0, 0]
    assert counts(intake, "far", at(10)) == [0, 0, 0]


def test_an_idle_window_empties_by_the_clock() -> None:
    intake = new_intake()
    fold(intake, Point(histogram(), START, NOW, (1, 2, 3)), Point(exponential("e"), START, NOW, (1, 1, 0, 0, 0)))
    assert windows(intake, at(290))["age"].observations == 6
    assert windows(intake, at(290))["e"].observations == 2
    assert windows(intake, at(300))["age"].observations == 0
    assert (emptied := windows(intake, at(300))["e"].exponential) is not None
    assert emptied.count == 0


def test_delta_points_count_in_full_once_for_each_stream_start_and_time() -> None:
    intake = new_intake()
    stream = histogram(delta=True)
    point = Point(stream, at(-9), at(-8), (1, 0, 0))
    tally = fold(intake, point, point, Point(stream, at(-8), at(-7), (2, 0, 0)), Point(stream, 0, at(-7), (3, 0, 0)))
    late = fold(intake, Point(stream, at(-50), at(-40), (9, 0, 0)))
    assert tally.rejected == {Reason.DUPLICATE: 1}
    assert late.rejected == {Reason.LATE: 1}
    assert counts(intake) == [6, 0, 0]


BAD = [
    (Point(histogram(), START, 0, (1, 0, 0)), Reason.TIME_ZERO),
    (Point(histogram(), START, NOW + 25 * HOUR, (1, 0, 0)), Reason.TOO_FAR_AHEAD),
    (Point(histogram(), START, -(2**62), (1, 0, 0)), Reason.TOO_FAR_AHEAD),
    (Point(histogram(), -1, NOW, (1, 0, 0)), Reason.TOO_FAR_AHEAD),
    (Point(histogram(), START, NOW, (1, 0, 0), count=2), Reason.COUNT_MISMATCH),
    (Point(histogram(), START, NOW, (1, -1, 0)), Reason.NEGATIVE_COUNT),
    (Point(histogram(), START, NOW, (2**60, 0, 0)), Reason.UNSUPPORTED),
    (Point(counter("ml.predictions"), START, NOW, (math.nan,)), Reason.VALUE_NOT_FINITE),
    (Point(counter("ml.predictions"), START, NOW, (math.inf,)), Reason.VALUE_NOT_FINITE),
    (Point(counter("ml.predictions"), START, NOW, (-1.0,)), Reason.NEGATIVE_COUNT),
    (Point(exponential(), START, 0, (1,)), Reason.TIME_ZERO),
    (Point(exponential(), START, NOW, (1,), count=7), Reason.COUNT_MISMATCH),
    (Point(exponential(), START, NOW, (0, -1)), Reason.NEGATIVE_COUNT),
    (Point(exponential(), START, NOW, (2**60,)), Reason.UNSUPPORTED),
]


@pytest.mark.parametrize(("bad", "reason"), BAD)
def test_a_bad_point_is_refused_with_its_reason_and_the_rest_of_the_request_counts(bad: Point, reason: Reason) -> None:
    intake = new_intake()
    good = Point(histogram("good"), START, NOW, (1, 1, 1))
    tally = fold(intake, good, bad, Point(exponential("fine"), START, NOW, (1,)))
    assert (tally.accepted, tally.rejected) == (2, {reason: 1})
    assert counts(intake, "good") == [1, 1, 1]


@pytest.mark.parametrize(
    ("scale", "offset"), [(2**31 - 1, 0), (-(2**31), 0), (21, 0), (-11, 0), (3, 2**31), (3, -(2**31))]
)
def test_an_extreme_exponential_scale_or_offset_is_refused_before_anything_is_allocated(
    scale: int, offset: int
) -> None:
    intake = new_intake()
    number = intake.stream(exponential())
    point = exponential_point(
        StreamId(int(number)), Point(exponential(), START, NOW, (0, 1)), scale=scale, offset=offset
    )
    assert intake.fold(Batch((), [point]), NOW).rejected == {Reason.SCALE_OUT_OF_RANGE: 1}


def test_sums_that_are_not_finite_change_no_count() -> None:
    intake = new_intake()
    stream = histogram()
    for seconds, total in ((-9, math.nan), (-8, math.inf), (-7, -math.inf), (-6, 3.0)):
        fold(intake, Point(stream, START, at(seconds), (10 + seconds, 0, 0), total=total))
    assert counts(intake) == [4, 0, 0]


def test_streams_that_cannot_count_are_refused_or_ignored() -> None:
    intake = new_intake()
    assert intake.stream(counter("http.requests")) == IGNORED
    assert intake.stream(histogram(bounds=(1.0, 1.0))) is Reason.BOUNDS_NOT_ASCENDING
    assert intake.stream(histogram(bounds=(math.nan,))) is Reason.BOUNDS_NOT_ASCENDING
    assert intake.stream(counter("ml.predictions", monotonic=False)) is Reason.UNSUPPORTED
    assert intake.stream(counter("ml.field.distribution")) is Reason.UNSUPPORTED


def test_points_of_nobodys_streams_are_ignored_beside_others() -> None:
    intake = new_intake()
    known = batch(intake, [Point(histogram(), START, NOW, (1, 0, 0))]).buckets[0]
    thrice = take(known, np.array([0, 0, 0]))
    thrice.streams = np.array([IGNORED, known.streams[0], 39])
    tally = intake.fold(Batch([thrice]), NOW)
    assert (tally.accepted, tally.ignored) == (1, 2)
    strange = ExponentialPoint(StreamId(12345), 0, NOW, 0, 0, 0, 0, np.zeros(0, np.int64), 0, np.zeros(0, np.int64))
    assert intake.fold(Batch((), [strange]), NOW).ignored == 1


def test_predictions_and_durations_are_summed_over_instances_and_lives() -> None:
    intake = new_intake()
    for instance in "ab":
        for life in range(2):
            start = START + life * SECOND
            fold(
                intake,
                Point(counter("ml.predictions", instance=instance), start, at(life - 9), (10,)),
                Point(counter("ml.predictions", {"label": "ValueError"}, instance=instance), start, at(life - 9), (1,)),
            )
    durations = replace(histogram(bounds=(0.005, 0.3)), metric="ml.prediction.duration")
    fold(intake, Point(durations, START, at(-3), (2, 3, 1), total=1.5))
    traffic = next(model for model in intake.models() if model.identity == CREDIT).traffic(NOW)
    assert traffic is not None
    assert traffic.predictions == {None: 40, "ValueError": 4}
    held = traffic.durations[None]
    assert (held.counts[2], held.counts[9], held.counts[16], held.total_seconds) == (2, 3, 1, 1.5)


def test_one_stream_counts_for_the_whole_and_for_its_segment() -> None:
    intake = new_intake(Routes(segments=("region",)))
    stream = replace(histogram(), attributes={**histogram().attributes, "region": "north"})
    fold(intake, Point(stream, START, NOW, (1, 2, 0)), Point(histogram("income"), START, NOW, (1, 0, 0)))
    north = Identity("credit", "7", segment=(("region", "north"),))
    assert windows(intake)["age"].observations == 3
    assert windows(intake, identity=north)["age"].observations == 3
    assert "income" not in windows(intake, identity=north)


def overflows(health: Health) -> dict[str, float]:
    return {
        reading.labels[0][1]: reading.value
        for reading in health.snapshot()
        if reading.name == metrics.DRIFTLINE_OVERFLOWS
    }


def test_categories_beyond_the_cap_count_under_other() -> None:
    health = Health()
    intake = new_intake(caps=Caps(categories=3), health=health)
    for number in range(10):
        stream = counter("ml.field.categories", {"ml.field.name": "id", "label": f"c{number}"})
        fold(intake, Point(stream, START, at(-9), (2,)))
    assert windows(intake)["id"].categories == {"c0": 2, "c1": 2, "c2": 2, OTHER_CATEGORY: 14}
    assert overflows(health) == {"categories": 7}


def test_segments_beyond_the_cap_count_under_other() -> None:
    intake = new_intake(Routes(segments=("region",)), caps=Caps(segments=2))
    for number in range(5):
        stream = counter("ml.field.categories", {"ml.field.name": "x", "label": "a", "region": f"r{number}"})
        fold(intake, Point(stream, START, at(-9), (1,)))
    other = Identity("credit", "7", segment=(("region", OTHER_CATEGORY),))
    assert windows(intake, identity=other)["x"].categories == {"a": 3}


def test_a_flood_of_unknown_models_never_starves_a_declared_one() -> None:
    health = Health()
    intake = new_intake(caps=Caps(streams=50, models=5), health=health)
    refused = 0
    for number in range(2000):
        answer = intake.stream(
            counter("ml.field.categories", {"model": f"m{number}", "ml.field.name": "x", "label": "a"})
        )
        refused += answer is Reason.OVER_LIMIT
    fold(intake, Point(histogram(), START, NOW, (1, 0, 0)))
    assert refused == 1995
    assert counts(intake) == [1, 0, 0]
    assert overflows(health) == {"models": 1995}


def test_beyond_the_cap_on_models_their_traffic_is_summed_under_other() -> None:
    intake = new_intake(caps=Caps(models=1))
    for model in ("a", "b", "c"):
        fold(intake, Point(counter("ml.predictions", {"model": model}), START, NOW, (2,)))
    other = next(model for model in intake.models() if model.identity == Identity(OTHER_CATEGORY))
    assert (traffic := other.traffic(NOW)) is not None
    assert traffic.predictions == {None: 4}


def test_a_flood_within_one_declared_model_leaves_room_for_another() -> None:
    intake = new_intake(Routes(declared=frozenset({"credit", "fraud"})), caps=Caps(streams=100))
    for number in range(1000):
        intake.stream(counter("ml.predictions", {"model": "credit"}, instance=str(number)))
    assert isinstance(intake.stream(counter("ml.predictions", {"model": "fraud"})), int)


def test_a_hundred_thousand_label_sets_hold_no_more_memory_than_the_cap() -> None:
    intake = new_intake(caps=Caps(streams=1000, fields=50))
    for number in range(100_000):
        intake.stream(counter("ml.field.categories", {"ml.field.name": f"f{number % 500}", "label": str(number)}))
    assert len(intake._registry) <= 1000
    assert sum(len(panes) for panes in intake._registry.panes.values()) <= 50


def test_an_hour_of_silence_forgets_streams_and_models_and_changes_the_epoch() -> None:
    intake = new_intake()
    fold(intake, Point(histogram(), START, NOW, (7, 0, 0)), Point(counter("ml.predictions"), START, NOW, (7,)))
    before = intake.epoch
    fold(intake, now_ns=NOW + HOUR - SECOND)
    assert (intake.epoch, len(list(intake.models()))) == (before, 1)
    fold(intake, now_ns=NOW + HOUR + 61 * SECOND)
    assert intake.epoch != before
    assert list(intake.models()) == []
    now = NOW + 2 * HOUR
    fold(intake, Point(histogram(), START, now, (9, 0, 0)), now_ns=now)
    fold(intake, Point(histogram(), START, now + SECOND, (10, 0, 0)), now_ns=now + SECOND)
    assert counts(intake, now_ns=now + SECOND) == [1, 0, 0], "what was counted an hour ago must not count again"
    fold(intake, Point(histogram(), now, now + 2 * SECOND, (5, 0, 0)), now_ns=now + 2 * SECOND)
    assert counts(intake, now_ns=now + 2 * SECOND) == [6, 0, 0]


def test_more_lives_than_are_remembered_never_count_an_old_one_twice() -> None:
    intake = new_intake()
    for life in range(30):
        now = NOW + life * 60 * SECOND
        fold(intake, Point(histogram(), now - SECOND, now, (1, 0, 0)), now_ns=now)
    entry = intake._registry.entry(int(intake.stream(histogram())))
    assert entry is not None
    assert len(entry.rows) <= 8
    fold(intake, Point(histogram(), NOW - SECOND, now + SECOND, (1, 0, 0)), now_ns=now + SECOND)
    assert counts(intake, now_ns=now + SECOND) == [5, 0, 0]


def test_rerouting_keeps_windows_and_positions() -> None:
    intake = new_intake()
    fold(intake, Point(histogram(), START, at(-9), (3, 0, 0)), Point(exponential("e"), START, at(-9), (2,)))
    before = intake.epoch
    intake.reroute(Routes())
    assert intake.epoch != before
    assert counts(intake) == [3, 0, 0]
    fold(intake, Point(histogram(), START, at(-5), (4, 0, 0)), Point(exponential("e"), START, at(-5), (3,)))
    assert counts(intake) == [4, 0, 0]
    assert windows(intake)["e"].observations == 3


def test_a_field_that_is_routed_nowhere_any_more_is_closed_within_minutes() -> None:
    intake = new_intake()
    fold(intake, Point(histogram(), START, at(-9), (3, 0, 0)))
    intake.reroute(lambda stream: None)
    for minute in range(8):
        fold(intake, now_ns=at(60 * minute))
    assert list(intake.models()) == []


def test_after_a_restart_with_state_every_stream_goes_on_where_it_stood() -> None:
    streams = [histogram(), histogram("wide", bounds=(1, 2, 3, 4.5)), exponential("e"), counter("ml.predictions")]
    shapes = [3, 5, 7, 1]
    delta = Point(histogram("d", delta=True), START, at(-9), (4, 0, 0))

    def all_at(seconds: float, value: int) -> list[Point]:
        return [Point(s, START, at(seconds), tuple([value] * n)) for s, n in zip(streams, shapes, strict=True)]

    first = new_intake()
    fold(first, delta, *all_at(-9, 5))

    second = new_intake(started_ns=at(0))
    second.restore(first.snapshot())
    repeat = fold(
        second, delta, *(Point(s, START, at(-9), tuple([5] * n)) for s, n in zip(streams, shapes, strict=True))
    )
    assert repeat.rejected == {Reason.DUPLICATE: 5}
    new_life = Point(histogram(instance="born while we were away"), at(-4), at(5), (1, 0, 0))
    fold(
        second,
        new_life,
        *(Point(s, START, at(5), tuple([7] * n)) for s, n in zip(streams, shapes, strict=True)),
        now_ns=at(5),
    )
    found = windows(second, at(5))
    assert counts(second, now_ns=at(5)) == [3, 2, 2]
    assert found["wide"].observations == 10
    assert found["e"].observations == 14
    assert found["d"].observations == 0
    traffic = next(second.models()).traffic(at(5))
    assert traffic is not None
    assert (traffic.predictions, traffic.start_ns) == ({None: 7}, STARTED)


def test_a_state_that_makes_no_sense_is_refused() -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        new_intake().restore({"intake": {"started_ns": 1}})
    new_intake().restore({})


def test_closed_panes_can_be_read_one_by_one_even_when_the_window_is_a_single_pane() -> None:
    intake = new_intake(Routes(WindowSpec(10 * SECOND, 10 * SECOND)))
    stream = counter("ml.field.categories", {"ml.field.name": "color", "label": "red"})
    fold(
        intake,
        Point(histogram(), START, at(0), (1, 0, 0)),
        Point(exponential("e"), START, at(0), (2,)),
        Point(stream, START, at(0), (3,)),
    )
    now = at(10)
    assert all(found.observations == 0 for found in windows(intake, now).values())
    model = next(intake.models())
    read = {found.field: found.observations for found in model.between(at(0), now)}
    assert read == {"age": 1, "e": 2, "color": 3}
    assert list(model.between(at(-50), at(0))) == []


def test_the_health_says_how_much_is_held_and_how_old_the_newest_point_is() -> None:
    health = Health()
    intake = new_intake(health=health)
    fold(intake, Point(histogram(), START, at(-4), (1, 0, 0)))
    intake.observe(NOW)
    read = {reading.name: reading.value for reading in health.snapshot()}
    assert read[metrics.DRIFTLINE_STREAMS] == 1
    assert read[metrics.DRIFTLINE_MODELS] == 1
    assert read[metrics.DRIFTLINE_LAG] == 4
