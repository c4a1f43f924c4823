"""Event names of the telemetry contract: log records with an `event_name`."""

from __future__ import annotations

from typing import Final

ML_REFERENCE: Final = "ml.reference"
"""A model server announces the profile it was trained on; the body is the profile as JSON."""

ML_OUTCOME: Final = "ml.outcome"
"""What later proved true for one prediction."""

ML_PREDICTION: Final = "ml.prediction"
"""What the join of labels needs of one prediction: id, value, score."""

ML_BUSINESS_VALUE: Final = "ml.business.value"
"""What one prediction was worth, in integer minor units of a currency."""
