"""How the model's output goes with each field: the mean output of the rows in a bucket.

It is what says, from distributions alone, how far a field that moved moves the output. Outputs are scores, numeric
predictions, and of a predicted class its share, as `prediction.<class>`. A bucket of fewer than `FEWEST_ROWS` rows has
no mean: it would tell the output of single rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from driftline.processors.profile.fields import output_name
from driftline.processors.profile.layout import OTHER, CategoricalPlan, Layout, NumericPlan, Plan
from driftline.processors.tables.columns import category_rows, numbers

MOST_OUTPUTS = 10
"""Of so many outputs at most: scores and predicted numbers first, then classes, the frequent ones first."""
FEWEST_ROWS = 5
"""Rows that a bucket needs to have a mean."""
_DIGITS = 6

Means = tuple[float | None, ...]
_INFINITE = ("inf", "-inf")


class OutputSums:
    """Sums of the outputs over the rows in each bucket of each field, batch by batch."""

    def __init__(self, layout: Layout) -> None:
        self._sources = _sources(layout)
        self._plans = [plan for plan in layout if plan.role != "outcome"] if self._sources else []
        self._sums = {plan.name: np.zeros((len(self._sources), _buckets(plan))) for plan in self._plans}
        self._rows = {name: np.zeros(sums.shape, dtype=np.int64) for name, sums in self._sums.items()}

    def update(self, batch: pa.RecordBatch) -> None:
        """Add one batch; rows where field or output is missing or invalid are left out."""
        outputs = [_values(batch, plan, of_class) for plan, of_class in self._sources]
        for plan in self._plans:
            if plan.name not in batch.schema.names:
                continue
            at = _places(batch.column(plan.name), plan)
            for number, values in enumerate(outputs):
                both = (at >= 0) & np.isfinite(values)
                places, buckets = at[both], self._sums[plan.name].shape[1]
                self._sums[plan.name][number] += np.bincount(places, values[both], buckets)
                self._rows[plan.name][number] += np.bincount(places, minlength=buckets)

    def get(self, name: str) -> dict[str, Means] | None:
        """Each output's mean per bucket of a field, named categories then the rest; None where nothing is known."""
        if name not in self._sums:
            return None
        found = {
            output_name(plan.name, of_class): means(self._sums[name][number], self._rows[name][number])
            for number, (plan, of_class) in enumerate(self._sources)
        }
        return {output: told for output, told in found.items() if any(mean is not None for mean in told)} or None


def means(sums: NDArray[np.float64], rows: NDArray[np.int64]) -> Means:
    """Mean per bucket, to six digits; None where there are too few rows for one.

    >>> means(np.array([2.0, 9.0]), np.array([8, 3]))
    (0.25, None)
    """
    return tuple(
        float(f"{total / count:.{_DIGITS}g}") if count >= FEWEST_ROWS and np.isfinite(total) else None
        for total, count in zip(sums.tolist(), rows.tolist(), strict=True)
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One profile's share of a field that is being merged.

    Args:
        outputs: mean per bucket, by output.
        counts: its counts per bucket, (B,).
        into: the bucket of the merged field that each of its buckets becomes part of, (B,).
    """

    outputs: Mapping[str, Means] | None
    counts: NDArray[np.int64]
    into: NDArray[np.int64]


def merged_outputs(parts: Sequence[Part], buckets: int) -> dict[str, Means] | None:
    """Means on merged buckets, weighted by the counts of those they are made of; a profile without rows has no say.

    Outputs that only one of the profiles has are left out.

    >>> one = Part({"score": (0.2, 0.4, None)}, np.array([30, 10, 3]), np.array([0, 0, 1]))
    >>> merged_outputs([one], 2)
    {'score': (0.25, None)}
    """
    told = [part for part in parts if part.counts.any()]
    if not told or any(part.outputs is None for part in told):
        return None
    names = [name for name in told[0].outputs or () if all(name in (part.outputs or ()) for part in told)]
    return {name: _joined(told, name, buckets) for name in names} or None


def _joined(parts: Sequence[Part], name: str, buckets: int) -> Means:
    sums, rows = np.zeros(buckets), np.zeros(buckets, dtype=np.int64)
    for part in parts:
        values = np.array((part.outputs or {})[name], dtype=np.float64)  # None becomes NaN
        known = np.isfinite(values)
        sums += np.bincount(part.into[known], (values * part.counts)[known], buckets)
        rows += np.bincount(part.into[known], part.counts[known], buckets).astype(np.int64)
    return means(sums, rows)


def _sources(layout: Layout) -> tuple[tuple[Plan, str | None], ...]:
    """Every output: the field it is in, and the class whose share it is."""
    taken = {plan.name for plan in layout}
    whole: list[tuple[Plan, str | None]] = [
        (plan, None) for plan in layout if isinstance(plan, NumericPlan) and plan.role in ("score", "prediction")
    ]
    classes: list[tuple[Plan, str | None]] = [
        (plan, text)
        for plan in layout
        if isinstance(plan, CategoricalPlan) and plan.role == "prediction"
        for text in plan.categories
        if text != OTHER and output_name(plan.name, text) not in taken
    ]
    return tuple([*whole, *classes][:MOST_OUTPUTS])


def _buckets(plan: Plan) -> int:
    return len(plan.categories) + 1 if isinstance(plan, CategoricalPlan) else len(plan.bounds) + 1


def _values(batch: pa.RecordBatch, plan: Plan, of_class: str | None) -> NDArray[np.float64]:
    """One output of each row; NaN where there is none."""
    if plan.name not in batch.schema.names:
        return np.full(batch.num_rows, np.nan)
    column = batch.column(plan.name)
    if of_class is None:
        return numbers(column)
    rows, texts = category_rows(column)
    return np.array([np.nan if text is None else float(text == of_class) for text in texts])[rows]


def _places(column: pa.Array, plan: Plan) -> NDArray[np.int64]:
    """The bucket of each row, -1 where it is in none."""
    if isinstance(plan, NumericPlan):
        values = numbers(column)
        return np.where(np.isfinite(values), np.searchsorted(plan.bounds, values), -1)
    rows, texts = category_rows(column)
    known = {text: at for at, text in enumerate(plan.categories)}
    rest = len(plan.categories)
    floats = pa.types.is_floating(column.type)
    of_text = [-1 if text is None or (floats and text in _INFINITE) else known.get(text, rest) for text in texts]
    return np.array(of_text, dtype=np.int64)[rows] if of_text else np.zeros(0, dtype=np.int64)
