"""What a reference's rows know of errors: how columns become numbers, and what is grown once."""

from __future__ import annotations

import numpy as np
import pytest

from driftline.processors.estimation import LossModel, LossModels
from driftline.processors.estimation.coding import Coding
from driftline.processors.profile.rows_file import ProfileRows


def _rows(rows: int = 600, profile: str = "one") -> ProfileRows:
    random = np.random.default_rng(0)
    columns = {"age": random.random(rows), "plan": random.choice(["a", "b"], rows).astype(object)}
    said = random.random(rows)
    outputs = {"prediction": said, "outcome": said + (1 + columns["age"]) * random.standard_normal(rows)}
    return ProfileRows(profile, None, None, columns, outputs)


def test_categories_stand_in_the_order_of_their_mean_loss_and_what_nobody_knew_is_missing() -> None:
    plan = np.array(["a", "b", "c", "a", None], dtype=object)
    coding = Coding.of({"plan": plan, "age": np.arange(5.0)}, np.array([5.0, 9.0, 1.0, 3.0, 7.0]))
    now = {"plan": np.array(["c", "a", "b", "new", None], dtype=object)}
    points = coding.points(now, np.arange(5.0))
    assert np.array_equal(points[:, 0], [0, 1, 2, np.nan, np.nan], equal_nan=True)
    assert np.isnan(points[:, 1]).all()  # a column that is absent
    assert points[:, 2].tolist() == [0, 1, 2, 3, 4]


def test_numbers_beyond_single_precision_and_texts_where_numbers_were_do_no_harm() -> None:
    coding = Coding.of({"age": np.arange(3.0)}, np.ones(3))
    assert np.isfinite(coding.points({"age": np.array([1e300, -1e300, 0.0])}, np.zeros(3)).astype(np.float32)).all()
    assert np.isnan(coding.points({"age": np.array(["x", "y", "z"], dtype=object)}, np.zeros(3))[:, 0]).all()


def test_a_model_is_grown_once_for_each_reference_and_set_of_columns() -> None:
    models, known = LossModels(), _rows()
    first = models.of(known, ["age", "plan", "other"])
    assert first is not None
    assert models.of(known, ["plan", "age"]) is first
    assert models.of(known, ["age"]) is not first
    assert models.of(_rows(profile="two"), ["age", "plan"]) is not first


def test_rows_without_a_prediction_are_left_out_and_counts_of_two_batches_add_up() -> None:
    model = LossModel.of(_rows())
    assert model is not None
    age, plan = np.random.default_rng(1).random(50), np.array(["a", "b"] * 25, dtype=object)
    said = np.where(np.arange(50) % 10 == 0, np.nan, 0.5)
    whole = model.counted({"age": age, "plan": plan}, said)
    parts = [model.counted({"age": age[at], "plan": plan[at]}, said[at]) for at in (slice(0, 20), slice(20, 50))]
    assert whole.sum(axis=1).tolist() == [45] * len(whole)
    assert (whole == parts[0] + parts[1]).all()
    assert model.counted({}, np.array([np.nan])).sum() == 0


@pytest.mark.parametrize("outputs", [{}, {"prediction": np.ones(600), "outcome": np.ones(600)}])
def test_without_outputs_or_errors_there_is_no_model(outputs: dict[str, np.ndarray]) -> None:
    assert LossModel.of(ProfileRows("one", None, None, _rows().columns, outputs)) is None
