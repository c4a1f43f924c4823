"""The entity all telemetry of the contract is about."""

from __future__ import annotations

from typing import Final

from driftline.semconv import attributes
from driftline.semconv.registry.definitions import Entity

ENTITY_TABLE: Final = (
    Entity(
        "ml.model",
        "A model in production: the identity on every point, span and event, or on their resource",
        identity=(attributes.ML_MODEL_NAME, attributes.ML_MODEL_VERSION),
        description=(attributes.ML_MODEL_VARIANT, attributes.DEPLOYMENT_ENVIRONMENT_NAME),
    ),
)
