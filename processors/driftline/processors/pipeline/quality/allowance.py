"""How a monitor's budget for findings of quality is spent, and which changes matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from driftline.processors.monitor.quality import Quality
from driftline.semconv import QualityCheck

FIELD_CHECKS = (
    QualityCheck.MISSING,
    QualityCheck.INVALID,
    QualityCheck.OUT_OF_RANGE,
    QualityCheck.UNKNOWN_CATEGORY,
    QualityCheck.TYPE_CHANGE,
    QualityCheck.CONSTANT,
    QualityCheck.UNIT_CHANGE,
)
"""Checks of each field. `schema` is no matter of chance and takes no part of the budget."""
STREAM_CHECKS = (*FIELD_CHECKS, QualityCheck.FRESHNESS, QualityCheck.VOLUME)
TABLE_CHECKS = (*FIELD_CHECKS, QualityCheck.DUPLICATE_ROWS)
"""A stream has no rows, so that only a table can be asked for equal ones."""
_SHARES = frozenset(
    {
        QualityCheck.MISSING,
        QualityCheck.INVALID,
        QualityCheck.OUT_OF_RANGE,
        QualityCheck.UNKNOWN_CATEGORY,
        QualityCheck.TYPE_CHANGE,
        QualityCheck.DUPLICATE_ROWS,
    }
)


@dataclass(frozen=True, slots=True)
class Allowance:
    """The part of the budget that each check has, and what matters to it.

    Args:
        parts: check to its part, all together 1 at most; a check that is not made is absent.
        effects: check to the smallest change that matters; absent: the check's own default.
        schema: whether the fields that arrive are compared with the reference's.
    """

    parts: Mapping[QualityCheck, float]
    effects: Mapping[QualityCheck, float] = field(default_factory=lambda: MappingProxyType({}))
    schema: bool = True

    @classmethod
    def of(cls, quality: Quality, checks: tuple[QualityCheck, ...]) -> Allowance:
        """The enabled ones of some checks, with equal parts.

        >>> from driftline.processors.monitor.quality import QualityRule
        >>> quality = Quality(checks={QualityCheck.VOLUME: QualityRule(enabled=False)})
        >>> round(1 / Allowance.of(quality, STREAM_CHECKS).parts[QualityCheck.MISSING])
        8
        """
        made = [check for check in checks if _enabled(quality, check)]
        effects = dict.fromkeys(_SHARES, quality.minimum_effect)
        own = {check: rule.minimum_effect for check, rule in quality.checks.items() if rule.minimum_effect is not None}
        return cls(
            {check: 1 / len(made) for check in made}, {**effects, **own}, schema=_enabled(quality, QualityCheck.SCHEMA)
        )


def _enabled(quality: Quality, check: QualityCheck) -> bool:
    rule = quality.checks.get(check)
    return rule is None or rule.enabled
