"""Reference profiles: what a model's fields looked like when it was trained."""

from __future__ import annotations

from driftline.processors.profile.errors import ProfileError
from driftline.processors.profile.fields import CategoricalField, ExponentialField, ExponentialSide, NumericField
from driftline.processors.profile.model import VERSION, Profile, ProfileField

__all__ = [
    "VERSION",
    "CategoricalField",
    "ExponentialField",
    "ExponentialSide",
    "NumericField",
    "Profile",
    "ProfileError",
    "ProfileField",
]
