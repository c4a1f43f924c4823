"""Outcomes joined with predictions by id, and the performance they show, by the time predictions were made."""

from __future__ import annotations

from driftline.processors.outcomes.errors import OutcomesError
from driftline.processors.outcomes.joining import Outcomes
from driftline.processors.outcomes.records import Predicted, Proved, Result
from driftline.processors.outcomes.rows import Joined

__all__ = ["Joined", "Outcomes", "OutcomesError", "Predicted", "Proved", "Result"]
