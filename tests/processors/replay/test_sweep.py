"""Sweeps: candidates on one history, and which is recommended."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from driftline.processors.monitor.budget import parse_budget
from driftline.processors.replay import Candidate, Columns, Outcome, Replay, ReplayError, Sweep, recommend
from driftline.processors.replay.alarms import Alarm, Alarms
from driftline.processors.replay.sweep import delays
from tests.processors.replay.history import MINUTE, START, monitors, people, profile_of

WINDOW = "  window: {length: 5m, every: 1m}"
CHANGE = START + 10 * MINUTE


def _outcome(name: str, *, outside: int, delays_ns: Sequence[int | None]) -> Outcome:
    candidate = Candidate(parse_budget("1 per 30d"), 1, (name,))
    return Outcome(candidate, outside + 1, outside, allowed=1.0, delays_ns=tuple(delays_ns), in_drift_ns=0)


def test_a_sweep_finds_the_change_and_recommends_a_candidate_that_did(tmp_path: Path) -> None:
    profile_of(people(8_000, 40, seed=2, shift_from=2), tmp_path)
    configured = monitors(tmp_path, f"  reference: {{profile: reference.json}}\n{WINDOW}")
    table = people(4_000, 20)
    sweep = Sweep(configured, Columns("at"), changes=[CHANGE])
    candidates = sweep.candidates()[:3]
    sweep.candidates = lambda: candidates  # type: ignore[method-assign]  # three are enough, and quick
    done: list[tuple[int, int]] = []
    outcomes = list(sweep.outcomes(table, lambda *progress: done.append(progress)))
    assert done == [(1, 3), (2, 3), (3, 3)]
    best, why = recommend(outcomes)
    assert best.missed == 0
    assert 0 < best.mean_delay_ns <= 5 * MINUTE
    assert why.startswith("finds 1 of 1 changes after 0.")
    replay = Replay(configured, Columns("at"))
    list(replay.looks(table))
    assert outcomes[0].alarms == len(replay.alarms.all)  # the first candidate is the monitor's own way


def test_candidates_are_the_monitors_own_and_those_worth_trying(tmp_path: Path) -> None:
    configured = monitors(tmp_path, f"{WINDOW}\n  drift: {{falseAlarms: 1 per 5d}}")
    candidates = Sweep(configured).candidates()
    assert candidates[0].to_dict() == {"false_alarms": "1 per 5d", "window": "5m", "detectors": ["window"]}
    assert {candidate.length_ns // MINUTE for candidate in candidates} == {1, 5, 20}
    assert len(candidates) == len(set(candidates)) == 4 * 3 * 4


def test_a_reference_that_moves_leaves_the_window_test_alone(tmp_path: Path) -> None:
    configured = monitors(tmp_path, f"{WINDOW}\n  reference: {{trailing: {{length: 1h}}}}")
    assert {candidate.detectors for candidate in Sweep(configured).candidates()} == {("window",)}


def test_a_delay_is_to_the_first_alarm_after_a_change_and_before_the_next() -> None:
    alarms = Alarms()
    alarms.all = [Alarm(None, begin, "") for begin in (5, 12, 40)]  # type: ignore[arg-type]  # whose does not matter
    assert list(delays(alarms, [10, 20, 30])) == [2, None, 10]


def test_the_best_misses_least_then_alarms_least_outside_then_is_fastest() -> None:
    slow = _outcome("slow", outside=1, delays_ns=[9])
    noisy = _outcome("noisy", outside=3, delays_ns=[1])
    blind = _outcome("blind", outside=0, delays_ns=[None])
    quick = _outcome("quick", outside=1, delays_ns=[3])
    assert recommend([blind, noisy, slow, quick])[0] is quick
    assert recommend([blind, noisy, slow])[0] is slow
    assert recommend([blind, noisy])[0] is noisy
    assert "over the 1.0 it allows" in recommend([noisy])[1]
    assert "--change TIME" in recommend([_outcome("none", outside=0, delays_ns=[])])[1]


def test_a_history_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    profile_of(people(4_000, 40, seed=2, shift_from=2), tmp_path)
    configured = monitors(tmp_path, f"  reference: {{profile: reference.json}}\n{WINDOW}")
    with pytest.raises(ReplayError, match=r"longer `window\.every`"):
        list(Sweep(configured, Columns("at"), limit=1_000).outcomes(people(1_000, 20)))
