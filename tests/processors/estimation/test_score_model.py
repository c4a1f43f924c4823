"""What a profile knows of scores, put beside histograms of now."""

from __future__ import annotations

import numpy as np
import pytest

from driftline.processors.estimation import ScoreModel
from driftline.processors.profile import Profile
from driftline.processors.windows import Binned


@pytest.fixture(scope="module")
def table() -> dict[str, np.ndarray]:
    random = np.random.default_rng(80)
    scores = random.random(5000)
    outcomes = np.where(random.random(5000) < scores, "1", "0")
    return {"score": scores, "prediction": np.where(scores > 0.3, "1", "0"), "outcome": outcomes}


def _model(table: dict[str, np.ndarray]) -> ScoreModel:
    found = ScoreModel.of(Profile.from_table(table))
    assert found is not None
    return found


def test_decisions_are_those_of_the_reference_whatever_the_threshold(
    table: dict[str, np.ndarray],
) -> None:
    (score,) = _model(table).scores
    assert score.shown
    decided_from = score.bounds[np.argmax(score.decided > 0.5) - 1]
    assert decided_from == pytest.approx(0.3, abs=0.02)


def test_without_predictions_the_threshold_decides(table: dict[str, np.ndarray]) -> None:
    (score,) = _model({name: table[name] for name in ("score", "outcome")}).scores
    assert not score.shown
    assert score.decided.tolist() == [float(upper > 0.5) for upper in [*score.bounds, 1.0]]


def test_a_sender_with_fewer_bounds_meets_the_reference_on_those_both_have(table: dict[str, np.ndarray]) -> None:
    (score,) = _model(table).scores
    edges = score.bounds[::5]
    found = ScoreModel("binary", (score,)).beside({"score": [Binned(edges, np.ones(len(edges) + 1, np.int64))]})
    assert found is not None
    (beside,) = found
    assert len(beside.current) == len(edges) + 1
    assert beside.calibration.own_rows.sum() == score.rows


def test_bounds_that_the_reference_does_not_have_give_nothing(table: dict[str, np.ndarray]) -> None:
    strange = Binned(np.linspace(0.0123, 0.9876, 50), np.ones(51, np.int64))
    assert _model(table).beside({"score": [strange]}) is None


def test_an_empty_window_gives_nothing(table: dict[str, np.ndarray]) -> None:
    (score,) = _model(table).scores
    empty = Binned(score.bounds, np.zeros(len(score.counts), np.int64))
    assert _model(table).beside({"score": [empty]}) is None
    assert _model(table).beside({}) is None


@pytest.mark.parametrize("without", ["score", "outcome"])
def test_a_profile_without_scores_or_outcomes_knows_nothing(table: dict[str, np.ndarray], without: str) -> None:
    assert ScoreModel.of(Profile.from_table({name: table[name] for name in table if name != without})) is None


def test_classes_need_a_score_each() -> None:
    random = np.random.default_rng(81)
    names, scores = np.array(["a", "b", "c"]), random.dirichlet(np.ones(3), 2000)
    table = {f"score.{name}": scores[:, at] for at, name in enumerate(names)}
    table |= {"prediction": names[scores.argmax(axis=1)], "outcome": names[random.integers(0, 3, 2000)]}
    assert _model(table).task == "multiclass"
    del table["score.b"]
    assert ScoreModel.of(Profile.from_table(table)) is None
