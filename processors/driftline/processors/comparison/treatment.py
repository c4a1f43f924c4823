"""How a table's groups of people are treated: what `run` finds of the same predictions and outcomes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from driftline.processors.comparison.outcomes import Columns
from driftline.processors.findings import Fairness, Identity
from driftline.processors.monitor.fairness import Fairness as Wanted
from driftline.processors.monitor.fairness import Favourable
from driftline.processors.pipeline.fairness.cohorts import BUCKETS
from driftline.processors.pipeline.fairness.comparing import Matter, asked_for, compared
from driftline.processors.profile import Profile
from driftline.processors.statistics.fairness import Confusion, Groups, Scores
from driftline.processors.statistics.performance import BINARY
from driftline.processors.tables import Progress, TableError, open_table, silent
from driftline.processors.tables.columns import category_rows, numbers
from driftline.semconv import FieldRole, PerformanceKind

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def check_treatment(
    table: Any, profile: Profile, wanted: Wanted, *, alpha: float = 0.01, progress: Progress = silent
) -> tuple[Fairness, ...]:
    """Compare the groups of a table.

    Args:
        table: as for `check`.
        profile: says which columns are outputs and outcomes.
        wanted: the attributes, columns of the table, and which output is favourable.
        alpha: chance, in (0, 0.25], that any treatment at its limit is found beyond it.
        progress: called with what is read.

    Returns:
        For each grouping a finding from its predictions, and one from its outcomes where the table has some.

    Raises:
        TableError: the table cannot be read, or lacks an attribute or the output.
        ValueError: the profile has no output of the kind that `wanted` asks for.
    """
    columns = _Read.of(profile, wanted)
    tallies: dict[tuple[str, ...], dict[str, _Tally]] = {each: defaultdict(_Tally) for each in wanted.groupings}
    for batch in open_table(table).batches(progress):
        _needs(batch, {columns.output, *(name for each in tallies for name in each)})
        rows = columns.rows(batch)
        for attributes, groups in tallies.items():
            for name, mine in _members(batch, attributes):
                groups[name].add(rows, mine)
    identity = Identity(profile.model_name or "", profile.model_version)
    found = [each for attributes, groups in tallies.items() for each in _matters(identity, attributes, groups, wanted)]
    return tuple(compared(matter, counts, wanted, alpha / len(found)) for matter, counts in found)


@dataclass(frozen=True, slots=True)
class _Rows:
    """What is known of each row, (N,); `known` where there is an outcome, NaN where there is no score."""

    favourable: Flags
    said: Flags
    good: Flags
    known: Flags
    scores: Floats


@dataclass(frozen=True, slots=True)
class _Read:
    """Which columns are read, and what they mean."""

    favourable: Favourable
    output: str
    outcome: str | None
    good: str | None
    score: str | None
    positive: str | None

    @classmethod
    def of(cls, profile: Profile, wanted: Wanted) -> _Read:
        favourable = wanted.favourable
        if favourable is None:
            raise ValueError("which output is favourable is not said: name the class that is good for the person")
        roles = [FieldRole.PREDICTION] if favourable.category is not None else [FieldRole.SCORE, FieldRole.PREDICTION]
        named = [each.name for role in roles for each in profile.with_role(role)]
        output = favourable.field or next(iter(named), None)
        if output is None:
            raise ValueError(
                "the profile has no output of this kind: make it with `driftline profile --role COLUMN=prediction`"
            )
        columns = Columns.of(profile)
        binary = columns is not None and columns.task == BINARY and bool(columns.scores)
        return cls(
            favourable,
            output,
            columns.outcome if columns is not None and columns.classes else None,
            wanted.favourable_outcome or favourable.category,
            columns.scores[0] if columns is not None and binary else None,
            columns.classes[-1] if columns is not None and binary else None,
        )

    def rows(self, batch: pa.RecordBatch) -> _Rows:
        said, favourable = self._said(batch.column(self.output))
        there = set(batch.schema.names)
        nothing = np.zeros(len(batch), dtype=np.bool_)
        known, good = (nothing, nothing)
        if self.outcome in there and self.good is not None:
            codes, texts = category_rows(batch.column(self.outcome))
            known = np.array([text is not None for text in texts], dtype=np.bool_)[codes]
            good = np.array([text == self.good for text in texts], dtype=np.bool_)[codes]
        scores = np.full(len(batch), np.nan)
        if self.score in there:
            given = numbers(batch.column(self.score))
            scores = given if self.positive == self.good else 1 - given
        return _Rows(favourable, said, good, known, scores)

    def _said(self, column: pa.Array) -> tuple[Flags, Flags]:
        """Whether a row has the output, and whether it is favourable."""
        if self.favourable.category is not None:
            codes, texts = category_rows(column)
            there = np.array([text is not None for text in texts], dtype=np.bool_)[codes]
            return there, np.array([text == self.favourable.category for text in texts], dtype=np.bool_)[codes]
        values = numbers(column)
        above, at_most = self.favourable.above, self.favourable.at_most
        side = values > above if above is not None else values <= (at_most or 0.0)
        return np.isfinite(values), side & np.isfinite(values)


@dataclass(slots=True)
class _Tally:
    """One group, counted; `favourable`, `observed` and `sums` of the scores by bucket."""

    cells: NDArray[np.int64] = field(default_factory=lambda: np.zeros(6, dtype=np.int64))
    """Favourable predictions, predictions, true and false positives, false and true negatives."""
    hits: Floats = field(default_factory=lambda: np.zeros(BUCKETS))
    observed: Floats = field(default_factory=lambda: np.zeros(BUCKETS))
    sums: Floats = field(default_factory=lambda: np.zeros(BUCKETS))
    calibrated: bool = True
    """No score was outside of 0 and 1."""

    def add(self, rows: _Rows, mine: Flags) -> None:
        said, yes, both = rows.said & mine, rows.favourable, rows.said & rows.known & mine
        masks = said & yes, said, both & yes & rows.good, both & yes & ~rows.good, both & ~yes & rows.good
        self.cells += np.array([*(mask.sum() for mask in masks), (both & ~yes & ~rows.good).sum()])
        scored = rows.known & mine & np.isfinite(rows.scores)
        scores, good = rows.scores[scored], rows.good[scored]
        if len(scores) and (scores.min() < 0 or scores.max() > 1):
            self.calibrated = False
            return
        at = np.minimum((scores * BUCKETS).astype(np.int64), BUCKETS - 1)
        self.hits += np.bincount(at, good, BUCKETS)
        self.observed += np.bincount(at, minlength=BUCKETS)
        self.sums += np.bincount(at, scores, BUCKETS)


def _matters(
    identity: Identity, attributes: tuple[str, ...], groups: Mapping[str, _Tally], wanted: Wanted
) -> Iterator[tuple[Matter, Groups]]:
    """What is compared: the predictions, and the outcomes where there are some."""
    names = sorted(groups)
    tallies = [groups[name] for name in names]
    favourable, predictions, *cells = np.array([each.cells for each in tallies], dtype=np.int64).reshape(-1, 6).T
    counts = Groups(favourable, predictions, Confusion(*cells), _scores(tallies))
    for kind in (None, PerformanceKind.REALIZED):
        known = kind is None or bool(np.sum(cells))
        if known and asked_for(wanted, outcomes=kind is not None):
            yield Matter(identity, attributes, names, 0, 0, 0, kind), counts


def _scores(tallies: Sequence[_Tally]) -> Scores | None:
    observed = np.array([each.observed for each in tallies])
    if not observed.sum() or not all(each.calibrated for each in tallies):
        return None
    hits, sums = (np.array([getattr(each, name) for each in tallies]) for name in ("hits", "sums"))
    return Scores(hits.astype(np.int64), observed.astype(np.int64), sums / np.maximum(observed, 1))


def _members(batch: pa.RecordBatch, attributes: Sequence[str]) -> Iterator[tuple[str, Flags]]:
    """Each group of a batch and which rows are its; a row without a value of every attribute is in none."""
    columns = [category_rows(batch.column(name)) for name in attributes]
    codes = np.stack([rows for rows, _ in columns], axis=1)
    for combination in np.unique(codes, axis=0):
        texts = [texts[code] for (_, texts), code in zip(columns, combination.tolist(), strict=True)]
        if None not in texts:
            yield ",".join(map(str, texts)), (codes == combination).all(axis=1)


def _needs(batch: pa.RecordBatch, names: set[str]) -> None:
    absent = sorted(names - set(batch.schema.names))
    if absent:
        raise TableError(f"the table has no column {', '.join(f'`{name}`' for name in absent)}: name one that it has")
