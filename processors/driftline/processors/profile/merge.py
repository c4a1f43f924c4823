"""Two profiles of the same fields as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from driftline.processors.profile.blocks import merged_blocks
from driftline.processors.profile.errors import ProfileError
from driftline.processors.profile.exponential import Exponential, Side
from driftline.processors.profile.fields import CategoricalField, ExponentialField, ExponentialSide, NumericField
from driftline.processors.profile.layout import NumericPlan
from driftline.processors.profile.model import VERSION, ModelName, Profile, Source
from driftline.processors.profile.moments import Moments
from driftline.processors.profile.outputs import Part, merged_outputs
from driftline.processors.profile.survey import Told
from driftline.processors.profile.tallies import numeric_field
from driftline.processors.statistics.rebinning import coarsen, common_edges


def merge_profiles(first: Profile, second: Profile, told: Told) -> Profile:
    """Both together. On equal bounds it equals the profile of all rows; else buckets are joined to the edges both have.

    Args:
        first: its order of fields and its roles are kept.
        second: the other; fields that only one of the two has are left out.
        told: called with a notice for each field left out or joined to fewer buckets.

    Raises:
        ProfileError: different models or kinds, or no field in common.
    """
    fields = [_merged(field, other, told) for field in first.fields if (other := second.field(field.name)) is not None]
    if not fields:
        raise ProfileError("the two profiles have no field in common: merge profiles of the same model")
    names = {field.name for field in fields}
    if alone := [field.name for field in (*first.fields, *second.fields) if field.name not in names]:
        told(f"{', '.join(alone)}: left out, only one of the two profiles has it")
    kept = {field.name for field in fields if field.blocks is not None}
    blocked = [field.name for each in (first, second) for field in each.fields if field.blocks and field.name in names]
    if any(name not in kept for name in blocked):
        told("blocks of time are left out: both profiles need them, of one length (`--block`)")
    return Profile(
        driftline=VERSION,
        model=ModelName(
            name=_agreed("model", first.model_name, second.model_name),
            version=_agreed("version", first.model_version, second.model_version),
        ),
        source=Source(merged=(first.id, second.id)),
        rows=first.rows + second.rows,
        duplicates=_together(first.duplicates, second.duplicates),
        fields=tuple(fields),
    )


def _together(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _agreed(what: str, one: str | None, other: str | None) -> str | None:
    if one is not None and other is not None and one != other:
        raise ProfileError(f"one profile is of {what} {one}, the other of {other}: merge profiles of the same model")
    return one if one is not None else other


def _merged(
    field: NumericField | CategoricalField, other: NumericField | CategoricalField, told: Told
) -> NumericField | CategoricalField:
    if isinstance(field, NumericField) and isinstance(other, NumericField):
        return _merged_numbers(field, other, told)
    if isinstance(field, CategoricalField) and isinstance(other, CategoricalField):
        return _merged_categories(field, other)
    raise ProfileError(
        f"{field.name} is {field.kind} in one profile and {other.kind} in the other: use `--kind` on both"
    )


def _merged_categories(field: CategoricalField, other: CategoricalField) -> CategoricalField:
    names = dict.fromkeys((*field.categories, *other.categories))
    return field.model_copy(
        update={
            "observations": field.observations + other.observations,
            "missing": field.missing + other.missing,
            "invalid": field.invalid + other.invalid,
            "categories": {name: field.categories.get(name, 0) + other.categories.get(name, 0) for name in names},
            "other": field.other + other.other,
            "outputs": merged_outputs([_part(each, list(names)) for each in (field, other)], len(names) + 1),
            "blocks": merged_blocks(field.blocks, other.blocks),
        }
    )


def _part(field: CategoricalField, names: Sequence[str]) -> Part:
    place = {name: at for at, name in enumerate(names)}
    into = [*(place[name] for name in field.categories), len(names)]
    return Part(field.outputs, np.array([*field.categories.values(), field.other]), np.array(into))


def _merged_numbers(field: NumericField, other: NumericField, told: Told) -> NumericField:
    bounds = _common(field, other, told)
    pairs = {
        name: (_joined(field, field.outcomes, name, bounds), _joined(other, other.outcomes, name, bounds))
        for name in dict.fromkeys((*(field.outcomes or {}), *(other.outcomes or {})))
    }
    parts = [Part(each.outputs, each.counts_array, _into(each, bounds)) for each in (field, other)]
    merged = numeric_field(
        NumericPlan(field.name, field.role, bounds, field.threshold, field.positive or other.positive),
        counts=_coarsened(field, field.counts_array, bounds) + _coarsened(other, other.counts_array, bounds),
        missing=field.missing + other.missing,
        invalid=field.invalid + other.invalid,
        moments=_moments(field).merge(_moments(other)),
        exponential=_exponential(field.exponential, other.exponential),
        outcomes={name: ours + theirs for name, (ours, theirs) in pairs.items()},
    )
    blocks = merged_blocks(field.blocks, other.blocks)
    return merged.model_copy(update={"outputs": merged_outputs(parts, len(bounds) + 1), "blocks": blocks})


def _into(field: NumericField, bounds: NDArray[np.float64]) -> NDArray[np.int64]:
    """The bucket of the merged field that holds each of this one's: the first whose bound is not below its own."""
    return np.append(np.searchsorted(bounds, field.bounds_array), len(bounds)).astype(np.int64)


def _common(field: NumericField, other: NumericField, told: Told) -> NDArray[np.float64]:
    if field.bounds == other.bounds or not other.observations:
        return field.bounds_array
    if not field.observations:
        return other.bounds_array
    common = common_edges(field.bounds_array, other.bounds_array)
    told(
        f"{field.name}: the bounds differ, its {len(field.counts)} and {len(other.counts)} buckets became the "
        f"{len(common) + 1} both have; profile one with `--like` the other to keep them all"
    )
    return common


def _coarsened(field: NumericField, counts: NDArray[np.int64], bounds: NDArray[np.float64]) -> NDArray[np.int64]:
    """Counts on some of the field's own bounds: whole buckets are added, none is split. An empty field has any."""
    if not field.observations:
        return np.zeros(len(bounds) + 1, dtype=np.int64)
    return coarsen(field.bounds_array, counts, bounds)


def _joined(
    field: NumericField, outcomes: Mapping[str, tuple[int, ...]] | None, name: str, bounds: NDArray[np.float64]
) -> NDArray[np.int64]:
    if outcomes is None or name not in outcomes:
        return np.zeros(len(bounds) + 1, dtype=np.int64)
    return _coarsened(field, np.array(outcomes[name], dtype=np.int64), bounds)


def _moments(field: NumericField) -> Moments:
    if field.mean is None or field.min is None or field.max is None:
        return Moments()
    return Moments.from_std(field.observations, field.mean, field.std or 0.0, field.min, field.max)


def _exponential(one: ExponentialField | None, other: ExponentialField | None) -> Exponential | None:
    return None if one is None or other is None else _histogram(one).merge(_histogram(other))


def _histogram(field: ExponentialField) -> Exponential:
    return Exponential(field.scale, field.zero, _side(field.positive), _side(field.negative))


def _side(side: ExponentialSide) -> Side:
    return Side(side.offset, side.counts_array)
