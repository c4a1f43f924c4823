"""The events of the contract."""

from __future__ import annotations

from typing import Final

from driftline.semconv import attributes, events
from driftline.semconv.registry.definitions import Event

EVENT_TABLE: Final = (
    Event(
        events.ML_REFERENCE,
        "A model server announces the profile it was trained on; the body is the profile as JSON",
        required=(attributes.ML_REFERENCE_ID,),
    ),
    Event(
        events.ML_OUTCOME,
        "What later proved true for one prediction",
        required=(attributes.ML_PREDICTION_ID,),
        optional=(attributes.ML_OUTCOME_LABEL, attributes.ML_OUTCOME_VALUE),
    ),
    Event(
        events.ML_PREDICTION,
        "What the join of labels needs of one prediction: id, value, score",
        required=(attributes.ML_PREDICTION_ID,),
        optional=(
            attributes.ML_PREDICTION_VALUE,
            attributes.ML_PREDICTION_SCORE,
            attributes.ML_PREDICTION_SAMPLE_RATE,
        ),
    ),
    Event(
        events.ML_BUSINESS_VALUE,
        "What one prediction was worth, in integer minor units of a currency",
        required=(
            attributes.ML_PREDICTION_ID,
            attributes.ML_BUSINESS_AMOUNT,
            attributes.ML_BUSINESS_CURRENCY,
            attributes.ML_BUSINESS_KIND,
            attributes.ML_BUSINESS_IDEMPOTENCY_KEY,
        ),
    ),
)
