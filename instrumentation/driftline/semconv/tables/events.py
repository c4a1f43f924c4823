"""Events, spans and entities."""

from __future__ import annotations

from typing import Final

from driftline.semconv import attributes, events
from driftline.semconv.definitions import Entity, Event, Span

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
        optional=(attributes.ML_PREDICTION_VALUE, attributes.ML_PREDICTION_SCORE),
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

SPAN_TABLE: Final = (
    Span(
        "ml.predict",
        "predict {ml.model.name}",
        "internal",
        "One call of a model; its attributes may stand on the server span that is there instead",
        attributes=(
            attributes.ML_PREDICTION_ID,
            attributes.ML_PREDICTION_ROWS,
            attributes.ERROR_TYPE,
            attributes.ML_PREDICTION_VALUE,
            attributes.ML_PREDICTION_SCORE,
            attributes.ML_FEATURE_PREFIX,
        ),
    ),
)

ENTITY_TABLE: Final = (
    Entity(
        "ml.model",
        "A model in production: the identity on every point, span and event, or on their resource",
        identity=(attributes.ML_MODEL_NAME, attributes.ML_MODEL_VERSION),
        description=(attributes.ML_MODEL_VARIANT, attributes.DEPLOYMENT_ENVIRONMENT_NAME),
    ),
)
