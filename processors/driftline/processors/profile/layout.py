"""How each field is to be counted: its buckets or its categories. Decided before a single row is counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.profile.model import Profile

OTHER = "_OTHER"
"""A category of this text counts in `other`, as the telemetry contract says."""


@dataclass(frozen=True, slots=True)
class NumericPlan:
    """A field of numbers, its bounds (B-1,) and, of a score, the decision threshold and the class it speaks for."""

    name: str
    role: str
    bounds: NDArray[np.float64]
    threshold: float | None = None
    positive: str | None = None


@dataclass(frozen=True, slots=True)
class CategoricalPlan:
    """A field of categories, those that go by name."""

    name: str
    role: str
    categories: tuple[str, ...]


Plan = NumericPlan | CategoricalPlan
Layout = tuple[Plan, ...]


def layout_of(profile: Profile) -> Layout:
    """The layout that a profile was counted by."""
    return tuple(
        NumericPlan(field.name, field.role, field.bounds_array, field.threshold, field.positive)
        if field.kind == "numeric"
        else CategoricalPlan(field.name, field.role, tuple(field.categories))
        for field in profile.fields
    )
