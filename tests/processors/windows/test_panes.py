"""Windows of whole panes: sliding, tumbling, and reaching back."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from driftline.processors.windows import ExponentialCounts, Field, Panes, WindowSpec

EVERY = 10
SLIDING = WindowSpec(length_ns=30, every_ns=EVERY)
QUIET = WindowSpec(length_ns=30, every_ns=EVERY, observations=6, longest_ns=200)


def put(panes: Panes, field: Field, kind: str, count: int, now_ns: int, *, late_ns: int = 0) -> None:
    panes.roll(now_ns)
    pane = panes.pane_at(now_ns - late_ns)
    if kind == "exponential":
        panes.spread(field).add(ExponentialCounts(scale=2, positive=np.array([count])), pane=pane)
        return
    place = {
        "buckets": lambda: panes.distribution(field, (0.0,)),
        "category": lambda: panes.category(field, "red"),
        "defect": lambda: panes.defect(field, "missing"),
    }[kind]()
    row = np.array([place.row])
    counts = np.zeros_like(place.cells.held(row))
    counts[0, 0] = count
    place.cells.add(row, counts, pane=pane, now_ns=now_ns)


def slow_window(events: list[tuple[int, str, int]], spec: WindowSpec, now_ns: int) -> tuple[int, int]:
    """(observations, defects), pane by pane from the newest back."""
    panes: dict[int, list[int]] = {}
    for time_ns, kind, count in events:
        panes.setdefault(time_ns // spec.every_ns, [0, 0])[kind == "defect"] += count
    newest = now_ns // spec.every_ns
    first = newest - newest % spec.panes if spec.tumbling else newest - spec.panes + 1
    held = [pane for pane in panes if first <= pane <= newest]
    if spec.observations is not None:
        for pane in sorted((pane for pane in panes if pane < first), reverse=True):
            if sum(panes[kept][0] for kept in held) >= spec.observations or pane <= newest - spec.longest_panes:
                break
            held.append(pane)
    return sum(panes[pane][0] for pane in held), sum(panes[pane][1] for pane in held)


events = st.lists(
    st.tuples(
        st.integers(1, 60), st.sampled_from(["buckets", "category", "defect", "exponential"]), st.integers(1, 4),
        st.integers(0, 15),
    ),
    max_size=25,
)  # fmt: skip


def run(spec: WindowSpec, steps: list[tuple[int, str, int, int]]) -> None:
    panes = Panes(spec)
    field, other = panes.field("credit", "age", "feature"), panes.field("credit", "other", "feature")
    happened: list[tuple[int, str, int]] = []
    now_ns = 1000
    for wait, kind, count, late_ns in steps:
        now_ns += wait
        put(panes, field, kind, count, now_ns, late_ns=late_ns if spec.observations is None else 0)
        put(panes, other, "buckets", 50, now_ns)
        happened.append((now_ns - (late_ns if spec.observations is None else 0), kind, count))
        panes.look(now_ns)
        found = panes.read(field)
        assert (found.observations, sum(found.defects.values())) == slow_window(happened, spec, now_ns)
        assert found.start_ns % EVERY == 0
        assert found.end_ns == (now_ns // EVERY + 1) * EVERY
    panes.look(now_ns + 10_000)
    assert panes.read(field).observations == 0
    assert len(panes._reaching) == 0


@settings(max_examples=80, deadline=None)
@given(events)
def test_a_sliding_window_holds_what_its_panes_got(steps: list[tuple[int, str, int, int]]) -> None:
    run(SLIDING, steps)


@settings(max_examples=60, deadline=None)
@given(events)
def test_a_tumbling_window_starts_anew_at_multiples_of_its_length(steps: list[tuple[int, str, int, int]]) -> None:
    run(WindowSpec(length_ns=30, every_ns=EVERY, tumbling=True), steps)


@settings(max_examples=80, deadline=None)
@given(events)
def test_a_quiet_field_reaches_back_until_it_holds_enough(
    steps: list[tuple[int, str, int, int]],
) -> None:
    run(QUIET, steps)


def test_a_busy_field_needs_its_newest_panes_only_once_it_turns_quiet() -> None:
    panes = Panes(QUIET)
    field = panes.field("credit", "age", "feature")
    for step in range(20):
        put(panes, field, "buckets", 100, 1000 + step * EVERY)
        panes.look(1000 + step * EVERY)
    assert panes.read(field).observations == 300
    panes.look(1190 + 100)
    found = panes.read(field)
    assert found.observations == 100
    assert found.start_ns == 1190


def test_a_field_of_nothing_but_defects_keeps_a_bounded_number_of_panes() -> None:
    panes = Panes(WindowSpec(length_ns=30, every_ns=EVERY, observations=6, longest_ns=10**9))
    field = panes.field("credit", "age", "feature")
    for step in range(2000):
        put(panes, field, "defect", 1, 1000 + step * EVERY)
        panes.look(1000 + step * EVERY)
    assert len(field.older) <= 4 * 6
    assert panes.held_panes <= 4


def test_a_coarse_outlier_leaves_with_its_pane_and_the_scale_recovers() -> None:
    panes = Panes(SLIDING)
    field = panes.field("credit", "age", "feature")
    panes.roll(1000)
    spread = panes.spread(field)
    spread.add(ExponentialCounts(scale=-5, positive=np.array([1])), pane=100)
    for step in range(1, 5):
        panes.look(1000 + step * EVERY)
        spread.add(ExponentialCounts(scale=8, positive_offset=7, positive=np.array([2])), pane=100 + step)
    panes.look(1040)
    held = panes.read(field).exponential
    assert held is not None
    assert (held.scale, held.count) == (8, 6)


def test_a_closed_field_gives_its_rows_to_another_and_leaves_nothing_in_them() -> None:
    panes = Panes(QUIET)
    field = panes.field("credit", "age", "feature")
    for step in range(10):
        put(panes, field, "buckets", 1, 1000 + step * EVERY)
        panes.look(1000 + step * EVERY)
    panes.close(field)
    fresh = panes.field("credit", "income", "feature")
    place = panes.distribution(fresh, (0.0,))
    for step in range(10, 60):
        panes.look(1000 + step * EVERY)
        assert panes.read(fresh).observations == 0
    assert place.row == 0
    assert len(panes) == 1


def test_a_clock_that_steps_back_changes_nothing() -> None:
    panes = Panes(SLIDING)
    field = panes.field("credit", "age", "feature")
    put(panes, field, "buckets", 3, 1000)
    panes.look(1000)
    panes.look(500)
    assert panes.read(field).observations == 3
