"""Fairness metrics: equal to fairlearn's on the same rows, and a status wherever a figure would say nothing."""

from __future__ import annotations

from dataclasses import replace

import fairlearn.metrics
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from driftline.processors.statistics.fairness import METRICS, Confusion, Disparity, Groups, NotComparableError, Scores
from driftline.processors.statistics.fairness import disparity as compare

Bits = NDArray[np.int64]

THEIRS = [name for name in METRICS if hasattr(fairlearn.metrics, name)]
# The example of fairlearn's user guide, "Assessment": outcomes, predictions and the sensitive feature.
OUTCOMES = np.array([0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1])
PREDICTIONS = np.array([0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0])
SENSITIVE = np.array(list("bbabbccca" + "acabccbcc"))


def groups_of(outcomes: Bits, predictions: Bits, sensitive: NDArray[np.str_]) -> Groups:
    """Rows counted per group."""
    names = np.unique(sensitive)
    cells = [
        [int(((sensitive == name) & (predictions == said) & (outcomes == was)).sum()) for name in names]
        for said, was in ((1, 1), (1, 0), (0, 1), (0, 0))
    ]
    confusion = Confusion(*(np.array(cell) for cell in cells))
    favourable = confusion.true_positives + confusion.false_positives
    return Groups(favourable, favourable + confusion.false_negatives + confusion.true_negatives, confusion)


def value(name: str, groups: Groups) -> float:
    return float(compare(name, groups, fewest=1).figures.value.min())


def test_all_metrics_that_fairlearn_has_are_compared() -> None:
    assert set(METRICS) - set(THEIRS) == {"disparate_impact_ratio", "calibration_gap"}


@pytest.mark.parametrize("name", THEIRS)
def test_fairlearns_own_example_gives_fairlearns_figures(name: str) -> None:
    theirs = getattr(fairlearn.metrics, name)(OUTCOMES, PREDICTIONS, sensitive_features=SENSITIVE)
    assert value(name, groups_of(OUTCOMES, PREDICTIONS, SENSITIVE)) == pytest.approx(theirs)


def test_the_figures_of_the_user_guide_are_met() -> None:
    groups = groups_of(OUTCOMES, PREDICTIONS, SENSITIVE)
    assert value("demographic_parity_difference", groups) == pytest.approx(0.25)
    assert value("demographic_parity_ratio", groups) == pytest.approx(2 / 3)
    assert value("equal_opportunity_difference", groups) == pytest.approx(0.2)
    assert value("equalized_odds_difference", groups) == pytest.approx(1.0)


rows = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1), st.sampled_from("abc")), min_size=6, max_size=80)


@settings(max_examples=40)
@given(rows, st.sampled_from(THEIRS))
def test_any_rows_give_fairlearns_figures(rows: list[tuple[int, int, str]], name: str) -> None:
    outcomes, predictions = (np.array([row[at] for row in rows]) for at in (0, 1))
    sensitive = np.array([row[2] for row in rows])
    groups = groups_of(outcomes, predictions, sensitive)
    try:
        ours = compare(name, groups, fewest=1)
    except NotComparableError:
        return
    assume(len(ours.groups) == len(groups.predictions))  # fairlearn calls the rate of a group without trials 0
    theirs = getattr(fairlearn.metrics, name)(outcomes, predictions, sensitive_features=sensitive)
    assert ours.figures.value[0] == pytest.approx(theirs)


@given(rows, st.sampled_from(list(METRICS)))
def test_a_figure_lies_within_its_limits_and_they_within_what_it_can_be(
    rows: list[tuple[int, int, str]], name: str
) -> None:
    counted = groups_of(*(np.array([row[at] for row in rows]) for at in (0, 1, 2)))
    cells = counted.confusion
    assert cells is not None
    held = np.stack([cells.true_positives + cells.false_negatives, counted.predictions], axis=1)
    groups = replace(counted, scores=Scores(np.minimum(held[:, :1], held[:, 1:]), held[:, 1:], np.array([0.4])))
    try:
        found = compare(name, groups, fewest=1).figures
    except NotComparableError:
        return
    assert (found.lower <= found.value + 1e-12).all()
    assert (found.value <= found.upper + 1e-12).all()
    assert found.lower.min() >= 0
    assert found.upper.max() <= (1 if "ratio" in name else 2)


def test_a_group_below_the_minimum_is_left_out_and_named_by_its_absence() -> None:
    groups = Groups(np.array([50, 40, 0]), np.array([100, 100, 9]))
    assert compare("demographic_parity_ratio", groups, fewest=10).groups.tolist() == [0, 1]
    assert compare("demographic_parity_ratio", groups, fewest=9).figures.value.tolist() == [0.0]


@pytest.mark.parametrize(
    ("groups", "reference", "reason"),
    [
        (Groups(np.array([5, 5]), np.array([10, 9])), None, "fewer than two groups have 10 observations"),
        (Groups(np.array([5, 5]), np.array([10, 9])), 1, "the reference group has fewer than 10"),
        (Groups(np.array([0, 0]), np.array([10, 10])), None, "a rate of 0"),
        (Groups(np.array([5, 0]), np.array([10, 10])), 1, "a rate of 0"),
    ],
)
def test_what_cannot_be_compared_is_a_reason_not_a_figure(groups: Groups, reference: int | None, reason: str) -> None:
    with pytest.raises(NotComparableError, match=reason):
        compare("disparate_impact_ratio", groups, fewest=10, reference=reference)


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.outcomes])
def test_a_metric_of_outcomes_says_so_where_there_are_none(name: str) -> None:
    with pytest.raises(ValueError, match="outcomes"):
        compare(name, Groups(np.array([5, 5]), np.array([10, 10])), fewest=1)


def test_equal_rates_of_one_group_more_do_not_make_a_ratio_of_nothing() -> None:
    groups = Groups(np.array([0, 0, 5]), np.array([10, 10, 10]))
    assert value("demographic_parity_ratio", groups) == 0.0


def test_a_reference_group_is_1_to_itself_and_others_may_be_over_it() -> None:
    groups = Groups(np.array([40, 60, 20]), np.array([100, 100, 100]))
    found: Disparity = compare("disparate_impact_ratio", groups, fewest=1, reference=0)
    assert found.figures.value.tolist() == pytest.approx([1.0, 1.5, 0.5])
    assert (found.figures.lower[0], found.figures.upper[0]) == (1.0, 1.0)


def test_the_calibration_gap_is_how_differently_outcomes_lie_over_scores() -> None:
    places = np.array([0.2, 0.8])
    scores = Scores(np.array([[30, 80], [10, 70]]), np.array([[100, 100], [100, 100]]), places)
    groups = Groups(np.array([1, 1]), np.array([2, 2]), scores=scores)
    assert value("calibration_gap", groups) == pytest.approx((110 / 200 - 0.5) - (80 / 200 - 0.5))
