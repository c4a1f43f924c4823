"""The burn tables: which stretch of time may use which share of an error budget before somebody is told.

Sources: Beyer et al., The Site Reliability Workbook (2018), chapter 5, table 5-8, for the pages; Sloth,
`internal/alert/windows/google-30d.yaml`, and kubernetes-mixin, `config.libsonnet`, for the tickets, which the workbook
has not; Sloth, `examples/windows/7d.yaml`, for short periods, where the workbook's shares are less than a service that
keeps its objective uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

_MINUTE = 60 * 10**9
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


@dataclass(frozen=True, slots=True)
class BurnRow:
    """One row: told as `severity` when `long_ns` used `share` of the budget, and `short_ns` says it still does.

    `hold_ns` is how long a rule of Prometheus waits before it fires.
    """

    severity: Literal["page", "ticket"]
    long_ns: int
    short_ns: int
    share: Fraction
    hold_ns: int


BURN_TABLE: tuple[BurnRow, ...] = (
    BurnRow("page", _HOUR, 5 * _MINUTE, Fraction(2, 100), 2 * _MINUTE),
    BurnRow("page", 6 * _HOUR, 30 * _MINUTE, Fraction(5, 100), 15 * _MINUTE),
    BurnRow("ticket", _DAY, 2 * _HOUR, Fraction(10, 100), _HOUR),
    BurnRow("ticket", 3 * _DAY, 6 * _HOUR, Fraction(10, 100), 3 * _HOUR),
)
"""For periods of 14 days and longer; the fastest first."""

WEEK_TABLE: tuple[BurnRow, ...] = (
    BurnRow("page", _HOUR, 5 * _MINUTE, Fraction(8, 100), 2 * _MINUTE),
    BurnRow("page", 6 * _HOUR, 30 * _MINUTE, Fraction(125, 1000), 15 * _MINUTE),
    BurnRow("ticket", _DAY, 2 * _HOUR, Fraction(20, 100), _HOUR),
    BurnRow("ticket", 3 * _DAY, 6 * _HOUR, Fraction(42, 100), 3 * _HOUR),
)
"""For periods shorter than 14 days."""

SHORT_PERIOD_NS = 14 * _DAY


def table_for(period_ns: int) -> tuple[BurnRow, ...]:
    """The table for a budget's period.

    >>> table_for(30 * 86_400 * 10**9) is BURN_TABLE, table_for(7 * 86_400 * 10**9) is WEEK_TABLE
    (True, True)
    """
    return BURN_TABLE if period_ns >= SHORT_PERIOD_NS else WEEK_TABLE
