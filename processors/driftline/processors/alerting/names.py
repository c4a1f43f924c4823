"""Which alerts there are, and how urgent each is where the monitor does not say."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Alert(StrEnum):
    """The name of an alert. Each is of one identity; a burn is of one objective of it too, nothing is of a field."""

    DRIFT = "ModelDrift"
    """The model's verdict is drift."""
    ROW_DRIFT = "ModelRowDrift"
    """Whole rows, or an embedding, are not like those of the reference."""
    DATA_QUALITY = "ModelDataQuality"
    """A check of the data's quality is over its limit."""
    PERFORMANCE = "ModelPerformance"
    """A figure of merit is beyond what the monitor allows."""
    FAIRNESS = "ModelFairness"
    """Groups of people are surely treated more differently than the monitor allows."""
    CONCEPT_DRIFT = "ModelConceptDrift"
    """The model is wrong more often than it was, or outcomes at the same scores have changed."""
    ERROR_BUDGET_BURN = "ModelErrorBudgetBurn"
    """An error budget burns too fast."""
    STALE = "ModelStale"
    """The model had data, and has none now."""
    TELEMETRY_ABSENT = "ModelTelemetryAbsent"
    """Nothing is known of the model: it never sent anything, or nobody asks its processor."""
    OUTCOME_COVERAGE = "ModelOutcomeCoverage"
    """Too few predictions have an outcome to say how good the model is."""


class Severity(StrEnum):
    """How urgent an alert is."""

    PAGE = "page"
    """Wake somebody."""
    TICKET = "ticket"
    """In working hours."""
    INFO = "info"
    """To be seen on a page, sent to nobody."""


SEVERITIES: Final[Mapping[Alert, Severity]] = {
    Alert.STALE: Severity.TICKET,
    Alert.TELEMETRY_ABSENT: Severity.TICKET,
    Alert.OUTCOME_COVERAGE: Severity.INFO,
}
"""Alerts whose severity no monitor sets. Of the others: `drift.severity`, `quality.severity` and so on, or the burn
table's."""
