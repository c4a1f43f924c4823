"""Category text of a value: what the recorder, tables, events and outcomes write alike."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

_EXACT_INTEGERS: Final = 2.0**53  # above it a float no longer names one integer


def category_text(value: Any) -> str | None:
    """The category text of one Python value, None when it is missing.

    >>> category_text(True), category_text(1.0), category_text(0.25), category_text("1.0"), category_text(None)
    ('true', '1', '0.25', '1.0', None)
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return None if value != value else number_text(float(value))  # noqa: PLR0124 - only NaN differs from itself
    return None if value is None else str(value)


def number_text(value: float) -> str:
    """Category text of a number: `1`, never `1.0`.

    >>> number_text(3.0), number_text(-0.0), number_text(1e300)
    ('3', '0', '1e+300')
    """
    return str(int(value)) if abs(value) < _EXACT_INTEGERS and value == int(value) else repr(float(value))
