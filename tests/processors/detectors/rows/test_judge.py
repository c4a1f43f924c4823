"""The judge of rows: how often it is wrong, what it finds that fields do not, and whom it names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom

from driftline.processors.detectors.rows import DEFAULT_STATISTICS, RowJudge
from driftline.processors.windows.row_sample import RowSample

FAST = ("fields", "pairs", "reconstruction")


def _sample(values: NDArray[np.float64], blocks: NDArray[np.int64] | None = None) -> RowSample:
    columns = {f"x{at}": column for at, column in enumerate(values.T)}
    return RowSample(columns, np.arange(len(values)) if blocks is None else blocks)


def _normal(random: np.random.Generator, rows: int, correlation: float = 0.0, columns: int = 4) -> NDArray[np.float64]:
    covariance = np.eye(columns)
    covariance[0, 1] = covariance[1, 0] = correlation
    return random.multivariate_normal(np.zeros(columns), covariance, rows)


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found)


@pytest.mark.statistical
@pytest.mark.parametrize("rows", [10, 60])
def test_nothing_changed_is_a_verdict_in_no_more_windows_than_alpha(rows: int) -> None:
    """200 windows at alpha 0.1, skewed and tied columns among them; budget: one false failure in 10,000 runs."""
    random = np.random.default_rng(rows)
    judge = RowJudge(FAST)

    def window(count: int) -> RowSample:
        values = _normal(random, count, 0.8)
        values[:, 2] = np.exp(2 * values[:, 2])
        values[:, 3] = values[:, 3].round()
        return _sample(values)

    found = [judge.rows(window(80), window(rows), alpha=0.1).status == "drift" for _ in range(200)]
    assert sum(found) <= binom.ppf(1 - 1e-4, 200, 0.1)


@pytest.mark.statistical
def test_rows_that_arrive_in_clumps_are_no_change_when_clumps_are_exchanged() -> None:
    """150 windows of 12 clumps at alpha 0.1; row by row, the same windows alarm in more than half."""
    random = np.random.default_rng(3)

    def window(clumps: int) -> RowSample:
        centres = np.repeat(random.standard_normal((clumps, 3)), 8, axis=0)
        return _sample(centres + 0.1 * random.standard_normal(centres.shape), np.repeat(np.arange(clumps), 8))

    pairs = [(window(24), window(12)) for _ in range(150)]
    judge = RowJudge(FAST)
    blocked = [judge.rows(*pair, alpha=0.1).status == "drift" for pair in pairs]
    singly = [
        judge.rows(*(RowSample(side.columns, np.arange(len(side))) for side in pair), alpha=0.1).status == "drift"
        for pair in pairs[:40]
    ]
    assert sum(blocked) <= binom.ppf(1 - 1e-4, 150, 0.1)
    assert _share(singly) > 0.5


@pytest.mark.statistical
def test_vectors_that_did_not_change_are_a_verdict_in_no_more_windows_than_alpha() -> None:
    random = np.random.default_rng(5)
    judge = RowJudge()

    def window(rows: int) -> RowSample:
        return RowSample({"v": 1 + random.standard_t(3, (rows, 16))}, np.arange(rows))

    found = [judge.embedding("v", window(90), window(40), alpha=0.1).status == "drift" for _ in range(200)]
    assert sum(found) <= binom.ppf(1 - 1e-4, 200, 0.1)


def test_the_same_rows_get_the_same_verdict() -> None:
    random = np.random.default_rng(0)
    known, now = _sample(_normal(random, 100)), _sample(_normal(random, 50))
    assert RowJudge().rows(known, now, alpha=0.01) == RowJudge().rows(known, now, alpha=0.01)


def test_a_correlation_that_flips_is_found_and_names_both_fields_at_a_small_alpha() -> None:
    random = np.random.default_rng(0)
    found = RowJudge().rows(_sample(_normal(random, 300, 0.8)), _sample(_normal(random, 100, -0.8)), alpha=0.002)
    assert found.status == "drift"
    assert set(found.drivers) == {"x0", "x1"}
    assert {score.name for score in found.scores} == set(DEFAULT_STATISTICS)
    assert all(score.limit is not None for score in found.scores)


def test_a_field_that_moved_is_named_alone_though_its_pairs_moved_with_it() -> None:
    random = np.random.default_rng(0)
    now = _normal(random, 150, 0.8)
    now[:, 2] += 1.5
    assert RowJudge().rows(_sample(_normal(random, 300, 0.8)), _sample(now), alpha=0.01).drivers == ("x2",)


def test_texts_and_gaps_take_part() -> None:
    random = np.random.default_rng(0)

    def window(rows: int, *, tied: bool) -> RowSample:
        plan = random.choice(["a", "b", "c"], rows)
        gap = (plan == "a") if tied else random.random(rows) < 1 / 3
        columns = {
            "plan": np.array([None if random.random() < 0.05 else str(each) for each in plan], dtype=object),
            "age": np.where(gap, np.nan, random.standard_normal(rows)),
        }
        return RowSample(columns, np.arange(rows))

    found = RowJudge().rows(window(300, tied=False), window(200, tied=True), alpha=0.01)
    assert found.status == "drift"
    assert set(found.drivers) == {"plan", "age"}


def test_a_column_of_one_side_only_or_of_another_kind_there_is_left_out() -> None:
    random = np.random.default_rng(0)
    known, now = _sample(_normal(random, 60)), _sample(_normal(random, 60))
    changed = {**now.columns, "x1": np.array(["a"] * 60, dtype=object), "new": np.arange(60.0)}
    judge = RowJudge()
    without = {name: column for name, column in now.columns.items() if name != "x1"}
    assert judge.rows(known, RowSample(changed, now.blocks), alpha=0.01) == judge.rows(
        known, RowSample(without, now.blocks), alpha=0.01
    )


@pytest.mark.parametrize("rows", [0, 9])
def test_too_few_rows_are_no_verdict_and_no_score(rows: int) -> None:
    random = np.random.default_rng(0)
    found = RowJudge().rows(_sample(_normal(random, 60)), _sample(_normal(random, rows)), alpha=0.01)
    assert (found.status, found.scores, found.p_value) == ("not_enough_samples", (), None)


def test_few_blocks_can_prove_little_however_far_they_moved() -> None:
    """Of two blocks of the reference and one of the window, each is the odd one in a third of the draws."""
    random = np.random.default_rng(0)
    known = _sample(_normal(random, 60), np.repeat(np.arange(3), 20))
    now = _sample(_normal(random, 20) + 9, np.zeros(20, dtype=np.int64))
    found = RowJudge().rows(known, now, alpha=0.01)
    assert found.status == "ok"
    assert found.p_value == pytest.approx(1 / 3, abs=0.12)


def test_vectors_that_turn_are_found() -> None:
    random = np.random.default_rng(0)
    known = RowSample({"v": 1 + random.standard_normal((200, 12))}, np.arange(200))
    now = 1 + random.standard_normal((60, 12))
    now[:, :6] *= -1
    found = RowJudge().embedding("v", known, RowSample({"v": now}, np.arange(60)), alpha=0.01)
    assert (found.status, found.drivers) == ("drift", ("v",))


def test_vectors_of_another_length_are_not_compared() -> None:
    known = RowSample({"v": np.ones((50, 3))}, np.arange(50))
    now = RowSample({"v": np.ones((50, 4))}, np.arange(50))
    assert RowJudge().embedding("v", known, now, alpha=0.01).status == "not_enough_samples"
