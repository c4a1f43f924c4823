"""How groups of people are treated: from the segments of a look, and from outcomes joined with predictions."""

from __future__ import annotations

from driftline.processors.pipeline.fairness.cohorts import CohortFairness
from driftline.processors.pipeline.fairness.looking import fairness_of

__all__ = ["CohortFairness", "fairness_of"]
