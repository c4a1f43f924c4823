"""What an estimate would have said of rows whose outcomes are known, beside what those show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from driftline.processors.estimation import ScoreModel
from driftline.processors.findings import Figure, Identity, Performance, Window
from driftline.processors.outcomes import Joined
from driftline.processors.pipeline.estimate_errors import EstimateErrors
from driftline.processors.statistics.performance import measure
from driftline.semconv import PerformanceKind
from tests.processors.pipeline.test_estimates import scored

IDENTITY = Identity("credit", "7")


def _cohort(share: Any, rows: int = 4000, seed: int = 60) -> tuple[Joined, Performance]:
    """Joined rows whose outcomes come with a chance of `share(score)`, and the performance they show."""
    random = np.random.default_rng(seed)
    scores = random.beta(1.5, 1.3, rows)
    labels = (random.random(rows) < share(scores)).astype(int)
    found = measure("binary", labels, (scores > 0.5) * 1, scores)
    figures = tuple(Figure(each.metric, each.value or 0.0, each.lower, each.upper) for each in found)
    window = Window(0, 10, rows)
    shown = Performance(IDENTITY, window, 20, "binary", PerformanceKind.REALIZED, figures, outcomes=rows, why="all")
    joined = Joined(
        ids=[str(at) for at in range(rows)], scores=scores.tolist(), outcomes=[str(label) for label in labels]
    )
    return joined, shown


def _beside(joined: Joined, *shown: Performance) -> tuple[list[Performance], EstimateErrors, list[Any]]:
    asked = []

    def rows(identity: Any, start_ns: Any, end_ns: Any) -> Joined:
        asked.append((identity, start_ns, end_ns))
        return joined

    errors = EstimateErrors(rows, lambda _: ScoreModel.of(scored()))
    return errors.beside(shown), errors, asked


def test_a_final_cohort_says_what_the_estimate_was() -> None:
    joined, shown = _cohort(lambda scores: scores)
    ((found,), _, _) = _beside(joined, shown)
    figures = {each.metric: each for each in found.figures}
    assert figures["roc_auc"].estimated == pytest.approx(figures["roc_auc"].value, abs=0.02)
    assert figures["accuracy"].estimated == pytest.approx(figures["accuracy"].value, abs=0.02)
    assert figures["log_loss"].estimated is None
    assert found.why == "all"


def test_where_scores_lost_their_meaning_the_finding_says_so() -> None:
    joined, shown = _cohort(lambda scores: 0.5 * scores)
    ((found,), _, _) = _beside(joined, shown)
    assert "a score no longer means what it meant in the reference" in found.why


def test_a_cohort_is_estimated_once_and_again_after_a_correction() -> None:
    joined, shown = _cohort(lambda scores: scores)
    _, errors, asked = _beside(joined, shown)
    assert errors.beside([replace(shown, time_ns=30)])[0].time_ns == 30
    assert len(asked) == 1
    errors.beside([replace(shown, outcomes=3999)])
    assert len(asked) == 2


def test_provisional_cohorts_and_models_without_outcomes_in_their_reference_are_left_as_they_are() -> None:
    joined, shown = _cohort(lambda scores: scores)
    provisional = replace(shown, kind=PerformanceKind.PROVISIONAL)
    ((found,), _, asked) = _beside(joined, provisional)
    assert found == provisional
    assert asked == []
    assert EstimateErrors(lambda *_: joined, lambda _: None).beside([shown]) == [shown]


def test_rows_without_scores_are_not_estimated() -> None:
    joined, shown = _cohort(lambda scores: scores)
    joined.scores[0] = None
    ((found,), _, _) = _beside(joined, shown)
    assert all(each.estimated is None for each in found.figures)


def _windows(mae: float) -> list[Performance]:
    """A regression's estimates of two windows from its rows."""
    figures = (Figure("mae", mae, mae - 0.1, mae + 0.1), Figure("r2", 0.9, 0.8, 0.95))
    return [
        Performance(IDENTITY, Window(start, start + 5, 100), 20, "regression", PerformanceKind.ESTIMATED, figures)
        for start in (0, 5)
    ]


@pytest.mark.parametrize(("mae", "surprised"), [(2.05, False), (1.0, True)])
def test_a_regression_s_cohort_stands_beside_the_estimates_of_its_windows(mae: float, surprised: bool) -> None:
    figures = (Figure("mae", 2.0, 1.9, 2.1), Figure("r2", 0.9, 0.8, 0.95))
    shown = Performance(IDENTITY, Window(0, 10, 200), 20, "regression", PerformanceKind.REALIZED, figures, why="all")
    errors = EstimateErrors(lambda *_: Joined(), lambda _: None, lambda *_: _windows(mae))
    (found,) = errors.beside([shown])
    assert [each.estimated for each in found.figures] == [pytest.approx(mae), None]  # r2 is no mean over rows
    assert ("no longer predicted as well" in found.why) is surprised


def test_a_regression_without_estimates_of_its_windows_is_left_as_it_is() -> None:
    figures = (Figure("mae", 2.0, 1.9, 2.1),)
    shown = Performance(IDENTITY, Window(0, 10, 200), 20, "regression", PerformanceKind.REALIZED, figures, why="all")
    assert EstimateErrors(lambda *_: Joined(), lambda _: None).beside([shown]) == [shown]
