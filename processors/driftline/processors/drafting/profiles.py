"""A model as its profile shows it."""

from __future__ import annotations

from driftline.processors.drafting.known import Known, KnownField
from driftline.processors.profile import Profile
from driftline.processors.profile.fields import CategoricalField, NumericField

_UNNAMED = 0.5
"""A field of which more than this share counts as other than its named categories is hardly a set of categories."""


def known_of_profile(profile: Profile, written: str, model: str | None = None) -> Known:
    """What a profile tells.

    Args:
        profile: of the model.
        written: its path as the monitor shall write it.
        model: the model's name; default: the profile's.

    Raises:
        ValueError: neither names the model.

    >>> profile = Profile.from_table({"age": [31.0, 45.0]}, model="credit")
    >>> known_of_profile(profile, "credit.profile.json").fields
    (KnownField(name='age', role='feature', doubt=None),)
    """
    name = model or profile.model_name
    if not name:
        raise ValueError(f"{written} does not say which model it is of: name it with --model")
    fields = tuple(KnownField(field.name, field.role, _doubt(field)) for field in profile.fields)
    return Known(name, f"{written}, {profile.rows:,} rows", fields, written)


def _doubt(field: NumericField | CategoricalField) -> str | None:
    if field.observations == 0:
        return "it has no value in the reference"
    if isinstance(field, CategoricalField) and field.other > _UNNAMED * field.observations:
        return "most of its values are not among the categories kept: it looks like an identifier"
    return None
