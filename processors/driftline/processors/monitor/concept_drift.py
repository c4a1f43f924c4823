"""What a monitor asks of the stream of a classifier's errors: the `conceptDrift` of its spec."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from driftline.processors.documents import Entry
from driftline.processors.monitor.budget import BudgetText, parse_budget
from driftline.processors.monitor.quality import Severity

Follower = Literal["cusum", "e_process", "calibration", "ddm", "eddm", "hddm_a", "hddm_w"]


class ConceptDrift(Entry):
    """What follows the errors of a classifier, by the time of its predictions, once a cohort is final."""

    detectors: tuple[Follower, ...] = ()
    """What decides; empty: nothing follows the errors. `cusum`, `e_process` and `calibration` keep to the budget, the
    others are those of the literature with their defaults."""
    learn: int = Field(default=1000, ge=100)
    """Outcomes of the first cohorts that `cusum`, `e_process` and `calibration` compare with."""
    false_alarms: BudgetText = parse_budget("1 per 30d")
    """How often the monitor may alarm for nothing: all detectors that keep to it, versions and segments together."""
    severity: Severity = "ticket"

    @field_validator("detectors")
    @classmethod
    def _each_once(cls, detectors: tuple[Follower, ...]) -> tuple[Follower, ...]:
        twice = next((name for name in detectors if detectors.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"`{twice}` is named twice: name each detector once")
        return detectors
