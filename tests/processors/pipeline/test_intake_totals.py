"""Any order, any batches, any repetition: the same totals as the slow, obvious loop."""

from __future__ import annotations

import random
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from driftline.processors.observations import Stream
from driftline.processors.windows import FieldWindow
from tests.processors.pipeline.traffic import (
    NOW,
    SECOND,
    STARTED,
    Point,
    SlowLoop,
    counter,
    exponential,
    fold,
    histogram,
    new_intake,
    windows,
)

small = st.integers(0, 5)
STREAMS = {
    "histogram": lambda name, instance: histogram(name, instance=instance),
    "delta": lambda name, instance: histogram(name, instance=instance, delta=True),
    "exponential": lambda name, instance: exponential(name, instance=instance),
    "category": lambda name, instance: counter(
        "ml.field.categories", {"ml.field.name": name, "label": "red"}, instance=instance
    ),
}
BUCKETS = {"histogram": 3, "delta": 3, "exponential": 7, "category": 1}


@st.composite
def corpora(draw: st.DrawFn) -> list[Point]:
    """Streams of several kinds and instances, each living several lives, with points in the last half minute."""
    points = []
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(sorted(STREAMS)))
        stream = STREAMS[kind](draw(st.sampled_from(["age", "income"])) + kind, f"i{number}")
        for life in range(draw(st.integers(1, 3))):
            points += draw(lives(stream, BUCKETS[kind], STARTED + (1 + 20 * life) * SECOND))
    return points


@st.composite
def lives(draw: st.DrawFn, stream: Stream, buckets: int, start_ns: int) -> list[Point]:
    values = [0] * buckets
    points = []
    for offset in sorted(draw(st.sets(st.integers(0, 30), min_size=1, max_size=5))):
        added = draw(st.lists(small, min_size=buckets, max_size=buckets))
        values = added if stream.delta else [old + new for old, new in zip(values, added, strict=True)]
        points.append(Point(stream, start_ns, NOW - offset_from_now(offset), tuple(values)))
    return points


def offset_from_now(offset: int) -> int:
    return (30 - offset) * SECOND


def total(found: Mapping[str, FieldWindow]) -> dict[str, object]:
    return {
        name: (
            sorted((tuple(b.bounds.tolist()), tuple(b.counts.tolist())) for b in window.binned),
            window.exponential and sorted(zip(*(map(float, part) for part in window.exponential.get()), strict=True)),
            dict(window.categories),
        )
        for name, window in found.items()
    }


@settings(max_examples=60, deadline=None)
@given(corpus=corpora(), seed=st.integers(0, 2**32 - 1), pieces=st.integers(1, 6))
def test_a_corpus_in_any_order_thrice_and_in_any_pieces_gives_the_same_totals(
    corpus: list[Point], seed: int, pieces: int
) -> None:
    once = new_intake()
    fold(once, *corpus)
    shuffled = corpus * 3
    random.Random(seed).shuffle(shuffled)
    again = new_intake()
    for piece in range(pieces):
        fold(again, *shuffled[piece::pieces])
    assert total(windows(again)) == total(windows(once))


@settings(max_examples=60, deadline=None)
@given(corpus=corpora(), extra=st.data())
def test_the_fast_fold_gives_what_the_slow_loop_gives(corpus: list[Point], extra: st.DataObject) -> None:
    shuffled = extra.draw(st.permutations(corpus))
    intake, slow = new_intake(), SlowLoop()
    now_ns = NOW
    tallied: dict[object, int] = {}
    accepted = 0
    while shuffled:
        size = extra.draw(st.integers(1, len(shuffled)))
        piece, shuffled = shuffled[:size], shuffled[size:]
        tally = fold(intake, *piece, now_ns=now_ns)
        slow.fold(piece, now_ns)
        accepted += tally.accepted
        for reason, points in tally.rejected.items():
            tallied[reason] = tallied.get(reason, 0) + points
        now_ns += extra.draw(st.integers(0, 12)) * SECOND
    assert (accepted, tallied) == (slow.accepted, slow.rejected)
    for look_ns in (now_ns, now_ns + 290 * SECOND, now_ns + 310 * SECOND, now_ns + 400 * SECOND):
        for name, window in windows(intake, look_ns).items():
            metric = "ml.field.categories" if name.endswith("category") else "ml.field.distribution"
            label = "red" if name.endswith("category") else ""
            expected = slow.held((metric, name, label), look_ns)
            assert window.observations == sum(expected)
            for binned in window.binned:
                assert binned.counts.tolist() == (expected or [0] * len(binned.counts))


