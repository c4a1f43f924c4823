"""Metric names of the telemetry contract, each with its unit and its sentence."""

from __future__ import annotations

from typing import Final

ML_PREDICTION_DURATION: Final = "ml.prediction.duration"
"""Histogram, `s`: how long one prediction took."""

ML_PREDICTION_DURATION_BOUNDS: Final = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
)  # fmt: skip
"""Bucket bounds of `ml.prediction.duration` in seconds."""

ML_PREDICTIONS: Final = "ml.predictions"
"""Counter, `{prediction}`: rows predicted."""

ML_FIELD_DISTRIBUTION: Final = "ml.field.distribution"
"""Histogram, explicit or exponential, signed, no unit: the values of one numeric field."""

ML_FIELD_CATEGORIES: Final = "ml.field.categories"
"""Counter, `{observation}`: the values of one categorical field."""

ML_FIELD_DEFECTS: Final = "ml.field.defects"
"""Counter, `{observation}`: values that are missing, invalid, out of range or of an unknown category."""

ML_DRIFT_SCORE: Final = "ml.drift.score"
"""Gauge: the distance between the window and the reference, by one statistic."""

ML_DRIFT_LIMIT: Final = "ml.drift.limit"
"""Gauge: the score above which a deciding statistic says drift."""

ML_DRIFT_P_VALUE: Final = "ml.drift.p_value"
"""Gauge: the probability of a score this large had nothing changed; unadjusted."""

ML_DRIFT_LEVEL: Final = "ml.drift.level"
"""Gauge: the largest deciding score / limit of a field; over 1 is drift."""

ML_DRIFT_DETECTED: Final = "ml.drift.detected"
"""Gauge: 1 exactly when the level is over 1; absent without a verdict."""

ML_DRIFT_FIELDS: Final = "ml.drift.fields"
"""Gauge: how many fields of the model are in drift."""

ML_WINDOW_OBSERVATIONS: Final = "ml.window.observations"
"""Gauge: how many observations stand behind a field's scores."""

ML_QUALITY_DEFECT_SHARE: Final = "ml.quality.defect_share"
"""Gauge: the share of one defect, that defect / (observations + missing + invalid)."""

ML_FIELD_STATUS: Final = "ml.field.status"
"""Gauge: 1 for the state a field is in."""

ML_MONITOR_STATUS: Final = "ml.monitor.status"
"""Gauge: 1 for the state a model is in, 0 for the others."""

ML_REFERENCE_INFO: Final = "ml.reference.info"
"""Gauge, always 1: which reference a model is compared with."""

ML_REFERENCE_AGE: Final = "ml.reference.age"
"""Gauge, `s`: how long ago the reference was made or first seen."""

ML_PERFORMANCE_SCORE: Final = "ml.performance.score"
"""Gauge: model performance by one metric, realised, provisional or estimated."""

ML_PERFORMANCE_LOWER: Final = "ml.performance.lower"
"""Gauge: lower end of the interval around the performance."""

ML_PERFORMANCE_UPPER: Final = "ml.performance.upper"
"""Gauge: upper end of the interval around the performance."""

ML_OUTCOME_COVERAGE: Final = "ml.outcome.coverage"
"""Gauge: outcomes / predictions sampled for the join."""

SLO_OBJECTIVE: Final = "slo.objective"
"""Gauge: the share of good events promised."""

SLO_SLI: Final = "slo.sli"
"""Gauge: the share of good events seen."""

SLO_ERROR_BUDGET_REMAINING: Final = "slo.error_budget.remaining"
"""Gauge: the share of the error budget left; below 0 it is overspent."""

SLO_BURN_RATE: Final = "slo.burn_rate"
"""Gauge: how many times faster than allowed the budget burns, over one window."""

SLO_EVENTS: Final = "slo.events"
"""Counter, `{event}`: events of SLIs the processor decides, by result."""

DRIFTLINE_EXPORTS: Final = "driftline.exports"
"""Counter, `{export}`: looks handed to an exporter, by exporter and outcome: delivered, failed, superseded."""
