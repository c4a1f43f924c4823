"""Estimates of windows that are over: those within a cohort, where they cover enough of it."""

from __future__ import annotations

from driftline.processors.findings import Identity, Performance, Window
from driftline.processors.pipeline.rows.past import MOST_WINDOWS, PastEstimates
from driftline.semconv import PerformanceKind


def _estimate(start_ns: int, end_ns: int, model: str = "cars") -> Performance:
    return Performance(Identity(model), Window(start_ns, end_ns, 10), end_ns, "regression", PerformanceKind.ESTIMATED)


def test_windows_count_where_they_lie_within_and_cover_half_of_the_time() -> None:
    past = PastEstimates(2)
    for start in range(0, 60, 10):
        past.note(_estimate(start, start + 8))
    assert [each.window.start_ns for each in past.between(Identity("cars"), 20, 40)] == [20, 30]
    assert [each.window.start_ns for each in past.between(Identity("cars"), 5, 25)] == []  # 8 of 20
    assert past.between(Identity("cars"), 40, 90) == []  # 16 of 50
    assert past.between(Identity("other"), 0, 60) == []


def test_what_is_kept_has_a_bound() -> None:
    past = PastEstimates(2)
    for at in range(MOST_WINDOWS + 5):
        past.note(_estimate(at, at + 1))
    assert past.between(Identity("cars"), 0, 5) == []
    assert len(past.between(Identity("cars"), 5, MOST_WINDOWS + 5)) == MOST_WINDOWS
    for model in ("one", "two"):
        past.note(_estimate(0, 1, model))
    assert past.between(Identity("cars"), 5, MOST_WINDOWS + 5) == []
