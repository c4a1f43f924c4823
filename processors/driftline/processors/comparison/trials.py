"""One look of each part, made with drawn data: what it takes of this machine."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from driftline.processors.detectors.rows import RowJudge
from driftline.processors.findings import Identity
from driftline.processors.monitor import Spec
from driftline.processors.monitor.fairness import Fairness
from driftline.processors.pipeline.concept.cohort import Cohort
from driftline.processors.pipeline.concept.followed import Followed
from driftline.processors.pipeline.fairness.comparing import Matter, compared
from driftline.processors.statistics.fairness import Groups
from driftline.processors.windows.row_sample import RowSample

_UNSUSPICIOUS = 0.99
"""A level that asks for no further draws."""


class Trial(NamedTuple):
    """Seconds of one core, and the most bytes held at once, of one look."""

    seconds: float
    bytes: int


@lru_cache(64)
def rows_trial(sample: int, reference: int, fields: int, statistics: tuple[str, ...]) -> Trial:
    """A look at rows in which nothing is suspicious.

    Raises:
        MissingExtraError: `classifier` is asked for, and scikit-learn is not installed.
    """
    random, judge = np.random.default_rng(0), RowJudge(statistics)
    known, now = (_rows(random, rows, fields) for rows in (reference, sample))
    return _tried(lambda: judge.rows(known, now, alpha=_UNSUSPICIOUS))


def fairness_trial(wanted: Fairness, groups: int) -> Trial:
    """A comparison of groups of 500 predictions, for each grouping."""
    whose = [str(group) for group in range(groups)]
    counts = Groups(np.linspace(200, 300, groups).astype(np.int64), np.full(groups, 500))
    matters = [Matter(Identity(""), each, whose, 0, 1, 1) for each in wanted.groupings]
    free = wanted.model_copy(update={"reference": {}, "minimum_observations": 1})
    return _tried(lambda: [compared(each, counts, free, 0.01) for each in matters])


def concept_trial(spec: Spec, outcomes: int) -> Trial:
    """A cohort of so many outcomes, once the detectors have learned."""
    random, identity = np.random.default_rng(0), Identity("")
    followed = Followed.begun(spec, 0)
    followed.take(spec, identity, _cohort(random, spec.concept_drift.learn), sharing=1, now_ns=0)
    cohort = _cohort(random, outcomes)
    return _tried(lambda: followed.take(spec, identity, cohort, sharing=1, now_ns=0))


def _rows(random: np.random.Generator, rows: int, fields: int) -> RowSample:
    return RowSample({f"x{at}": random.normal(size=rows) for at in range(fields)}, np.arange(rows))


def _cohort(random: np.random.Generator, outcomes: int) -> Cohort:
    scores = random.uniform(size=outcomes)
    came = random.uniform(size=outcomes) < scores
    return Cohort(np.arange(outcomes), (scores > 0.5) != came, scores, came)


def _tried(look: Callable[[], object]) -> Trial:
    """Looked twice: tracing memory takes time of its own. Seconds are the process's, whatever else the machine does."""
    tracemalloc.start()
    look()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    began = time.process_time()
    look()
    return Trial(time.process_time() - began, most)
