"""A table against a reference profile, at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from driftline.processors.comparison.beside import beside
from driftline.processors.comparison.counting import Counting, chunked
from driftline.processors.comparison.losses import LossCounts
from driftline.processors.comparison.outcomes import Columns, Outcomes
from driftline.processors.comparison.performance import performances
from driftline.processors.comparison.quality import quality_findings
from driftline.processors.comparison.result import Check
from driftline.processors.comparison.rules import Rules
from driftline.processors.comparison.verdicts import findings
from driftline.processors.detectors import Judge
from driftline.processors.estimation import LossModels
from driftline.processors.findings import State
from driftline.processors.monitor import Monitor
from driftline.processors.profile import Profile
from driftline.processors.profile.rows_file import ProfileRows
from driftline.processors.tables import Progress, open_table, silent


def check(
    table: Any,
    profile: Profile,
    alpha: float = 0.01,
    minimum_effect: Mapping[str, float] | None = None,
    *,
    minimum_observations: int | None = None,
    monitor: Monitor | None = None,
    judge: Judge | None = None,
    reference_rows: ProfileRows | None = None,
    progress: Progress = silent,
) -> Check:
    """Compare a table with a profile. Raw rows are binned by the profile's bounds: the numbers are those of the stream.

    Args:
        table: a mapping of arrays, a DataFrame, an Arrow table, or paths.
        profile: the reference.
        alpha: chance, in (0, 1), that any field is in drift although nothing has changed; as much again that any
            check of quality finds something.
        minimum_effect: statistic to the smallest score that matters, over the documented defaults.
        minimum_observations: fields with fewer are not judged; default 10.
        monitor: takes minimum effects and the rules of its fields from a `ModelMonitor`.
        judge: keeps what it has worked out about chance for the next check against the same profile, which then takes a
            fraction of the first one's time. One thread at a time.
        reference_rows: rows beside the profile, of `driftline profile --rows`. From those of a regression its errors
            are estimated; growing what does it takes about 2 s, and 100,000 rows of the table 0.7 s.
        progress: called with what is read and what there is to read.

    Returns:
        The findings, one a field of the profile. A field whose column is absent has the status `no_data`.

    Raises:
        TableError: the table cannot be read.
        ValueError: an argument out of range.
        MissingExtraError: rows of a regression are given, and scikit-learn is not installed.

    >>> import numpy as np
    >>> random = np.random.default_rng(7)
    >>> profile = Profile.from_table({"age": random.normal(40, 10, 5000), "income": random.normal(0, 1, 5000)})
    >>> check({"age": random.normal(46, 10, 1000), "income": random.normal(0, 1, 1000)}, profile).drifted
    ['age']
    """
    rules = Rules(
        alpha=alpha,
        minimum_effect=minimum_effect or {},
        minimum_observations=minimum_observations,
        monitor=monitor,
    )
    taken = _Taken(profile, reference_rows, LossModels())
    for batch in open_table(table).batches(progress):
        taken.update(batch)
    return _result(taken, profile, rules, judge or Judge())


def check_chunks(
    table: Any,
    profile: Profile,
    rows: int,
    rules: Rules | None = None,
    *,
    reference_rows: ProfileRows | None = None,
    progress: Progress = silent,
) -> Iterator[Check]:
    """One check for every `rows` rows, in order; the last chunk may have fewer. Alpha is each chunk's.

    Raises:
        TableError: the table cannot be read.
        ValueError: less than one row a chunk.
        MissingExtraError: rows of a regression are given, and scikit-learn is not installed.
    """
    if rows < 1:
        raise ValueError(f"a chunk of {rows} rows: a chunk needs at least one")
    judge, models, start = Judge(), LossModels(), 0
    for batches in chunked(open_table(table).batches(progress), rows):
        taken = _Taken(profile, reference_rows, models)
        for batch in batches:
            taken.update(batch)
        yield _result(taken, profile, rules or Rules(), judge, start)
        start += taken.counting.rows


class _Taken:
    """A table, counted, with the outcomes of its rows where the profile says which column holds them, and where errors
    are known of a regression's rows, what its own rows are like.
    """

    def __init__(self, profile: Profile, known: ProfileRows | None, models: LossModels) -> None:
        self.counting = Counting(profile)
        self.losses = LossCounts(profile, known, models) if known is not None and known.outputs else None
        columns = Columns.of(profile)
        self.outcomes = Outcomes(columns) if columns else None

    def update(self, batch: pa.RecordBatch) -> None:
        self.counting.update(batch)
        if self.outcomes is not None:
            self.outcomes.update(batch)
        if self.losses is not None:
            self.losses.update(batch)


def _result(taken: _Taken, profile: Profile, rules: Rules, judge: Judge, start: int | None = None) -> Check:
    counting, sides = taken.counting, beside(taken.counting, profile)
    found = findings(counting, profile, sides, rules, judge)
    drifting = [str(each.field) for each in found if each.status is State.DRIFT]
    return Check(
        rows=counting.rows,
        reference_id=profile.id,
        reference_rows=profile.rows,
        findings=found,
        kinds={field.name: field.kind for field in profile.fields},
        unknown=counting.unknown,
        start=start,
        quality=quality_findings(counting, profile, sides, rules),
        performance=performances(
            profile, rules, drifting, counting=taken.counting, losses=taken.losses, outcomes=taken.outcomes
        ),
    )
