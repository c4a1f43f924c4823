"""What `check --json` says beside the verdicts: every statistic, its binning error, and what changed."""

from __future__ import annotations

import json

import numpy as np
import pytest

from driftline.processors import Profile, check
from driftline.processors.statistics.table import STATISTICS


def test_every_statistic_and_every_change_is_shown() -> None:
    random = np.random.default_rng(3)
    profile = Profile.from_table({"age": random.normal(40, 10, 5000), "plan": random.choice(["a", "b"], 5000)})
    ages = random.normal(46, 10, 1000)
    ages[:50] = np.nan
    shown = json.loads(json.dumps(check({"age": ages, "plan": random.choice(["a", "b"], 1000)}, profile).to_dict()))
    age, plan = shown["fields"]
    assert set(age["statistics"]) == {row.name for row in STATISTICS}
    assert set(plan["statistics"]) == {row.name for row in STATISTICS if not row.ordered}
    assert {name for name, figure in age["statistics"].items() if "error" in figure} == {"wasserstein", "energy"}
    mean, missing = age["changes"]["mean"], age["changes"]["missing"]
    assert mean["lower"] < 6 < mean["upper"]
    assert mean["binning_error"] > 0
    assert missing["value"] == pytest.approx(0.05)
    assert missing["lower"] < 0.05 < missing["upper"]
    assert list(plan["changes"]) == ["missing"]


def test_the_distance_of_the_rows_is_within_the_error_that_check_shows() -> None:
    from scipy.stats import wasserstein_distance

    random = np.random.default_rng(4)
    known, seen = random.normal(size=4000), random.normal(0.3, 1.2, size=2000)
    profile = Profile.from_table({"x": known})
    figure = check({"x": seen}, profile).to_dict()["fields"][0]["statistics"]["wasserstein"]
    [field] = profile.fields
    assert field.kind == "numeric"
    clipped = [np.clip(side, field.bounds[0], field.bounds[-1]) for side in (seen, known)]
    assert abs(figure["score"] - wasserstein_distance(*clipped) / known.std()) <= figure["error"]
