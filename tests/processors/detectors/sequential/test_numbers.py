"""Detectors over streams of numbers: against River, against a slow CUSUM, and by what they promise."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from driftline.processors.detectors.sequential import Adwin, Cusum, PageHinkley
from driftline.processors.detectors.sequential.adwin import moments

# From river 0.26.1, defaults: `drift.ADWIN()` and `drift.PageHinkley()` over `changing(seed, shift)`, the indices at
# which `drift_detected` is true after `update`.
RIVER: list[tuple[int, float, list[int], list[int]]] = [
    (0, 0.25, [3199], [1434, 3127]),
    (1, 0.5, [3135], [1781, 2461, 2861, 3145, 3821, 4856]),
    (2, 1.0, [3039], [2705, 3041, 4551]),
]


def changing(seed: int, shift: float) -> NDArray[np.float64]:
    random = np.random.default_rng(seed)
    return np.concatenate([random.normal(0, 1, 3000), random.normal(shift, 1, 2000)])


@pytest.mark.parametrize(("seed", "shift", "found", "_"), RIVER)
def test_adwin_alarms_where_river_does(seed: int, shift: float, found: list[int], _: list[int]) -> None:
    window, ours = Adwin(), []
    for at, value in enumerate(changing(seed, shift)):
        if window.update(value):
            ours.append(at)
            window = Adwin()  # as River's does
    assert ours == found


@pytest.mark.parametrize(("seed", "shift", "_", "found"), RIVER)
def test_page_hinkley_alarms_where_river_does(seed: int, shift: float, _: list[int], found: list[int]) -> None:
    test = PageHinkley()
    assert [at for at, value in enumerate(changing(seed, shift)) if test.update(value)[0]] == found


def test_streams_side_by_side_are_those_alone() -> None:
    streams = np.stack([changing(1, 0.5), changing(2, 1.0)])[:, ::4]
    together = PageHinkley(2, threshold=10)
    alone = [PageHinkley(threshold=10) for _ in streams]
    for values in streams.T:
        both = together.update(values)
        assert both.tolist() == [bool(test.update(value)[0]) for test, value in zip(alone, values, strict=True)]


@given(st.lists(st.floats(-3, 3), max_size=40), st.floats(0.2, 2))
def test_a_cusum_is_the_slow_one(values: list[float], shift: float) -> None:
    chart = Cusum(0.5, 2.0, shift=shift, run_length=50)
    up = down = 0.0
    for value in values:
        if max(up, down) > chart.limit:
            up = down = 0.0
        step = (value - 0.5) / 2
        up, down = max(up + step - shift / 2, 0), max(down - step - shift / 2, 0)
        assert bool(chart.update(value)) == (max(up, down) > chart.limit)
        assert float(chart.get()) == pytest.approx(max(up, down))


def test_a_missing_value_changes_nothing() -> None:
    chart = Cusum(np.zeros(2), 1.0, shift=1.0, run_length=100)
    chart.update([2.0, 2.0])
    before = chart.get()
    chart.update([np.nan, 2.0])
    assert chart.get()[0] == before[0]
    assert chart.get()[1] > before[1]


@pytest.mark.statistical
def test_a_cusum_runs_as_long_as_it_was_asked_to_and_delays_as_the_theory_says() -> None:
    random, streams = np.random.default_rng(5), 400
    chart = Cusum(np.zeros(streams), 1.0, shift=1.0, run_length=500)
    alarms = sum(int(chart.update(random.normal(0, 1, streams)).sum()) for _ in range(2500))
    expected = streams * 2500 / 500
    assert abs(alarms - expected) < 4 * np.sqrt(expected)
    anew = Cusum(np.zeros(streams), 1.0, shift=1.0, run_length=500)
    first = np.zeros(streams)
    for step in range(1, 200):
        first = np.where((first == 0) & anew.update(random.normal(1, 1, streams)), step, first)
    assert first.mean() < 2 * (np.log(500 / 2) + 1)


def test_an_adwin_keeps_what_came_after_the_change_and_its_moments() -> None:
    window, values = Adwin(), changing(2, 1.0)
    for value in values:
        window.update(value)
    kept = values[-int(window.width) :]
    assert 1900 < window.width < 2100
    assert window.pieces()[:, 1].sum() == pytest.approx(kept.sum())


def test_an_adwin_can_be_put_away_and_taken_up() -> None:
    one, other = Adwin(), Adwin()
    values = changing(1, 0.5)
    for value in values[:2500]:
        one.update(value)
    other.restore(json.loads(json.dumps(one.to_dict())))
    assert [one.update(value) for value in values[2500:3500]] == [other.update(value) for value in values[2500:3500]]


@given(st.lists(st.integers(0, 30), min_size=3, max_size=3).filter(any))
def test_moments_of_counts_are_those_of_the_values_one_by_one(counts: list[int]) -> None:
    values = np.array([0.1, 0.5, 0.7])
    n, total, squares = moments(counts, values[None])
    spelled = np.repeat(values, counts)
    assert n == len(spelled)
    assert total[0] == pytest.approx(spelled.sum())
    assert squares[0] == pytest.approx(((spelled - spelled.mean()) ** 2).sum(), abs=1e-9)
