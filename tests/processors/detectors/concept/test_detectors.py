"""What all detectors of concept drift have in common, and what they promise."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.detectors.concept import DETECTORS, ErrorDetector, Zone
from tests.processors.detectors.concept.streams import errors

STREAM = errors(0, 0.1, 0.4).tolist()
names = st.sampled_from(list(DETECTORS))


def zones(detector: ErrorDetector[Any], values: list[bool]) -> list[Zone]:
    return [detector.update(value) for value in values]


@given(names, st.integers(0, len(STREAM)))
def test_a_detector_that_was_put_away_goes_on_as_if_it_had_not(name: str, at: int) -> None:
    one, other = DETECTORS[name](), DETECTORS[name]()
    zones(one, STREAM[:at])
    other.restore(json.loads(json.dumps(one.to_dict(), allow_nan=False)))
    assert other.get() == one.get()
    assert zones(one, STREAM[at : at + 400]) == zones(other, STREAM[at : at + 400])


@pytest.mark.parametrize("name", list(DETECTORS))
def test_after_an_alarm_a_detector_is_a_new_one(name: str) -> None:
    detector = DETECTORS[name]()
    first = zones(detector, STREAM).index(Zone.DRIFT)
    again = DETECTORS[name]()
    zones(again, STREAM[: first + 1])
    assert again.get() is Zone.DRIFT
    assert zones(again, STREAM[first + 1 :]) == zones(DETECTORS[name](), STREAM[first + 1 :])


@pytest.mark.parametrize("name", list(DETECTORS))
@pytest.mark.parametrize("saved", [{}, {"zone": "gone"}, {"zone": "stable", "unheard": 1}])
def test_a_state_that_is_none_is_refused(name: str, saved: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        DETECTORS[name]().restore(saved)


@pytest.mark.parametrize("name", list(DETECTORS))
def test_a_model_that_gets_better_is_no_alarm(name: str) -> None:
    worse, better = [True] * 40, [False] * 400
    assert Zone.DRIFT not in zones(DETECTORS[name](), (worse + better) * 1)


@pytest.mark.statistical
@pytest.mark.parametrize(("name", "level"), [("hddm_a", 0.0005), ("hddm_w", 0.001)])
def test_at_one_step_an_alarm_of_nothing_is_as_rare_as_the_inequality_says(name: str, level: float) -> None:
    """Of 2,000 streams of 60 errors, the share that is in drift at the last step: under the level's 99.9 % point."""
    random = np.random.default_rng(3)
    last = [zones(DETECTORS[name](), (random.random(60) < 0.3).tolist())[-1] for _ in range(2000)]
    assert last.count(Zone.DRIFT) <= 2000 * level + 3.1 * np.sqrt(2000 * level)
