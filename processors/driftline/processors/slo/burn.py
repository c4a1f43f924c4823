"""Burn rates that alarm, derived from a table, and whether they can be reached at all.

A burn rate is the share of bad events over the share allowed; everything bad burns 1 / (1 - target). A factor at or
over that never fires: with an objective of 90 % nothing burns faster than 10, and the usual 14.4 is silent for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from driftline.processors.documents.durations import write_duration
from driftline.processors.slo.table import BurnRow, table_for

_DIGITS = Context(prec=6, rounding=ROUND_HALF_EVEN)
_REACHABLE = Fraction(8, 10)
"""Of the highest burn there can be: where a factor that cannot be reached is put."""


class Fate(StrEnum):
    """What became of a pair of windows."""

    KEPT = "kept"
    RESCALED = "rescaled"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two windows and the burn rate that both must be over. `factor` holds at most six digits and no float noise.

    `reason` says why a pair was rescaled or left out; empty when it was kept. The factor of a pair that was left out is
    the one it would have had.
    """

    severity: Literal["page", "ticket"]
    long_ns: int
    short_ns: int
    hold_ns: int
    factor: Decimal
    fate: Fate = Fate.KEPT
    reason: str = ""

    @property
    def long(self) -> str:
        """The long window, as the burn table writes it."""
        return window_name(self.long_ns)

    @property
    def short(self) -> str:
        """The short window, as the burn table writes it."""
        return window_name(self.short_ns)

    @property
    def fires(self) -> bool:
        """Whether it is in force."""
        return self.fate is not Fate.LEFT_OUT


def window_name(nanoseconds: int) -> str:
    """A window as the burn table writes it.

    >>> window_name(6 * 3600 * 10**9)
    '6h'
    """
    return write_duration(nanoseconds)


def as_decimal(number: Fraction) -> Decimal:
    """Six digits of a fraction, without trailing zeros.

    >>> as_decimal(Fraction(144, 10)), as_decimal(Fraction(14, 15)), as_decimal(Fraction(10))
    (Decimal('14.4'), Decimal('0.933333'), Decimal('10'))
    """
    found = _DIGITS.divide(Decimal(number.numerator), Decimal(number.denominator)).normalize()
    return found.quantize(Decimal(1)) if found == found.to_integral_value() else found


def budget_of(objective: float | Decimal) -> Fraction:
    """The share of events that may be bad, exactly as the objective (percent, 0 to 100) is written.

    >>> budget_of(99.9)
    Fraction(1, 1000)
    """
    return 1 - Fraction(str(objective)) / 100


def highest_burn(objective: float | Decimal) -> Fraction:
    """The burn rate when every event is bad: 1 / (1 - target).

    >>> highest_burn(90)
    Fraction(10, 1)
    """
    return 1 / budget_of(objective)


def plan(objective: float | Decimal, period_ns: int, table: Sequence[BurnRow] | None = None) -> tuple[Pair, ...]:
    """The pairs of windows that alarm for an objective, each with its fate; the fastest first.

    Args:
        objective: percent of events that must be good, 0 < objective < 100.
        period_ns: the window of the error budget, in nanoseconds, above 0.
        table: rows, the fastest first; default: that of the period's length.

    A factor is share * period / long window. Under 1 it would alarm while the objective is kept, and is raised to 1. At
    or over the highest burn it could never fire, and is put at 0.8 of that. A pair so changed must still be over the
    next slower one, else it is left out, as is a pair whose long window is longer than the period.

    >>> [(str(each.factor), str(each.fate)) for each in plan(99.9, 30 * 86_400 * 10**9)]
    [('14.4', 'kept'), ('6', 'kept'), ('3', 'kept'), ('1', 'kept')]
    >>> [(str(each.factor), str(each.fate)) for each in plan(90, 30 * 86_400 * 10**9)]
    [('8', 'rescaled'), ('6', 'kept'), ('3', 'kept'), ('1', 'kept')]

    Source: Beyer et al., The Site Reliability Workbook (2018), chapter 5.
    """
    highest = highest_burn(objective)
    pairs: list[Pair] = []
    slower: Fraction | None = None
    for row in reversed(table_for(period_ns) if table is None else table):
        pair, factor = _pair(row, period_ns, highest, slower)
        pairs.append(pair)
        slower = factor if pair.fires else slower
    return tuple(reversed(pairs))


def _pair(row: BurnRow, period_ns: int, highest: Fraction, slower: Fraction | None) -> tuple[Pair, Fraction]:
    wanted = row.share * period_ns / row.long_ns
    pair = Pair(row.severity, row.long_ns, row.short_ns, row.hold_ns, as_decimal(wanted))
    if row.long_ns > period_ns:
        reason = f"its long window is longer than the objective's, {window_name(period_ns)}"
        return replace(pair, fate=Fate.LEFT_OUT, reason=reason), wanted
    if 1 <= wanted < highest:
        return pair, wanted
    if wanted < 1:
        factor, why = Fraction(1), f"a factor of {pair.factor} would alarm while the objective is kept"
    else:
        most = as_decimal(highest)
        factor, why = highest * _REACHABLE, f"a factor of {pair.factor} can never fire: all bad burns {most}"
    return _changed(pair, factor, why, slower)


def _changed(pair: Pair, factor: Fraction, why: str, slower: Fraction | None) -> tuple[Pair, Fraction]:
    written = as_decimal(factor)
    least = Fraction(1) if slower is None else slower
    over = factor >= least if slower is None else factor > least
    if over:
        return replace(pair, factor=written, fate=Fate.RESCALED, reason=f"{why}; {written} instead"), factor
    reason = f"{why}, and {written} instead is not over {as_decimal(least)}, the next slower pair's"
    return replace(pair, fate=Fate.LEFT_OUT, reason=reason), factor
