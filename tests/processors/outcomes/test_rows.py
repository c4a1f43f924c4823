"""Joined rows become the arrays of the right task, and figures equal scikit-learn's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sk

from tests.processors.outcomes.world import T0, World, figures, known, made, spec_of

RNG = np.random.default_rng(5)
N = 400


def joined(values: Any, scores: Any, outcomes: Any, *, numeric: bool = False, **performance: Any) -> Any:
    world = World(spec=spec_of(**performance))
    keys = [str(row) for row in range(len(outcomes))]
    world.predict(*(made(key, *given) for key, *given in zip(keys, values, scores, strict=True)))
    world.prove(*(known(key, str(one), numeric=numeric) for key, one in zip(keys, outcomes, strict=True)))
    return world.measure()["realized"]


def test_two_classes_are_binary_and_the_second_is_the_positive_one() -> None:
    score = RNG.uniform(size=N)
    label = np.where(RNG.uniform(size=N) < score, "refuse", "approve")
    said = np.where(score > 0.5, "refuse", "approve")
    found = joined(said, score.tolist(), label)
    assert found.task == "binary"
    is_positive = label == "refuse"
    assert figures(found)["roc_auc"] == pytest.approx(sk.roc_auc_score(is_positive, score), abs=1e-12)
    assert figures(found)["f1"] == pytest.approx(sk.f1_score(label, said, pos_label="refuse"), abs=1e-12)
    assert figures(found)["log_loss"] == pytest.approx(sk.log_loss(is_positive, score), abs=1e-12)
    assert figures(found)["brier"] == pytest.approx(sk.brier_score_loss(is_positive, score), abs=1e-12)


def test_the_monitor_may_name_the_positive_class() -> None:
    found = joined(["bad"] * 3, [0.9, 0.8, 0.1], ["bad", "bad", "good"], positive="bad")
    assert figures(found)["roc_auc"] == 1
    assert figures(found)["recall"] == 1


def test_numbers_are_a_regression() -> None:
    truth = RNG.normal(size=N)
    said = truth + RNG.normal(size=N) / 2
    found = joined(map(repr, said.tolist()), [None] * N, map_repr(truth), numeric=True)
    assert found.task == "regression"
    assert figures(found)["rmse"] == pytest.approx(sk.root_mean_squared_error(truth, said), abs=1e-12)
    assert figures(found)["r2"] == pytest.approx(sk.r2_score(truth, said), abs=1e-12)


def map_repr(values: Any) -> list[str]:
    return [repr(one) for one in values.tolist()]


def test_more_classes_take_a_score_each() -> None:
    scores = RNG.dirichlet([1, 1, 1], size=N)
    names = np.array(["x", "y", "z"])
    label = np.array([RNG.choice(names, p=row) for row in scores])
    said = names[scores.argmax(axis=1)]
    given = [dict(zip("xyz", map(float, row), strict=True)) for row in scores]
    found = joined(said, given, label)
    assert found.task == "multiclass"
    assert figures(found)["accuracy"] == pytest.approx(sk.accuracy_score(label, said), abs=1e-12)
    assert figures(found)["f1_macro"] == pytest.approx(sk.f1_score(label, said, average="macro"), abs=1e-12)
    expected = sk.roc_auc_score(label, scores, multi_class="ovr", labels=names)
    assert figures(found)["roc_auc_ovr"] == pytest.approx(expected, abs=1e-12)


def test_the_rows_of_one_call_are_one_ranked_list() -> None:
    world = World(spec=spec_of(task="ranking"))
    for query in range(40):
        keys = [f"q{query}"] + [f"q{query}.{row}" for row in range(1, 6)]
        world.predict(*(made(key, None, float(RNG.uniform())) for key in keys))
        world.prove(*(known(key, str(RNG.integers(0, 3)), numeric=True) for key in keys))
    found = world.measure()["realized"]
    rows = world.outcomes.joined(found.identity, T0, T0 + 1)
    of = {key: (score, float(value)) for key, score, value in zip(rows.ids, rows.scores, rows.outcomes, strict=True)}
    queries = [[of[f"q{query}"]] + [of[f"q{query}.{row}"] for row in range(1, 6)] for query in range(40)]
    relevant = [one for one in queries if any(truth for _, truth in one)]
    expected = np.mean([sk.ndcg_score([[t for _, t in one]], [[s for s, _ in one]], k=10) for one in relevant])
    assert figures(found)["ndcg"] == pytest.approx(expected, abs=1e-9)


def test_margins_have_an_order_and_no_probability() -> None:
    found = joined(["1", "0"] * 20, [2.5, -1.0] * 20, ["1", "0"] * 20)
    assert figures(found)["roc_auc"] == 1
    assert not {"log_loss", "brier", "expected_calibration_error"} & set(figures(found))


def test_one_class_alone_gives_what_it_can_and_says_what_not() -> None:
    found = joined(["0"] * 30, [0.1] * 30, ["0"] * 30)
    assert figures(found)["accuracy"] == 1
    assert "roc_auc" not in figures(found)
    assert "no roc_auc: only one class is among the outcomes" in found.why


def test_rows_that_lack_an_output_are_left_out_and_said() -> None:
    found = joined(["1", None, "0", "1"], [0.9, 0.5, 0.1, 0.8], ["1", "1", "0", "1"])
    assert figures(found)["accuracy"] == 1
    assert "1 rows lack an output" in found.why
    assert found.outcomes == 4


@pytest.mark.parametrize(
    ("limits", "violated"),
    [
        ({"minimum": {"accuracy": 0.9}}, True),
        ({"minimum": {"accuracy": 0.5}}, False),
        ({"maximum": {"log_loss": 0.2}}, True),
        ({"maximum": {"log_loss": 9.0}}, False),
    ],
)
def test_a_final_figure_is_too_bad_when_its_whole_interval_is(limits: Any, violated: bool) -> None:
    found = joined(["1", "0"] * 50, [0.9, 0.1] * 50, ["1", "0", "0", "1"] * 25, **limits)
    (judged,) = (one for one in found.figures if one.limit is not None)
    assert judged.violated is violated
    assert found.violated is violated
    assert ("is surely" in found.why) is violated


def test_a_provisional_figure_is_shown_beside_its_limit_and_not_judged() -> None:
    world = World(spec=spec_of(minimum={"accuracy": 0.9}))
    world.predict(*(made(str(row)) for row in range(100)))
    world.prove(*(known(str(row), "0") for row in range(50)))
    (accuracy,) = (one for one in world.measure()["provisional"].figures if one.metric == "accuracy")
    assert (accuracy.value, accuracy.limit, accuracy.violated) == (0, 0.9, None)


def test_under_the_minimum_of_outcomes_there_are_no_figures() -> None:
    found = joined(["1"] * 9, [0.5] * 9, ["1"] * 9, minimumObservations=10)
    assert found.figures == ()
    assert "figures need 10" in found.why
