"""Series of the contract in Prometheus' spelling: the names of labels, and selectors of metrics."""

from __future__ import annotations

from typing import Final

from driftline.semconv import attributes
from driftline.semconv.prometheus import family_name, label_name
from driftline.semconv.registry import METRICS, Instrument

MODEL: Final = label_name(attributes.ML_MODEL_NAME)
VERSION: Final = label_name(attributes.ML_MODEL_VERSION)
VARIANT: Final = label_name(attributes.ML_MODEL_VARIANT)
ENVIRONMENT: Final = label_name(attributes.DEPLOYMENT_ENVIRONMENT_NAME)
FIELD: Final = label_name(attributes.ML_FIELD_NAME)
ROLE: Final = label_name(attributes.ML_FIELD_ROLE)
STATE: Final = label_name(attributes.ML_MONITOR_STATE)
ERROR: Final = label_name(attributes.ERROR_TYPE)
SLO: Final = label_name(attributes.SLO_NAME)
RESULT: Final = label_name(attributes.SLO_RESULT)
METRIC: Final = label_name(attributes.ML_PERFORMANCE_METRIC)
KIND: Final = label_name(attributes.ML_PERFORMANCE_KIND)
IDENTITY: Final = (MODEL, VERSION, VARIANT, ENVIRONMENT)


def series(metric: str, where: str = "", part: str = "") -> str:
    """A selector of one metric. `part` is a histogram's sample: `_bucket`, `_count` or `_sum`.

    Raises:
        KeyError: the contract has no such metric.

    >>> series("ml.predictions", 'ml_model_name="credit"')
    'ml_predictions_total{ml_model_name="credit"}'
    >>> series("ml.prediction.duration", part="_bucket")
    'ml_prediction_duration_seconds_bucket{}'
    """
    row = METRICS[metric]
    total = "_total" if row.instrument is Instrument.COUNTER else ""
    return f"{family_name(metric, row.unit)}{total}{part}{{{where}}}"
