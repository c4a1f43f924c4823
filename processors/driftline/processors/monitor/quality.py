"""What a monitor says of the data's quality: the `quality` of its spec."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from driftline.processors.documents import Entry
from driftline.processors.monitor.budget import BudgetText, parse_budget
from driftline.semconv import QualityCheck

Severity = Literal["ticket", "page"]
"""What a monitor may choose."""
AlertSeverity = Literal["page", "ticket", "info"]
"""What an alert may have."""


class QualityRule(Entry):
    """What differs for one check of the data's quality."""

    enabled: bool = True
    """False: the check is not made, and its part of the budget goes to the others."""
    minimum_effect: float | None = Field(default=None, ge=0)
    """The smallest change that matters to this check, in its own unit; absent: the check's documented default."""


class Quality(Entry):
    """When the data itself, not its distribution, is a finding. It never changes the drift verdict."""

    false_alarms: BudgetText = parse_budget("1 per 30d")
    """How often the monitor's checks of quality may find something for nothing, all of them together."""
    minimum_effect: float = Field(default=0.01, ge=0, le=1)
    """The smallest rise of a share (missing, invalid, ...) that matters: 0.01 is one row in 100."""
    checks: dict[QualityCheck, QualityRule] = Field(default_factory=dict)
    """Check to what differs for it; a check not listed is made."""
    severity: Severity = "ticket"
