"""Names and labels of what is recorded of an objective: Sloth's where Sloth has one, so that its users and dashboards
know them.

Source: Sloth, `internal/prometheus/conventions.go`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from driftline.processors.rendering.prometheus.scope import quoted

OBJECTIVE: Final = "slo:objective:ratio"
ERROR_BUDGET: Final = "slo:error_budget:ratio"
PERIOD: Final = "slo:time_period:days"
BURN_NOW: Final = "slo:current_burn_rate:ratio"
BURN_PERIOD: Final = "slo:period_burn_rate:ratio"
REMAINING: Final = "slo:period_error_budget_remaining:ratio"
INFO: Final = "sloth_slo_info"
WINDOW: Final = "sloth_window"
BAD_RATE: Final = "driftline:slo_errors:rate5m"
DECIDED_RATE: Final = "driftline:slo_events:rate5m"


def ratio(window: str) -> str:
    """The share of bad events over a window.

    >>> ratio("30m")
    'slo:sli_error:ratio_rate30m'
    """
    return f"slo:sli_error:ratio_rate{window}"


def events(window: str) -> str:
    """How many decided events a window holds; not Sloth's."""
    return f"driftline:slo_events:increase{window}"


def lower(window: str) -> str:
    """The share of bad events over a window that is at least so; not Sloth's."""
    return f"driftline:sli_error_at_least:ratio_rate{window}"


@dataclass(frozen=True, slots=True)
class Named:
    """One objective of one monitor, as its records are labelled and found again."""

    service: str
    slo: str

    @property
    def id(self) -> str:
        return f"{self.service}-{self.slo}"

    def labels(self, window: str | None = None) -> Mapping[str, str]:
        """The labels of a record."""
        found = {"sloth_id": self.id, "sloth_service": self.service, "sloth_slo": self.slo}
        return found | ({} if window is None else {WINDOW: window})

    def of(self, record: str) -> str:
        """A selector of a record; its name holds the window.

        >>> Named("credit", "fast").of(ratio("5m"))
        'slo:sli_error:ratio_rate5m{sloth_service="credit",sloth_slo="fast"}'
        """
        return f"{record}{{sloth_service={quoted(self.service)},sloth_slo={quoted(self.slo)}}}"
