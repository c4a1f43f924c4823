"""What the processor found: the only things an exporter sees.

A `Finding` is a verdict on one field (or on a whole model) at one look. A `Traffic` is what RED panels and SLO rules
stand on: predictions and their durations, summed over the instances of one identity, monotonic.
"""

from __future__ import annotations

from driftline.processors.findings.basis import Identity, Reference, State, Window
from driftline.processors.findings.concept_drift import ConceptDrift, Signal
from driftline.processors.findings.explanation import (
    Change,
    Contribution,
    Explanation,
    Moved,
    OutputShift,
    SegmentShift,
)
from driftline.processors.findings.fairness import Comparison, Fairness, Group
from driftline.processors.findings.finding import Finding, Kind, Statistic
from driftline.processors.findings.objective import Burn, Objective
from driftline.processors.findings.performance import Figure, Performance
from driftline.processors.findings.traffic import Durations, Traffic

Output = Finding | Traffic | Objective | Performance | Fairness | ConceptDrift
"""Whatever a look gives."""

__all__ = [
    "Burn",
    "Change",
    "Comparison",
    "ConceptDrift",
    "Contribution",
    "Durations",
    "Explanation",
    "Fairness",
    "Figure",
    "Finding",
    "Group",
    "Identity",
    "Kind",
    "Moved",
    "Objective",
    "Output",
    "OutputShift",
    "Performance",
    "Reference",
    "SegmentShift",
    "Signal",
    "State",
    "Statistic",
    "Traffic",
    "Window",
]
