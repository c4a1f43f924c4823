"""One field of a model: its kind, its defects, and a tally in each segment of the traffic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.instrumentation.recorder.categories import CategoryNames, CategoryTally
from driftline.instrumentation.recorder.exponential import ExponentialTally
from driftline.instrumentation.recorder.histograms import ExplicitTally
from driftline.instrumentation.recorder.reference import ReferenceField
from driftline.instrumentation.recorder.values import Kind, kind_of, numbers, texts
from driftline.semconv import Defect, FieldRole

Segment = tuple[tuple[str, str], ...]
Column = Sequence[Any] | NDArray[Any]
Tally = ExplicitTally | ExponentialTally | CategoryTally


@dataclass(frozen=True, slots=True)
class FieldKey:
    """Which field a column belongs to. `categorical` is a caller's hint, for a classifier's answer."""

    name: str
    role: FieldRole
    categorical: bool = False


@dataclass(slots=True)
class Series:
    """One field in one segment. `tally` is None until a usable value has shown the field's kind."""

    tally: Tally | None = None
    defects: dict[Defect, int] = field(default_factory=dict)

    def defect(self, kind: Defect, times: int) -> None:
        if times:
            self.defects[kind] = self.defects.get(kind, 0) + times


class Field:
    """Counts columns of one field.

    The kind is the reference's, else the caller's hint, else that of the first usable value; it does not change later:
    text that is no number is `invalid` in a numeric field, a number is one more category in a categorical one.
    """

    def __init__(self, key: FieldKey, reference: ReferenceField | None = None) -> None:
        self.key = key
        self.series: dict[Segment, Series] = {}
        self._reference = reference
        self._kind = Kind.CATEGORICAL if key.categorical else reference.kind if reference else None
        known = reference.categories if reference and reference.kind is Kind.CATEGORICAL else None
        self.names = CategoryNames(key.name, reference=known, classes=key.role is not FieldRole.FEATURE)

    def add(self, segment: Segment, column: Column) -> None:
        """Count the values of a column, shape (n,)."""
        series = self.series.get(segment)
        if series is None:
            series = self.series[segment] = Series()
        if self._kind is None:
            self._kind = kind_of(column)
        if self._kind is Kind.CATEGORICAL:
            self._add_categories(series, column)
        else:
            self._add_numbers(series, column)

    def _add_numbers(self, series: Series, column: Column) -> None:
        read = numbers(column, moments=self._reference is not None)
        values = np.sort(read.values)
        if len(values) and not (np.isfinite(values[0]) and np.isfinite(values[-1])):
            values = values[np.isfinite(values)]
        series.defect(Defect.MISSING, read.missing)
        series.defect(Defect.INVALID, read.invalid + len(read.values) - len(values))
        if len(values) and self._kind is not None:
            self._tally_numbers(series, values)

    def _tally_numbers(self, series: Series, values: NDArray[np.float64]) -> None:
        reference = self._reference
        if series.tally is None:
            known = reference.bounds if reference is not None else None
            series.tally = ExponentialTally() if known is None else ExplicitTally(known)
        if not isinstance(series.tally, CategoryTally):
            series.tally.add(values)
        if reference is not None and (values[0] < reference.low or values[-1] > reference.high):
            below = int(values.searchsorted(reference.low, side="left"))
            above = len(values) - int(values.searchsorted(reference.high, side="right"))
            series.defect(Defect.OUT_OF_RANGE, below + above)

    def _add_categories(self, series: Series, column: Column) -> None:
        read = texts(column)
        series.defect(Defect.MISSING, read.missing)
        series.defect(Defect.INVALID, read.invalid)
        if not read.counts:
            return
        if series.tally is None:
            series.tally = CategoryTally()
        if isinstance(series.tally, CategoryTally):
            self.names.see(read.counts)
            other = series.tally.add(self.names, read.counts)
            if self._reference is not None and self._reference.categories and not self._reference.open_ended:
                series.defect(Defect.UNKNOWN_CATEGORY, other)


def outgoing_categories(field: Field, tally: CategoryTally, *, last: bool) -> Mapping[str, int]:
    """The categories of a series that may leave now; `last` is the end of the process."""
    return tally.withdraw(field.names) if last else tally.outgoing(field.names)
