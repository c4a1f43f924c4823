"""Metric names of the telemetry contract, each with its kind, unit and sentence. `registry` holds the same as data."""

from __future__ import annotations

from typing import Final

ML_PREDICTION_DURATION: Final = "ml.prediction.duration"
"""Histogram, `s`: how long one prediction took."""

ML_PREDICTION_DURATION_BOUNDS: Final = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
)  # fmt: skip
"""Bucket bounds of `ml.prediction.duration` in seconds."""

ML_PREDICTIONS: Final = "ml.predictions"
"""Counter, `{prediction}`: rows predicted; a batch of 1,000 rows counts 1,000."""

ML_FIELD_DISTRIBUTION: Final = "ml.field.distribution"
"""Histogram: the values of one numeric field, in explicit or exponential buckets, signed."""

ML_FIELD_CATEGORIES: Final = "ml.field.categories"
"""Counter, `{observation}`: the values of one categorical field."""

ML_FIELD_DEFECTS: Final = "ml.field.defects"
"""Counter, `{observation}`: values that are missing, invalid, out of range or of an unknown category."""

ML_ROWS_SCORE: Final = "ml.rows.score"
"""Gauge: how far whole rows of the window are from those of the reference, by one statistic."""

ML_ROWS_LIMIT: Final = "ml.rows.limit"
"""Gauge: the score above which a statistic of rows says drift."""

ML_ROWS_P_VALUE: Final = "ml.rows.p_value"
"""Gauge: the probability of a score of rows this large had nothing changed; unadjusted."""

ML_ROWS_DETECTED: Final = "ml.rows.detected"
"""Gauge: 1 exactly when a score of rows is over its limit; absent without a verdict."""

ML_ROWS_DRIVER: Final = "ml.rows.driver"
"""Gauge: 1 for a field that a change of rows is in; only while one is detected."""

ML_ROWS_OBSERVATIONS: Final = "ml.rows.observations"
"""Gauge: how many sampled rows stand behind the scores."""

ML_DRIFT_SCORE: Final = "ml.drift.score"
"""Gauge: the distance between the window and the reference, by one statistic."""

ML_DRIFT_ERROR: Final = "ml.drift.error"
"""Gauge: the most that the score may be away from the one of the unbinned values."""

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

ML_DRIFT_CONTRIBUTION: Final = "ml.drift.contribution"
"""Gauge: how far a field alone moves the mean of an output, in the output's units; only while the model is in drift."""

ML_WINDOW_OBSERVATIONS: Final = "ml.window.observations"
"""Gauge: how many observations stand behind a field's scores."""

ML_QUALITY_DEFECT_SHARE: Final = "ml.quality.defect_share"
"""Gauge: the share of one defect, that defect / (observations + missing + invalid)."""

ML_QUALITY_LEVEL: Final = "ml.quality.level"
"""Gauge: score / limit of one check of the data's quality; over 1 is a finding."""

ML_QUALITY_DETECTED: Final = "ml.quality.detected"
"""Gauge: 1 exactly when the quality level is over 1; absent where the check could not be made."""

ML_FIELD_STATUS: Final = "ml.field.status"
"""Gauge: 1 for the state a field is in, 0 for the others."""

ML_MONITOR_STATUS: Final = "ml.monitor.status"
"""Gauge: 1 for the state a model is in, 0 for the others."""

ML_REFERENCE_INFO: Final = "ml.reference.info"
"""Gauge: always 1; which reference a model is compared with."""

ML_REFERENCE_AGE: Final = "ml.reference.age"
"""Gauge, `s`: how long ago the reference was made or first seen."""

ML_PERFORMANCE_SCORE: Final = "ml.performance.score"
"""Gauge: model performance by one metric, realised, provisional or estimated."""

ML_PERFORMANCE_LOWER: Final = "ml.performance.lower"
"""Gauge: lower end of the 95 % interval around the performance."""

ML_PERFORMANCE_UPPER: Final = "ml.performance.upper"
"""Gauge: upper end of the 95 % interval around the performance."""

ML_PERFORMANCE_LIMIT: Final = "ml.performance.limit"
"""Gauge: the value beyond which a performance is too bad, where the monitor sets one."""

ML_PERFORMANCE_DETECTED: Final = "ml.performance.detected"
"""Gauge: 1 exactly when the 95 % interval of a performance lies wholly beyond its limit; absent without a verdict."""

ML_PERFORMANCE_ERROR: Final = "ml.performance.error"
"""Gauge: the estimate of a performance less what outcomes show, of the same predictions."""

ML_PERFORMANCE_OBSERVATIONS: Final = "ml.performance.observations"
"""Gauge: how many predictions stand behind a performance."""

ML_PERFORMANCE_AGE: Final = "ml.performance.age"
"""Gauge, `s`: how long ago the last prediction of a performance's window may have been made."""

ML_CONCEPT_DRIFT_SCORE: Final = "ml.concept_drift.score"
"""Gauge: how sure a detector is that outcomes have changed, in its own unit; of those that have one."""

ML_CONCEPT_DRIFT_LIMIT: Final = "ml.concept_drift.limit"
"""Gauge: the score above which a detector says concept drift."""

ML_CONCEPT_DRIFT_DETECTED: Final = "ml.concept_drift.detected"
"""Gauge: 1 when a detector alarmed in the newest final cohort; absent where it cannot tell."""

ML_FAIRNESS_SCORE: Final = "ml.fairness.score"
"""Gauge: how differently groups are treated, by one metric."""

ML_FAIRNESS_LOWER: Final = "ml.fairness.lower"
"""Gauge: lower end of the 95 % interval around the fairness score."""

ML_FAIRNESS_UPPER: Final = "ml.fairness.upper"
"""Gauge: upper end of the 95 % interval around the fairness score."""

