"""The spans of the contract."""

from __future__ import annotations

from typing import Final

from driftline.semconv import attributes
from driftline.semconv.registry.definitions import Span

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
    Span(
        "ml.sample",
        "sample {ml.model.name}",
        "internal",
        "Rows that a recorder chose of all it counted in about a second, where capture is on; columns are arrays",
        attributes=(
            attributes.ML_PREDICTION_ROWS,
            attributes.ML_PREDICTION_SAMPLED,
            attributes.ML_PREDICTION_CALL,
            attributes.ML_PREDICTION_VALUE,
            attributes.ML_PREDICTION_SCORE,
            attributes.ML_FEATURE_PREFIX,
        ),
    ),
)
