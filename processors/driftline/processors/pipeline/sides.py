"""One field of a reference, in the form that windows are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.profile import CategoricalField, NumericField
from driftline.processors.windows import Binned, ExponentialCounts
from driftline.semconv import OTHER_CATEGORY


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one field's side comes from, when that is not where the others' come from. `by` and `reason`: who, why."""

    id: str
    kind: str
    made_ns: int
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """The reference side of one field.

    Args:
        name, role: as in the profile, or as they arrived while learning.
        observations: how many stand behind it.
        binned: counts on explicit bounds; None where there are none.
        exponential: counts in exponential buckets; None where there are none.
        categories: counts by category, `_OTHER` for all without a name; None for a numeric field.
        scale: standard deviation; None where it is not known.
        from_ns: windows that start earlier are not compared: they share panes with what was learned.
        low, high: smallest and largest value; None where not known.
        missing, offered: missing values among all values, missing and invalid ones too; None where not counted.
        dispersion: by deciding statistic (`psi`, `ks`), variance of the shares of its blocks over that of independent
            rows, 1 or more; None or absent: 1.
        overlap: share of it that the next look compares with again: 1 for one that stays, less for one that slides.
        origin: where it comes from; None: from where the reference as a whole does.
        outputs: by output its mean over the rows of each bucket of `binned`, or of each of `categories` by name and
            then of the rest; NaN where it is not known. None: nothing is known.
    """

    name: str
    role: str
    observations: int
    binned: Binned | None = None
    exponential: ExponentialCounts | None = None
    categories: Mapping[str, int] | None = None
    scale: float | None = None
    from_ns: int = 0
    dispersion: Mapping[str, float] | None = None
    low: float | None = None
    high: float | None = None
    missing: int = 0
    offered: int | None = None
    overlap: float = 1.0
    origin: Origin | None = None
    outputs: Mapping[str, NDArray[np.float64]] | None = None


def side_of(field: NumericField | CategoricalField) -> Side:
    """The reference side of a profile's field."""
    if isinstance(field, CategoricalField):
        categories = dict(field.categories)
        if field.other:
            categories[OTHER_CATEGORY] = categories.get(OTHER_CATEGORY, 0) + field.other
        return Side(
            field.name,
            field.role,
            field.observations,
            categories=categories,
            missing=field.missing,
            offered=field.observations + field.missing + field.invalid,
            outputs=_outputs(field),
            dispersion=_dispersion(field),
        )
    return Side(
        field.name,
        field.role,
        field.observations,
        binned=Binned(field.bounds_array, field.counts_array),
        exponential=_exponential(field),
        scale=field.std,
        low=field.min,
        high=field.max,
        missing=field.missing,
        offered=field.observations + field.missing + field.invalid,
        outputs=_outputs(field),
        dispersion=_dispersion(field),
    )


def _dispersion(field: NumericField | CategoricalField) -> Mapping[str, float] | None:
    return None if field.blocks is None else field.blocks.dispersion


def _outputs(field: NumericField | CategoricalField) -> Mapping[str, NDArray[np.float64]] | None:
    if field.outputs is None:
        return None
    return {name: np.array(means, dtype=np.float64) for name, means in field.outputs.items()}


def _exponential(field: NumericField) -> ExponentialCounts | None:
    kept = field.exponential
    if kept is None:
        return None
    return ExponentialCounts(
        kept.scale,
        kept.zero,
        kept.positive.offset,
        np.array(kept.positive.counts, dtype=np.int64),
        kept.negative.offset,
        np.array(kept.negative.counts, dtype=np.int64),
    )
