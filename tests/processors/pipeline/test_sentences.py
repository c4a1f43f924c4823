"""Why a finding says what it says."""

from __future__ import annotations

import numpy as np
import pytest

from driftline.processors.detectors import Score, Verdict
from driftline.processors.findings import State
from driftline.processors.measurements import MODEL_STATES
from driftline.processors.pipeline.alignment import Aligned
from driftline.processors.pipeline.sentences import Context, ModelContext, why_field, why_model

DRIFT = Verdict("drift", 2.0, "ks", (Score("psi", 0.01, 0.02), Score("ks", 0.4, 0.2)))
CONTEXT = Context(observations=1200, minimum=10, learned=None, needed=5000, muted=None)


def numeric(current: list[int]) -> Aligned:
    return Aligned(np.array(current), np.array([5, 5, 5]), np.array([1.5, 2.0]))


@pytest.mark.parametrize(
    ("current", "bucket"),
    [([9, 3, 3], "at most 1.5, 60.0% against 33.3%"), ([3, 9, 3], "(1.5, 2], 60.0%"), ([3, 3, 9], "over 2, 60.0%")],
)
def test_a_drift_names_statistic_score_limit_n_and_the_bucket_that_moved_most(current: list[int], bucket: str) -> None:
    why = why_field("age", State.DRIFT, numeric(current), DRIFT, CONTEXT)
    assert why.startswith("age: ks 0.4 is over its limit 0.2 at n = 1,200; most moved is ")
    assert bucket in why


def test_a_single_bucket_is_worded_too() -> None:
    only = Aligned(np.array([3]), np.array([4]), np.zeros(0))
    assert "its only bucket" in why_field("age", State.OK, only, Verdict("ok", 0.5, "ks", DRIFT.scores), CONTEXT)


@pytest.mark.parametrize("state", [state for state in State if state is not State.STALE])
def test_every_state_of_a_field_has_its_sentence(state: State) -> None:
    why = why_field("age", state, None, None, CONTEXT)
    assert why.startswith("age: ")
    assert why.endswith(".")
    assert "{" not in why


def test_learning_says_how_far_it_is() -> None:
    context = Context(observations=1, minimum=10, learned=1234, needed=5000, muted=None)
    assert "1,234 of 5,000 observations" in why_field("age", State.WARMING_UP, None, None, context)


@pytest.mark.parametrize("state", [state for state in MODEL_STATES if state is not State.DRIFT])
def test_every_state_of_a_model_has_its_sentence(state: State) -> None:
    why = why_model(state, [], ModelContext(silent_seconds=70, seconds_apart=0, window_seconds=60))
    assert why.endswith(".")
    assert "{" not in why
