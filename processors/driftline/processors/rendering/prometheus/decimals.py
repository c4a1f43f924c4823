"""Shares as decimals that say what was written: `0.001`, never `0.0009999999999999432`."""

from __future__ import annotations

from decimal import Decimal


def target_text(objective: float) -> str:
    """The share of good events promised, from percent.

    >>> target_text(99.9)
    '0.999'
    """
    return as_written(Decimal(str(objective)) / 100)


def budget_text(objective: float) -> str:
    """The share of events that may be bad, from percent.

    >>> budget_text(99.9), budget_text(90)
    ('0.001', '0.1')
    """
    return as_written((100 - Decimal(str(objective))) / 100)


def as_written(number: Decimal) -> str:
    """Without exponent and without zeros at the end.

    >>> as_written(Decimal("30.00")), as_written(Decimal("1E-5"))
    ('30', '0.00001')
    """
    return f"{number.normalize():f}"
