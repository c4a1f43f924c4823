from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from driftline.processors.statistics.tilted import Terms, Tilted

BUCKETS_OF = (3, 1, 2)
"""Distinct buckets of three problems."""


def terms_of(seed: int) -> Terms:
    """Three problems whose buckets hold one to six nodes each."""
    random = np.random.default_rng(seed)
    problem = np.repeat(np.arange(len(BUCKETS_OF)), BUCKETS_OF)
    bucket = np.repeat(np.arange(len(problem)), random.integers(1, 7, len(problem)))
    values, counts, logs = (random.normal(size=len(bucket)) for _ in range(3))
    times, freedom = random.uniform(0.5, 3, len(problem)), np.array(BUCKETS_OF, dtype=float)
    return Terms(problem, times, bucket, values, counts, logs, freedom)


@given(st.integers(0, 10_000), st.floats(-2, 2), st.floats(-2, 2))
@settings(deadline=None, max_examples=40)
def test_moments_are_those_of_a_plain_loop_over_buckets(seed: int, s: float, u: float) -> None:
    terms, wanted = terms_of(seed), np.zeros((len(BUCKETS_OF), 6))
    for row, (problem, times) in enumerate(zip(terms.problem, terms.times, strict=True)):
        own = terms.bucket == row
        value, count = terms.values[own], terms.counts[own]
        weights = np.exp(terms.log_weights[own] + s * value + u * count)
        mass = weights.sum()
        weights /= mass
        v, c = value - weights @ value, count - weights @ count
        cumulants = np.log(mass), weights @ value, weights @ count, weights @ v**2, weights @ (v * c), weights @ c**2
        wanted[problem] += times * np.array(cumulants)
    found = Tilted.of(terms).moments(np.full(3, s), np.full(3, u))
    for at, name in enumerate(("k", "k_s", "k_u", "k_ss", "k_su", "k_uu")):
        assert getattr(found, name) == pytest.approx(wanted[:, at], rel=1e-9, abs=1e-9)


@given(st.integers(0, 10_000), st.lists(st.booleans(), min_size=3, max_size=3).filter(any))
@settings(deadline=None, max_examples=40)
def test_chosen_problems_have_the_moments_they_have_among_all(seed: int, chosen: list[bool]) -> None:
    terms, these = terms_of(seed), np.array(chosen)
    s, u = np.array([0.3, -0.4, 0.1]), np.array([0.2, 0.1, -0.5])
    every = Tilted.of(terms)
    some = every.problems(these)
    assert some.moments(s[these], u[these]).k_ss == pytest.approx(every.moments(s, u).k_ss[these])
    assert some.log_mass() == pytest.approx(every.log_mass()[these])
    assert some.log_mass() == pytest.approx(some.moments(np.zeros(these.sum()), np.zeros(these.sum())).k)


def test_nodes_left_out_are_as_if_they_had_no_weight() -> None:
    terms = terms_of(3)
    kept = np.ones(len(terms.bucket), dtype=bool)
    kept[np.flatnonzero(np.diff(terms.bucket) == 0)[::2]] = False
    weightless = terms_of(3)
    weightless.log_weights[~kept] = -800.0
    s, u = np.full(3, 0.5), np.full(3, -0.5)
    some, every = Tilted.of(terms).nodes(kept).moments(s, u), Tilted.of(weightless).moments(s, u)
    assert some.k_su == pytest.approx(every.k_su)
    assert some.k == pytest.approx(every.k)
