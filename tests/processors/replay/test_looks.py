"""When a replay looks."""

from __future__ import annotations

from pathlib import Path

from driftline.processors.replay.looks import Looks
from tests.processors.replay.history import MINUTE, monitors

HOUR = 60 * MINUTE


def _looks(folder: Path, spec: str) -> Looks:
    return Looks(list(monitors(folder, spec)), MINUTE)


def test_every_pane_is_looked_at_while_data_comes(tmp_path: Path) -> None:
    looks = _looks(tmp_path, "  window: {length: 5m, every: 1m}")
    assert list(looks.until(MINUTE)) == []
    assert looks.data(MINUTE)
    assert list(looks.until(3 * MINUTE)) == [2 * MINUTE]


def test_a_pane_that_is_not_the_end_of_a_step_is_not_looked_at(tmp_path: Path) -> None:
    looks = _looks(tmp_path, "  window: {length: 10m, every: 2m}")
    assert [looks.data(end * MINUTE) for end in (1, 2, 3)] == [False, True, False]


def test_a_silence_is_looked_at_until_the_model_is_no_longer_stale_and_then_rarely(tmp_path: Path) -> None:
    looks = _looks(tmp_path, "  window: {length: 5m, every: 1m}\n  staleAfter: 10m")
    looks.data(MINUTE)
    times = [time // MINUTE for time in looks.until(1000 * HOUR)]
    assert times[:71] == list(range(2, 73))
    assert len(times) < 90
    assert times[-1] == 1000 * 60 - 1  # what holds just before data comes again


def test_a_look_falls_where_old_data_leaves_a_window_that_reaches_back(tmp_path: Path) -> None:
    looks = _looks(tmp_path, "  window: {length: 5m, every: 1m, observations: 50, longest: 30h}\n  staleAfter: 10m")
    for end in (1, 7):
        looks.data(end * MINUTE)
    times = [time // MINUTE for time in looks.until(1000 * HOUR)]
    assert {1 + 30 * 60, 7 + 30 * 60} <= set(times)


def test_a_look_falls_where_an_exclusion_begins_or_ends(tmp_path: Path) -> None:
    days = "{from: 1970-01-04T00:00:00Z, to: 1970-01-05T00:00:00Z, reason: party}"
    looks = _looks(tmp_path, f"  window: {{length: 5m, every: 1m}}\n  exclusions: [{days}]")
    looks.data(MINUTE)
    assert {3 * 24 * 60, 4 * 24 * 60} <= {time // MINUTE for time in looks.until(1000 * HOUR)}


def test_times_never_repeat_and_always_ascend(tmp_path: Path) -> None:
    looks = _looks(tmp_path, "  window: {length: 5m, every: 1m, observations: 50, longest: 30h}\n  staleAfter: 10m")
    times = []
    for end in (1, 2, 500, 501, 9000):
        times += [*looks.until(end * MINUTE), end * MINUTE]
        looks.data(end * MINUTE)
    assert times == sorted(set(times))