ML_FAIRNESS_LIMIT: Final = "ml.fairness.limit"
"""Gauge: from where on a fairness score is a finding: a ratio below it, a difference above it."""

ML_FAIRNESS_DETECTED: Final = "ml.fairness.detected"
"""Gauge: 1 exactly when a fairness score surely is beyond its limit; absent without a limit or a score."""

ML_FAIRNESS_OBSERVATIONS: Final = "ml.fairness.observations"
"""Gauge: how many predictions of a group stand behind the fairness scores."""

ML_OUTCOME_COVERAGE: Final = "ml.outcome.coverage"
"""Gauge: outcomes / predictions sampled for the join."""

ML_OUTCOME_AGE: Final = "ml.outcome.age"
"""Gauge, `s`: how long after their predictions outcomes came, the median."""

SLO_OBJECTIVE: Final = "slo.objective"
"""Gauge: the share of good events promised."""

SLO_SLI: Final = "slo.sli"
"""Gauge: the share of good events seen."""

SLO_ERROR_BUDGET_REMAINING: Final = "slo.error_budget.remaining"
"""Gauge: the share of the error budget left; 1 is untouched, below 0 overspent."""

SLO_BURN_RATE: Final = "slo.burn_rate"
"""Gauge: how many times faster than allowed the budget burns, over one window."""

SLO_EVENTS: Final = "slo.events"
"""Counter, `{event}`: events of SLIs the processor decides, by result."""

DRIFTLINE_INFO: Final = "driftline.info"
"""Gauge: always 1; the version of the processor that answers."""

DRIFTLINE_REQUESTS: Final = "driftline.requests"
"""Counter, `{request}`: OTLP requests received, by what they were answered."""

DRIFTLINE_REQUESTS_BYTES_IN_FLIGHT: Final = "driftline.requests.in_flight"
"""Gauge, `By`: bytes of requests admitted and not yet answered."""

DRIFTLINE_POINTS: Final = "driftline.points"
"""Counter, `{point}`: metric points received, by what became of them and why."""

DRIFTLINE_POINTS_AHEAD: Final = "driftline.points.ahead"
"""Counter, `{point}`: accepted points ahead of our clock, counted in the pane of their arrival."""

DRIFTLINE_POINTS_UNATTRIBUTED: Final = "driftline.points.unattributed"
"""Counter, `{point}`: points of the contract's metrics that name no model."""

DRIFTLINE_SPANS: Final = "driftline.spans"
"""Counter, `{span}`: spans received, by what became of them and why."""

DRIFTLINE_LOGS: Final = "driftline.logs"
"""Counter, `{record}`: log records and events received, by what became of them and why."""

DRIFTLINE_REFERENCES: Final = "driftline.references"
"""Counter, `{event}`: announced reference profiles, by what became of them and why."""

DRIFTLINE_OUTCOMES: Final = "driftline.outcomes"
"""Counter, `{outcome}`: outcomes received, by what became of them: `joined`, `late`, `duplicate`, and so on."""

DRIFTLINE_OUTCOMES_PREDICTIONS: Final = "driftline.outcomes.predictions"
"""Counter, `{prediction}`: predictions received for the join of outcomes, by what became of them."""

DRIFTLINE_OUTCOMES_MATCH_RATE: Final = "driftline.outcomes.match_rate"
"""Gauge: outcomes that have their prediction / outcomes held."""

DRIFTLINE_OUTCOMES_ROWS: Final = "driftline.outcomes.rows"
"""Gauge: predictions and orphans held for the join of outcomes."""

DRIFTLINE_FORWARDS: Final = "driftline.forwards"
"""Counter, `{request}`: requests passed on to the forward target, by outcome."""

DRIFTLINE_OVERFLOWS: Final = "driftline.overflows"
"""Counter, `{stream}`: models, fields, categories or segments over their cap, counted under `_OTHER` or refused."""

DRIFTLINE_STREAMS: Final = "driftline.streams"
"""Gauge: streams remembered at present."""

DRIFTLINE_MODELS: Final = "driftline.models"
"""Gauge: model identities with a window at present."""

DRIFTLINE_PANES: Final = "driftline.panes"
"""Gauge: panes held at present."""

DRIFTLINE_LAG: Final = "driftline.lag"
"""Gauge, `s`: how far the newest accepted point lies behind our clock."""

DRIFTLINE_EVALUATIONS: Final = "driftline.evaluations"
"""Counter, `{evaluation}`: looks at the monitored models, by outcome."""

DRIFTLINE_EVALUATION_DURATION: Final = "driftline.evaluation.duration"
"""Gauge, `s`: how long the last look took."""

DRIFTLINE_EXPORTS: Final = "driftline.exports"
"""Counter, `{export}`: deliveries of findings, by exporter and outcome."""

DRIFTLINE_SERIES: Final = "driftline.series"
"""Gauge: series shown at present."""

DRIFTLINE_SERIES_LIMIT: Final = "driftline.series.limit"
"""Gauge: series over which the processor warns."""

DRIFTLINE_MEMORY_USAGE: Final = "driftline.memory.usage"
"""Gauge, `By`: resident memory of the processor."""

DRIFTLINE_CONFIG_LAST_RELOAD_SUCCESSFUL: Final = "driftline.config.last_reload_successful"
"""Gauge: 1 when the monitors on disk are the ones in force, 0 when a bad file keeps the old set."""

DRIFTLINE_STATE_ERRORS: Final = "driftline.state.errors"
"""Counter, `{error}`: writes of the state that failed."""

DRIFTLINE_RECORDER_DROPPED: Final = "driftline.recorder.dropped"
"""Counter, `{row}`: rows a recorder did not keep, by reason."""
