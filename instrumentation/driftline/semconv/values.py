"""Well-known values of the contract's attributes."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class FieldRole(StrEnum):
    """What a field is to the model."""

    FEATURE = "feature"
    PREDICTION = "prediction"
    SCORE = "score"
    OUTCOME = "outcome"
    EMBEDDING = "embedding"


class Defect(StrEnum):
    """What is wrong with a value. `missing` and `invalid` ones are not observations; the other two are both."""

    MISSING = "missing"
    INVALID = "invalid"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_CATEGORY = "unknown_category"


OTHER_CATEGORY: Final = "_OTHER"
"""The category that counts every value beyond the ones known by name."""
