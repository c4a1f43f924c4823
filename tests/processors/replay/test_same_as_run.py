"""A replay says of a table what `run` would have said, had the same rows been sent live."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from driftline.processors.replay import Columns, Replay
from tests.processors.replay.history import Live, monitors, people, profile_of

WINDOW = "  window: {length: 10m, every: 1m}"
Lines = list[Mapping[str, Any]]


def _replayed(replay: Replay, table: Mapping[str, Any]) -> Lines:
    return [line for line in replay.lines(table) if "summary" not in line]


def _same(replayed: Lines, live: Lines) -> None:
    assert [_but_age(line) for line in _sorted(replayed)] == [_but_age(line) for line in _sorted(live)]
    assert len({line["status"] for line in live}) >= 2  # else nothing was told apart


def _but_age(line: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in line.items() if name != "reference"} | {
        "reference": None if line["reference"] is None else line["reference"]["id"]
    }


def test_with_a_declared_profile(tmp_path: Path) -> None:
    table = people(8_000, 40)
    profile = profile_of(people(8_000, 40, seed=2, shift_from=2), tmp_path)
    configured = monitors(tmp_path, f"  reference: {{profile: reference.json}}\n{WINDOW}")
    live = Live(configured, profile=profile)
    _same(_replayed(Replay(configured, Columns("at")), table), list(live.lines(table)))


def test_with_a_reference_that_is_learned(tmp_path: Path) -> None:
    table = people(8_000, 40)
    configured = monitors(tmp_path, f"  reference: {{learn: {{observations: 2000}}}}\n{WINDOW}")
    replayed = _replayed(Replay(configured, Columns("at", version="none")), {**table, "none": [None] * 8_000})
    live = Live(configured, fields=("age", "balance", "plan", "region"))
    _same(replayed, list(live.lines(table)))


def test_with_segments_and_two_versions(tmp_path: Path) -> None:
    table = people(8_000, 40)
    table["release"] = np.where(np.arange(8_000) < 5_000, "1", "2").astype(object)
    profile = profile_of(people(8_000, 40, seed=2, shift_from=2), tmp_path)
    configured = monitors(tmp_path, f"  reference: {{profile: reference.json}}\n{WINDOW}\n  segments: [region]")
    live = Live(configured, profile=profile, segments=("region",), version="release")
    replay = Replay(configured, Columns("at", version="release"))
    _same(_replayed(replay, table), list(live.lines(table)))


def test_with_a_window_that_reaches_back_over_gaps(tmp_path: Path) -> None:
    table = people(3_000, 60)
    kept = (np.asarray(table["at"]) // 60_000) % 20 < 3
    table = {name: np.asarray(column)[kept] for name, column in table.items()}
    profile = profile_of(people(8_000, 40, seed=2, shift_from=2), tmp_path)
    window = "  window: {length: 2m, every: 1m, observations: 120, longest: 12m}\n  staleAfter: 5m"
    configured = monitors(tmp_path, f"  reference: {{profile: reference.json}}\n{window}")
    live = Live(configured, profile=profile)
    _same(_replayed(Replay(configured, Columns("at")), table), list(live.lines(table)))


def test_through_a_silence_that_outlasts_the_stale_state(tmp_path: Path) -> None:
    table = people(1_500, 10, shift_from=0.4)
    table["at"] = np.asarray(table["at"]) + (np.arange(1_500) >= 700) * 100 * 60_000
    profile = profile_of(people(8_000, 40, seed=2, shift_from=2), tmp_path)
    configured = monitors(
        tmp_path, "  reference: {profile: reference.json}\n  window: {length: 5m, every: 1m}\n  staleAfter: 5m"
    )
    replay = Replay(configured, Columns("at"))
    _same(_replayed(replay, table), list(Live(configured, profile=profile).lines(table)))
    assert replay.summary()["looks"] < 100  # of 110


def test_rows_in_any_order_say_the_same(tmp_path: Path) -> None:
    table = people(4_000, 20)
    profile_of(people(8_000, 40, seed=2, shift_from=2), tmp_path)
    configured = monitors(tmp_path, f"  reference: {{profile: reference.json}}\n{WINDOW}")
    order = np.random.default_rng(3).permutation(4_000)
    shuffled = {name: np.asarray(column)[order] for name, column in table.items()}
    assert _replayed(Replay(configured), {**shuffled, "time": shuffled.pop("at")}) == _replayed(
        Replay(configured, Columns("at")), table
    )


def _sorted(lines: Lines) -> Lines:
    """Within a look, fields are told of in the order in which they were first heard."""
    return sorted(
        lines, key=lambda line: (line["time"], str(line["version"]), str(line.get("segment")), str(line["field"]))
    )
