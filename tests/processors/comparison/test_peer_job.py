"""The job every peer is measured by: its data are what they say, and ours finds the changes and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from driftline.processors.comparison import check
from driftline.processors.profile import Profile
from tests.benchmarks.peers.inside import Detector, Method, Streams, Table, job, rates, streams
from tests.benchmarks.peers.jobs import CHANGED, LEVELS, ROWS, shares_of, table
from tests.benchmarks.peers.with_driftline import arrow

DIFFERS = Method(
    lambda side: side.columns,
    lambda reference: reference,
    lambda reference, current: [name for name in reference if (reference[name] != current[name]).any()],
    lambda names: names,
)


@pytest.fixture(scope="module")
def sides() -> tuple[Table, Table]:
    return table(ROWS, 1), table(ROWS, 2, changed=True)


def test_the_three_fields_differ_as_said_and_the_others_do_not(sides: tuple[Table, Table]) -> None:
    reference, current = sides
    moved = current.numeric[:, 0].mean() - reference.numeric[:, 0].mean()
    widths = [np.subtract(*np.quantile(side.numeric[:, 6], [0.75, 0.25])) for side in (current, reference)]
    firsts = [np.mean(side.codes[:, 2] == 0) for side in (current, reference)]
    assert moved == pytest.approx(0.3, abs=0.02)
    assert widths[0] / widths[1] == pytest.approx(1.3, abs=0.03)
    assert firsts[0] / firsts[1] == pytest.approx(1.5, abs=0.04)
    for at in (1, 2, 3, 4, 19):
        assert np.median(current.numeric[:, at]) == pytest.approx(np.median(reference.numeric[:, at]), abs=0.03)
    for at in (0, 1, 3, 4):
        shares = np.bincount(current.codes[:, at], minlength=LEVELS[at]) / ROWS
        assert shares == pytest.approx(shares_of(LEVELS[at]), abs=0.006)


def test_a_check_finds_the_three_changes_and_nothing_else(sides: tuple[Table, Table]) -> None:
    reference, current = (arrow(side) for side in sides)
    found = check(current, Profile.from_table(reference), alpha=0.01)
    assert len(found) == 25
    assert set(found.drifted) == CHANGED


def test_flags_are_shares_of_the_unchanged_fields_of_each_kind(tmp_path: Path) -> None:
    for rows in (50, 80):
        Table(np.zeros((rows, 4)), np.zeros((rows, 2), dtype=np.int64)).save(tmp_path / f"reference_{rows}_3.npz")
        Table(np.eye(rows, 4)[:, :1] * np.eye(1, 4), np.ones((rows, 2), dtype=np.int64)).save(
            tmp_path / f"current_{rows}_3.npz"
        )
    found = rates(DIFFERS, tmp_path)
    assert found == {"numeric/50": 0.25, "3/50": 1.0, "numeric/80": 0.25, "3/80": 1.0}


def test_a_job_says_which_fields_were_flagged_and_what_it_took(tmp_path: Path) -> None:
    Table(np.zeros((9, 2)), np.zeros((9, 1), dtype=np.int64)).save(tmp_path / "reference.npz")
    Table(np.ones((9, 2)), np.zeros((9, 1), dtype=np.int64)).save(tmp_path / "current.npz")
    found = job(DIFFERS, tmp_path)
    assert found["flagged"] == ["x0", "x1"]
    assert 0 <= found["seconds"] <= found["first"]
    assert found["megabytes"] > 1


def test_an_alarm_that_lasts_is_one_and_a_delay_counts_from_the_shift(tmp_path: Path) -> None:
    before, after = np.tile([0.0, 9, 9, 0, 9], (2, 1)), np.zeros((3, 2, 3))
    after[:2, :, 2] = 9
    Streams(before, after).save(tmp_path / "streams.npz")
    found = streams(Detector(object, lambda _, value: value > 1, seeds=2), tmp_path)
    assert found == {"false": 4, "values": 10, "delays": [[3, 3], [3, 3], [None, None]]}
