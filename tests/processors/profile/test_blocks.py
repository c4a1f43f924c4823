"""Blocks of time in a profile: how fields scatter between them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from driftline.processors.pipeline.sides import side_of
from driftline.processors.profile import NumericField, Profile, ProfileError
from driftline.processors.profile import blocks as blocks_room
from driftline.processors.profile.blocks import BlockOptions, merged_blocks
from driftline.processors.profile.fields import Blocks
from driftline.processors.profile.merge import merge_profiles
from driftline.processors.statistics.dispersion import dispersion

DAYS, ROWS = 60, 100
OPTIONS = BlockOptions.read("1d", "at")


def _table(seed: int = 1, *, swing: float = 0.5, days: int = DAYS) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    rows = days * ROWS
    plan = random.choice(["a", "b", "c"], rows).astype(object)
    plan[::50] = None
    x = random.normal(size=rows)
    x[::40] = np.nan
    return {
        "at": 1_700_006_400 + np.sort(random.integers(0, days * 86_400, rows)),
        "x": x,
        "swings": random.normal(size=rows) + np.repeat(random.normal(0, swing, days), ROWS),
        "plan": plan,
    }


def _profile(table: Any, **options: Any) -> Profile:
    return Profile.from_table(table, ignore=["at"], blocks=OPTIONS, **options)


def _blocks(profile: Profile) -> dict[str, Blocks]:
    return {field.name: field.blocks for field in profile.fields if field.blocks is not None}


def test_a_field_that_swings_from_day_to_day_is_told_from_one_that_does_not() -> None:
    found = _blocks(_profile(_table()))
    assert {(each.length, each.count) for each in found.values()} == {("1d", DAYS)}
    assert found["swings"].dispersion["ks"] > 8
    assert found["x"].dispersion["ks"] < 4
    assert set(found["plan"].dispersion) == {"psi"}


def test_blocks_are_counted_as_a_slow_loop_counts_them() -> None:
    table = _table()
    profile = _profile(table)
    day = table["at"] // 86_400
    field = profile.field("swings")
    assert isinstance(field, NumericField)
    rows = [
        np.bincount(np.searchsorted(field.bounds_array, table["swings"][day == each]), minlength=len(field.counts))
        for each in np.unique(day)
    ]
    assert field.blocks is not None
    assert field.blocks.dispersion == dispersion(np.array(rows), ordered=True)


def test_the_order_of_rows_decides_nothing() -> None:
    table = _table()
    order = np.random.default_rng(0).permutation(DAYS * ROWS)
    assert _blocks(_profile({name: column[order] for name, column in table.items()})) == _blocks(_profile(table))


def test_too_few_blocks_are_counted_but_say_nothing() -> None:
    told: list[str] = []
    found = _blocks(_profile(_table(days=10), told=told.append))
    assert {each.count for each in found.values()} == {10}
    assert all(each.dispersion == {} for each in found.values())
    assert told == ["10 blocks are too few to measure how they scatter: 20 or more do"]


def test_too_many_blocks_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks_room, "MOST_BLOCKS", 30)
    with pytest.raises(ProfileError, match="a longer length"):
        _profile(_table())


def test_a_length_that_is_none_says_what_to_write() -> None:
    with pytest.raises(ProfileError, match="is not a duration"):
        BlockOptions.read("a day")


def test_the_reference_side_of_a_field_knows_how_it_scatters(tmp_path: Path) -> None:
    profile = _profile(_table())
    profile.save(tmp_path / "profile.json")
    field = Profile.load(tmp_path / "profile.json").field("swings")
    assert field is not None
    assert field.blocks is not None
    assert side_of(field).dispersion == field.blocks.dispersion
    without = Profile.from_table({"x": [1.0, 2.0]}).field("x")
    assert without is not None
    assert side_of(without).dispersion is None


def test_merging_keeps_blocks_of_one_length_and_drops_others_with_a_notice() -> None:
    first = _profile(_table())
    second = _profile(_table(2), like=first)
    told: list[str] = []
    merged = _blocks(merge_profiles(first, second, told.append))
    ours, theirs = _blocks(first), _blocks(second)
    assert merged["x"].count == 2 * DAYS
    assert merged["x"].dispersion["psi"] == pytest.approx(
        (ours["x"].dispersion["psi"] + theirs["x"].dispersion["psi"]) / 2
    )
    assert told == []
    plain = Profile.from_table(_table(2), ignore=["at"], like=first)
    assert _blocks(merge_profiles(first, plain, told.append)) == {}
    assert told == ["blocks of time are left out: both profiles need them, of one length (`--block`)"]


def test_blocks_of_two_lengths_do_not_mix() -> None:
    assert merged_blocks(Blocks(length="1d", count=3), Blocks(length="1h", count=3)) is None


def test_dates_in_a_categorical_field_are_in_no_bucket() -> None:
    first = Profile.from_table({"plan": ["a", "b"] * 20, "at": np.arange(40.0)}, ignore=["at"])
    days = np.datetime64("2026-01-01") + np.arange(40)
    second = Profile.from_table({"plan": days, "at": np.arange(40) * 86_400}, blocks=OPTIONS, like=first)
    assert {each.count for each in _blocks(second).values()} == {0}
