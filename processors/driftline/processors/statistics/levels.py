"""How a model's false-alarm level becomes the levels of its fields and of their statistics."""

from __future__ import annotations

import math


def field_level(alpha: float, fields: int) -> float:
    """A field's part of the model's level: `1 - (1 - alpha)^(1/m)`.

    Args:
        alpha: chance, in (0, 1), that any field of the model alarms for nothing at one look.
        fields: m, the fields evaluated at that look, at least 1.

    >>> round(field_level(0.05, 20), 6)
    0.002561

    Source: Sidak (1967), doi:10.1080/01621459.1967.10482935.
    """
    return -math.expm1(math.log1p(-alpha) / fields)
