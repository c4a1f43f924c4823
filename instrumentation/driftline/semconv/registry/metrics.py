"""Metrics of models: what a model server emits and what the processor finds."""

from __future__ import annotations

from typing import Final

from driftline.semconv import attributes, metrics
from driftline.semconv.registry.definitions import Instrument, Metric

_FIELD = (attributes.ML_FIELD_NAME, attributes.ML_FIELD_ROLE)
_ROWS = (*_FIELD, attributes.ML_ROWS_STATISTIC)
_STATISTIC = (*_FIELD, attributes.ML_DRIFT_STATISTIC)
_REFERENCE = (attributes.ML_REFERENCE_ID, attributes.ML_REFERENCE_KIND)

METRIC_TABLE: Final = (
    Metric(
        metrics.ML_PREDICTION_DURATION,
        Instrument.HISTOGRAM,
        "s",
        "how long one prediction took",
        (attributes.ERROR_TYPE,),
    ),
    Metric(
        metrics.ML_PREDICTIONS,
        Instrument.COUNTER,
        "{prediction}",
        "rows predicted; a batch of 1,000 rows counts 1,000",
        (attributes.ERROR_TYPE,),
    ),
    Metric(
        metrics.ML_FIELD_DISTRIBUTION,
        Instrument.HISTOGRAM,
        "",
        "the values of one numeric field, in explicit or exponential buckets, signed",
        _FIELD,
    ),
    Metric(
        metrics.ML_FIELD_CATEGORIES,
        Instrument.COUNTER,
        "{observation}",
        "the values of one categorical field",
        (*_FIELD, attributes.ML_FIELD_CATEGORY),
    ),
    Metric(
        metrics.ML_FIELD_DEFECTS,
        Instrument.COUNTER,
        "{observation}",
        "values that are missing, invalid, out of range or of an unknown category",
        (*_FIELD, attributes.ML_FIELD_DEFECT),
    ),
    Metric(
        metrics.ML_ROWS_SCORE,
        Instrument.GAUGE,
        "",
        "how far whole rows of the window are from those of the reference, by one statistic",
        _ROWS,
    ),
    Metric(metrics.ML_ROWS_LIMIT, Instrument.GAUGE, "", "the score above which a statistic of rows says drift", _ROWS),
    Metric(
        metrics.ML_ROWS_P_VALUE,
        Instrument.GAUGE,
        "",
        "the probability of a score of rows this large had nothing changed; unadjusted",
        _ROWS,
    ),
    Metric(
        metrics.ML_ROWS_DETECTED,
        Instrument.GAUGE,
        "",
        "1 exactly when a score of rows is over its limit; absent without a verdict",
        _FIELD,
    ),
    Metric(
        metrics.ML_ROWS_DRIVER,
        Instrument.GAUGE,
        "",
        "1 for a field that a change of rows is in; only while one is detected",
        _FIELD,
    ),
    Metric(
        metrics.ML_ROWS_OBSERVATIONS,
        Instrument.GAUGE,
        "",
        "how many sampled rows stand behind the scores",
        _FIELD,
    ),
    Metric(
        metrics.ML_DRIFT_SCORE,
        Instrument.GAUGE,
        "",
        "the distance between the window and the reference, by one statistic",
        _STATISTIC,
    ),
    Metric(
        metrics.ML_DRIFT_ERROR,
        Instrument.GAUGE,
        "",
        "the most that the score may be away from the one of the unbinned values",
        _STATISTIC,
    ),
    Metric(
        metrics.ML_DRIFT_LIMIT,
        Instrument.GAUGE,
        "",
        "the score above which a deciding statistic says drift",
        _STATISTIC,
    ),
    Metric(
        metrics.ML_DRIFT_P_VALUE,
        Instrument.GAUGE,
        "",
        "the probability of a score this large had nothing changed; unadjusted",
        _STATISTIC,
    ),
    Metric(
        metrics.ML_DRIFT_LEVEL,
        Instrument.GAUGE,
        "",
        "the largest deciding score / limit of a field; over 1 is drift",
        _FIELD,
    ),
    Metric(
        metrics.ML_DRIFT_DETECTED,
        Instrument.GAUGE,
        "",
        "1 exactly when the level is over 1; absent without a verdict",
        _FIELD,
    ),
    Metric(metrics.ML_DRIFT_FIELDS, Instrument.GAUGE, "", "how many fields of the model are in drift"),
    Metric(
        metrics.ML_DRIFT_CONTRIBUTION,
        Instrument.GAUGE,
        "",
        "how far a field alone moves the mean of an output, in the output's units; only while the model is in drift",
        (*_FIELD, attributes.ML_DRIFT_OUTPUT),
    ),
    Metric(
        metrics.ML_WINDOW_OBSERVATIONS,
        Instrument.GAUGE,
        "",
        "how many observations stand behind a field's scores",
        _FIELD,
    ),
    Metric(
        metrics.ML_QUALITY_DEFECT_SHARE,
        Instrument.GAUGE,
        "",
        "the share of one defect, that defect / (observations + missing + invalid)",
        (*_FIELD, attributes.ML_FIELD_DEFECT),
    ),
    Metric(
        metrics.ML_QUALITY_LEVEL,
        Instrument.GAUGE,
        "",
        "score / limit of one check of the data's quality; over 1 is a finding",
        (*_FIELD, attributes.ML_QUALITY_CHECK),
    ),
    Metric(
        metrics.ML_QUALITY_DETECTED,
        Instrument.GAUGE,
        "",
        "1 exactly when the quality level is over 1; absent where the check could not be made",
        (*_FIELD, attributes.ML_QUALITY_CHECK),
    ),
    Metric(
        metrics.ML_FIELD_STATUS,
        Instrument.GAUGE,
        "",
        "1 for the state a field is in, 0 for the others",
        (*_FIELD, attributes.ML_MONITOR_STATE),
    ),
    Metric(
        metrics.ML_MONITOR_STATUS,
        Instrument.GAUGE,
        "",
        "1 for the state a model is in, 0 for the others",
        (attributes.ML_MONITOR_STATE,),
    ),
    Metric(
        metrics.ML_REFERENCE_INFO,
        Instrument.GAUGE,
        "",
        "always 1; which reference a model is compared with",
        _REFERENCE,
    ),
    Metric(
        metrics.ML_REFERENCE_AGE, Instrument.GAUGE, "s", "how long ago the reference was made or first seen", _REFERENCE
    ),
    Metric(metrics.SLO_OBJECTIVE, Instrument.GAUGE, "", "the share of good events promised", (attributes.SLO_NAME,)),
    Metric(metrics.SLO_SLI, Instrument.GAUGE, "", "the share of good events seen", (attributes.SLO_NAME,)),
    Metric(
        metrics.SLO_ERROR_BUDGET_REMAINING,
        Instrument.GAUGE,
        "",
        "the share of the error budget left; 1 is untouched, below 0 overspent",
        (attributes.SLO_NAME,),
    ),
    Metric(
        metrics.SLO_BURN_RATE,
        Instrument.GAUGE,
        "",
        "how many times faster than allowed the budget burns, over one window",
        (attributes.SLO_NAME, attributes.SLO_WINDOW),
    ),
    Metric(
        metrics.SLO_EVENTS,
        Instrument.COUNTER,
        "{event}",
        "events of SLIs the processor decides, by result",
        (attributes.SLO_NAME, attributes.SLO_RESULT),
    ),
)
