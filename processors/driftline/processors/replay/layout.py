"""How columns are counted: the slots of one flat row of counts, as a recorder with this profile has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.profile import CategoricalField, NumericField, Profile
from driftline.processors.windows import Part
from driftline.semconv import OTHER_CATEGORY, Defect


@dataclass(frozen=True, slots=True)
class Slot:
    """Counts of one stream: `width` places from `start` on."""

    start: int
    width: int
    part: Part
    field: str
    role: str
    label: str = ""
    bounds: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class NumericColumn:
    """B buckets from `start` on, then missing, invalid, out of range."""

    name: str
    role: str
    start: int
    bounds: NDArray[np.float64]
    low: float
    high: float

    @property
    def width(self) -> int:
        return len(self.bounds) + 4

    def slots(self) -> Iterator[Slot]:
        """Its streams."""
        buckets = len(self.bounds) + 1
        bounds = tuple(self.bounds.tolist())
        yield Slot(self.start, buckets, Part.DISTRIBUTION, self.name, self.role, bounds=bounds)
        for place, defect in enumerate((Defect.MISSING, Defect.INVALID, Defect.OUT_OF_RANGE), start=buckets):
            yield Slot(self.start + place, 1, Part.DEFECT, self.name, self.role, defect)


@dataclass(frozen=True, slots=True)
class CategoricalColumn:
    """Each category from `start` on, all others, then missing, invalid, unknown."""

    name: str
    role: str
    start: int
    places: Mapping[str, int]
    open_ended: bool

    @property
    def width(self) -> int:
        return len(self.places) + 4

    def slots(self) -> Iterator[Slot]:
        """Its streams."""
        labels = [*self.places, OTHER_CATEGORY]
        for place, label in enumerate(labels):
            yield Slot(self.start + place, 1, Part.CATEGORY, self.name, self.role, label)
        for place, defect in enumerate((Defect.MISSING, Defect.INVALID, Defect.UNKNOWN_CATEGORY), start=len(labels)):
            yield Slot(self.start + place, 1, Part.DEFECT, self.name, self.role, defect)


Column = NumericColumn | CategoricalColumn


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that a profile knows, side by side in one row of `width` counts."""

    columns: tuple[Column, ...] = ()
    width: int = 0

    @classmethod
    def of(cls, profile: Profile | None) -> Layout:
        """The layout of a profile; an empty one without a profile.

        >>> Layout.of(Profile.from_table({"plan": ["a", "b", "a"]})).width
        6
        """
        columns: list[Column] = []
        start = 0
        for field in profile.fields if profile is not None else ():
            columns.append(_column(field, start))
            start += columns[-1].width
        return cls(tuple(columns), start)

    @property
    def names(self) -> frozenset[str]:
        """The columns it knows."""
        return frozenset(column.name for column in self.columns)


def _column(field: NumericField | CategoricalField, start: int) -> Column:
    if isinstance(field, CategoricalField):
        names = [name for name in field.categories if name != OTHER_CATEGORY]
        places = {name: place for place, name in enumerate(names)}
        return CategoricalColumn(field.name, field.role, start, places, open_ended=bool(field.other or not names))
    low = -np.inf if field.min is None else field.min
    high = np.inf if field.max is None else field.max
    return NumericColumn(field.name, field.role, start, field.bounds_array, low, high)
