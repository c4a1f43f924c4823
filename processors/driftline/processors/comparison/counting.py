"""Rows counted by the buckets and categories of a profile, as the recorder would have counted them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from driftline.processors.detectors.quality import of_another_kind
from driftline.processors.profile import CategoricalField, NumericField, Profile, ProfileField
from driftline.processors.profile.binning import counted
from driftline.processors.profile.repeated import STRETCH, Repeated, features
from driftline.processors.tables.columns import categories, numbers
from driftline.processors.windows import Binned, FieldWindow
from driftline.semconv import OTHER_CATEGORY, Defect

_SAMPLED_BATCHES, _SAMPLED_VALUES = 8, 256


class NumericCounts:
    """One numeric field: counts per bucket, and defects."""

    def __init__(self, field: NumericField) -> None:
        self._field = field
        self.arrived = False
        self.counts = np.zeros(len(field.counts), dtype=np.int64)
        self.defects: dict[str, int] = {}
        self._samples: list[NDArray[np.float64]] = []

    @property
    def sample(self) -> NDArray[np.float64]:
        """Some of the values in order, spread over each of the first batches."""
        return np.sort(np.concatenate([*self._samples, np.zeros(0)]))

    @property
    def observations(self) -> int:
        return int(self.counts.sum())

    def update(self, column: pa.Array) -> None:
        """Count a column of one batch."""
        self.arrived = True
        values = numbers(column)
        if len(self._samples) < _SAMPLED_BATCHES:
            sampled = values[:: max(len(values) // _SAMPLED_VALUES, 1)]
            self._samples.append(sampled[np.isfinite(sampled)])
        found = counted(values, self._field.bounds_array, self._field.min, self._field.max)
        self.counts += found.counts
        _add(self.defects, Defect.MISSING, found.missing)
        _add(self.defects, Defect.INVALID, found.invalid)
        _add(self.defects, Defect.OUT_OF_RANGE, found.outside)

    def window(self) -> FieldWindow:
        """The counts as a window of the stream would hold them."""
        field = self._field
        return FieldWindow(
            field.name, field.role, binned=(Binned(field.bounds_array, self.counts),), defects=self.defects
        )


class CategoryCounts:
    """One categorical field: counts of the profile's categories, all others as `_OTHER`, and defects."""

    def __init__(self, field: CategoricalField) -> None:
        self._field = field
        self.arrived = False
        self.counts = dict.fromkeys(field.categories, 0)
        self.other = 0
        self.defects: dict[str, int] = {}
        self.another_kind = 0
        self.kind = ""
        """Values that read as another type than the profile's categories, and as which."""

    @property
    def observations(self) -> int:
        return sum(self.counts.values()) + self.other

    def update(self, column: pa.Array) -> None:
        """Count a column of one batch."""
        self.arrived = True
        found = categories(column)
        unknown = 0
        for text, count in found.counts.items():
            if text in self.counts:
                self.counts[text] += count
            else:
                unknown += count
        self.other += unknown
        if unknown:
            strange, kind = of_another_kind(found.counts, self._field.categories)
            self.another_kind, self.kind = self.another_kind + strange, kind.value if kind else self.kind
        _add(self.defects, Defect.MISSING, found.missing)
        _add(self.defects, Defect.INVALID, found.invalid)
        if not self._field.other:  # else training had categories too that the profile does not name
            _add(self.defects, Defect.UNKNOWN_CATEGORY, unknown)

    def window(self) -> FieldWindow:
        """The counts as a window of the stream would hold them."""
        occurring = {text: count for text, count in {**self.counts, OTHER_CATEGORY: self.other}.items() if count}
        return FieldWindow(self._field.name, self._field.role, categories=occurring, defects=self.defects)


FieldCounts = NumericCounts | CategoryCounts


class Counting:
    """Every field of a profile, counted over some batches."""

    def __init__(self, profile: Profile) -> None:
        self.rows = 0
        self.fields: dict[str, FieldCounts] = {field.name: _counts(field) for field in profile.fields}
        self._unknown: dict[str, None] = {}
        self._features = features(profile.fields)
        self._repeated = Repeated(self._features, min(STRETCH, max(profile.rows, 1)))
        self._asked = profile.duplicates is not None

    @property
    def repeated(self) -> int | None:
        """Rows equal to one before them; None where the profile, or a feature's absence, leaves nothing to compare."""
        whole = self._asked and all(self.fields[name].arrived for name in self._features)
        return self._repeated.get() if whole else None

    @property
    def unknown(self) -> tuple[str, ...]:
        """Columns of the table that the profile does not have."""
        return tuple(self._unknown)

    def update(self, batch: pa.RecordBatch) -> None:
        """Count one batch."""
        self.rows += batch.num_rows
        if self._asked:
            self._repeated.update(batch)
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            if name in self.fields:
                self.fields[name].update(column)
            else:
                self._unknown[name] = None


def chunked(batches: Iterable[pa.RecordBatch], rows: int | None) -> Iterator[list[pa.RecordBatch]]:
    """The batches in groups of exactly `rows` rows (the last may have fewer), or all in one group."""
    group: list[pa.RecordBatch] = []
    room = rows
    for batch in batches:
        rest = batch
        while room is not None and rest.num_rows >= room:
            yield [*group, rest.slice(0, room)]
            rest, group, room = rest.slice(room), [], rows
        if rest.num_rows:
            group.append(rest)
            room = None if room is None else room - rest.num_rows
    if group:
        yield group


def _counts(field: ProfileField) -> FieldCounts:
    return NumericCounts(field) if isinstance(field, NumericField) else CategoryCounts(field)


def _add(defects: dict[str, int], defect: Defect, count: int) -> None:
    if count:
        defects[defect] = defects.get(defect, 0) + count
