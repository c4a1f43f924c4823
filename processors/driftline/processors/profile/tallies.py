"""The second reading of a table: every field counted by its layout, exactly, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from driftline.processors.profile.binning import Sorted
from driftline.processors.profile.exponential import Exponential, Side
from driftline.processors.profile.fields import CategoricalField, ExponentialField, ExponentialSide, NumericField
from driftline.processors.profile.layout import OTHER, CategoricalPlan, Layout, NumericPlan
from driftline.processors.profile.moments import Moments
from driftline.processors.profile.outputs import OutputSums
from driftline.processors.tables.columns import categories, category_rows, numbers


class NumericTally:
    """Counts, moments and defects of one field of numbers; of a score also its counts in each outcome class."""

    def __init__(self, plan: NumericPlan, classes: tuple[str, ...] = ()) -> None:
        self._plan = plan
        self._counts = np.zeros(len(plan.bounds) + 1, dtype=np.int64)
        self._outcomes = {name: self._counts.copy() for name in classes}
        self._exponential = Exponential()
        self._moments = Moments()
        self._missing = self._invalid = 0

    def update(self, batch: pa.RecordBatch, outcomes: Mapping[str, NDArray[np.bool_]]) -> None:
        """Count one batch; `outcomes` says which of its rows turned out as which class."""
        values = _numbers(batch, self._plan.name)
        ordered = Sorted.of(values)
        self._counts += ordered.counts(self._plan.bounds)
        self._missing += ordered.missing
        self._invalid += ordered.invalid
        self._exponential = self._exponential.merge(Exponential.of(ordered.values))
        self._moments = self._moments.merge(Moments.of(ordered.values))
        for name, counts in self._outcomes.items():
            if name in outcomes:
                self._outcomes[name] = counts + Sorted.of(values[outcomes[name]]).counts(self._plan.bounds)

    def get(self) -> NumericField:
        """The field as the profile keeps it."""
        return numeric_field(
            self._plan,
            counts=self._counts,
            missing=self._missing,
            invalid=self._invalid,
            moments=self._moments,
            exponential=self._exponential,
            outcomes=self._outcomes,
        )


class CategoricalTally:
    """Counts and defects of one field of categories."""

    def __init__(self, plan: CategoricalPlan) -> None:
        self._plan = plan
        self._counts = dict.fromkeys(plan.categories, 0)
        self._other = self._missing = self._invalid = 0

    def update(self, batch: pa.RecordBatch, _outcomes: Mapping[str, NDArray[np.bool_]]) -> None:
        """Count one batch."""
        if self._plan.name not in batch.schema.names:
            self._missing += batch.num_rows
            return
        found = categories(batch.column(self._plan.name))
        self._missing += found.missing
        self._invalid += found.invalid
        for text, count in found.counts.items():
            if text in self._counts:
                self._counts[text] += count
            else:
                self._other += count

    def get(self) -> CategoricalField:
        """The field as the profile keeps it."""
        return CategoricalField.model_validate(
            {
                "name": self._plan.name,
                "role": self._plan.role,
                "observations": sum(self._counts.values()) + self._other,
                "missing": self._missing,
                "invalid": self._invalid,
                "categories": self._counts,
                "other": self._other,
            }
        )


class Tallies:
    """All fields of a layout."""

    def __init__(self, layout: Layout) -> None:
        outcome = next((p for p in layout if p.role == "outcome" and isinstance(p, CategoricalPlan)), None)
        self._outcome = outcome
        self.rows = 0
        self._fields = [_tally(plan, outcome) for plan in layout]
        self._outputs = OutputSums(layout)

    def update(self, batch: pa.RecordBatch) -> None:
        """Count one batch."""
        self.rows += batch.num_rows
        outcomes = _rows_by_class(batch, self._outcome) if self._outcome else {}
        for field in self._fields:
            field.update(batch, outcomes)
        self._outputs.update(batch)

    def get(self) -> tuple[NumericField | CategoricalField, ...]:
        """The fields, in the order of the layout."""
        fields = [field.get() for field in self._fields]
        return tuple(field.model_copy(update={"outputs": self._outputs.get(field.name)}) for field in fields)


def numeric_field(
    plan: NumericPlan,
    *,
    counts: NDArray[np.int64],
    missing: int,
    invalid: int,
    moments: Moments,
    exponential: Exponential | None,
    outcomes: Mapping[str, NDArray[np.int64]],
) -> NumericField:
    """A field as the profile keeps it, from its parts."""
    some = moments.count > 0
    return NumericField.model_validate(
        {
            "name": plan.name,
            "role": plan.role,
            "observations": int(counts.sum()),
            "missing": missing,
            "invalid": invalid,
            "mean": moments.mean if some and np.isfinite(moments.mean) else None,
            "std": moments.std,
            "min": moments.low if some else None,
            "max": moments.high if some else None,
            "bounds": plan.bounds.tolist(),
            "counts": counts.tolist(),
            "exponential": None if exponential is None else exponential_field(exponential),
            "threshold": plan.threshold,
            "positive": plan.positive,
            "outcomes": {name: of_class.tolist() for name, of_class in outcomes.items()} or None,
        }
    )


def exponential_field(histogram: Exponential) -> ExponentialField:
    """The histogram as the profile keeps it."""
    return ExponentialField(
        scale=histogram.scale,
        zero=histogram.zero,
        positive=_side(histogram.positive),
        negative=_side(histogram.negative),
    )


def _side(side: Side) -> ExponentialSide:
    return ExponentialSide(offset=side.offset, counts=tuple(side.counts.tolist()))


def _tally(plan: NumericPlan | CategoricalPlan, outcome: CategoricalPlan | None) -> NumericTally | CategoricalTally:
    if isinstance(plan, CategoricalPlan):
        return CategoricalTally(plan)
    return NumericTally(plan, outcome.categories if outcome is not None and plan.role == "score" else ())


def _numbers(batch: pa.RecordBatch, name: str) -> NDArray[np.float64]:
    if name not in batch.schema.names:
        return np.full(batch.num_rows, np.nan)
    return numbers(batch.column(name))


def _rows_by_class(batch: pa.RecordBatch, outcome: CategoricalPlan) -> dict[str, NDArray[np.bool_]]:
    """Which rows turned out as which class; rows of other classes, or none yet, are in no entry."""
    if outcome.name not in batch.schema.names:
        return {}
    rows, texts = category_rows(batch.column(outcome.name))
    known: Iterable[tuple[int, str]] = ((i, t) for i, t in enumerate(texts) if t in outcome.categories and t != OTHER)
    return {text: rows == index for index, text in known}
