"""Our estimates of a regression's chunks: rows of the reference, and the rows of a chunk without their outcomes."""

from __future__ import annotations

import time

import pandas as pd

from driftline.processors.comparison.losses import LossCounts
from driftline.processors.estimation import LossModels
from driftline.processors.profile import Profile
from driftline.processors.profile.rows_file import MOST_ROWS, profile_rows
from driftline.processors.statistics.performance import Figure, measure
from driftline.processors.tables import open_table
from tests.benchmarks.estimation.data import Case
from tests.benchmarks.estimation.ours import Estimates


def loss_estimates(case: Case, rows: int = MOST_ROWS, seed: int = 0) -> Estimates:
    """Estimate every chunk of a case, and measure what came true.

    Args:
        case: a regression.
        rows: rows kept beside the profile.
        seed: chooses them.
    """
    profile = Profile.from_table(case.reference)
    known, models = profile_rows(open_table(case.reference), profile, rows, seed), LossModels()
    found = Estimates()
    found.reference = {each.metric: each.value or 0.0 for each in _measured(case, case.reference)}
    for number, chunk in enumerate(case.chunks()):
        begin = time.process_time()
        counting = LossCounts(profile, known, models)
        for batch in open_table(chunk.drop(columns="outcome")).batches():
            counting.update(batch)
        assert counting.model is not None
        assert counting.counts is not None
        guessed = counting.model.estimate(counting.counts, tuple(case.metrics), sampled=False)
        found.seconds += time.process_time() - begin
        found.add(number, guessed, _measured(case, chunk))
    return found


def _measured(case: Case, rows: pd.DataFrame) -> tuple[Figure, ...]:
    return measure("regression", rows["outcome"], rows["prediction"], metrics=tuple(case.metrics))