cumulative_values = st.lists(st.tuples(small, small), min_size=1, max_size=8)


@settings(max_examples=100, deadline=None)
@given(values=cumulative_values, start=st.sampled_from([0, STARTED - 5 * SECOND, STARTED, STARTED + SECOND]))
def test_unknown_and_early_starts_count_as_the_slow_loop_says_also_when_values_fall(
    values: list[tuple[int, int]], start: int
) -> None:
    stream = histogram(bounds=(0.0,))
    points = [Point(stream, start, NOW - (9 - at) * SECOND, value) for at, value in enumerate(values)]
    one_by_one, together, slow = new_intake(), new_intake(), SlowLoop()
    for point in points:
        fold(one_by_one, point)
        slow.fold([point], NOW)
    fold(together, *reversed(points))
    expected = slow.held(("ml.field.distribution", "age", ""), NOW) or [0, 0]
    assert windows(one_by_one)["age"].binned[0].counts.tolist() == expected
    assert windows(together)["age"].binned[0].counts.tolist() == expected


SENDERS = (
    [histogram(f"f{number}") for number in range(3)]
    + [counter("ml.field.categories", {"ml.field.name": "c", "label": label}) for label in ("red", "blue")]
    + [exponential(f"e{number}") for number in range(2)]
)
BUCKETS_OF = {"f": 3, "c": 1, "e": 7}


@st.composite
def flushes(draw: st.DrawFn) -> list[list[Point]]:
    """The same streams again and again: mostly in order and growing, now and then late, repeated, still, or fallen."""
    sizes = [BUCKETS_OF[stream.attributes["ml.field.name"][0]] for stream in SENDERS]
    values = [[1] * size for size in sizes]
    made = []
    for step in range(draw(st.integers(2, 8))):
        shift = draw(st.sampled_from([0, 0, 0, 0, -2, -40, 15]))
        odd = draw(st.sampled_from(["no", "no", "no", "still", "fell", "apart"]))
        who = draw(st.integers(0, len(SENDERS) - 1))
        points = []
        for number, stream in enumerate(SENDERS):
            added = draw(st.lists(small, min_size=sizes[number], max_size=sizes[number]))
            if odd != "no" and number == who:
                added = {"still": [0] * len(added), "fell": [-values[number][0], *added[1:]], "apart": added}[odd]
            values[number] = [max(old + new, 0) for old, new in zip(values[number], added, strict=True)]
            apart = SECOND // 2 if odd == "apart" and number == who else 0
            time_ns = NOW + (step + shift) * SECOND + apart
            points.append(Point(stream, STARTED + SECOND, time_ns, tuple(values[number])))
        made.append(points)
    return made


@settings(max_examples=80, deadline=None)
@given(requests=flushes(), pause=st.sampled_from([1, 1, 4]))
def test_a_sender_on_its_beaten_track_counts_as_the_slow_loop_says(requests: list[list[Point]], pause: int) -> None:
    intake, slow = new_intake(), SlowLoop()
    now_ns = NOW
    accepted, tallied = 0, dict[object, int]()
    for step, points in enumerate(requests):
        now_ns = NOW + step * pause * SECOND
        tally = fold(intake, *points, now_ns=now_ns)
        slow.fold(points, now_ns)
        accepted += tally.accepted
        for reason, count in tally.rejected.items():
            tallied[reason] = tallied.get(reason, 0) + count
    assert (accepted, tallied) == (slow.accepted, slow.rejected)
    for look_ns in (now_ns, now_ns + 290 * SECOND):
        for name, window in windows(intake, look_ns).items():
            if name == "c":
                for label in ("red", "blue"):
                    expected = slow.held(("ml.field.categories", name, label), look_ns)
                    assert window.categories.get(label, 0) == sum(expected)
            else:
                expected = slow.held(("ml.field.distribution", name, ""), look_ns)
                assert window.observations == sum(expected)
                assert all(binned.counts.tolist() == (expected or [0] * 3) for binned in window.binned)
