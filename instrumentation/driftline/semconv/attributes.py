"""Attribute names of the telemetry contract, each with its sentence. A name is written here and nowhere else."""

from __future__ import annotations

from typing import Final

ML_MODEL_NAME: Final = "ml.model.name"
"""The model, as its owner calls it: `credit`."""

ML_MODEL_VERSION: Final = "ml.model.version"
"""The version of the model that answered: `7`, `2026-11-24`, a git hash."""

ML_MODEL_VARIANT: Final = "ml.model.variant"
"""The part the model plays in a comparison: `champion`, `challenger`, `canary` or `shadow`."""

DEPLOYMENT_ENVIRONMENT_NAME: Final = "deployment.environment.name"
"""OpenTelemetry's own: where the model runs, `production`, `staging`."""

SERVICE_NAME: Final = "service.name"
"""OpenTelemetry's own: the service that emits."""

SERVICE_VERSION: Final = "service.version"
"""OpenTelemetry's own: the version of the service that emits."""

SERVICE_NAMESPACE: Final = "service.namespace"
"""OpenTelemetry's own: the group of services the emitter belongs to."""

SERVICE_INSTANCE_ID: Final = "service.instance.id"
"""OpenTelemetry's own: unique for each process that emits."""

ERROR_TYPE: Final = "error.type"
"""OpenTelemetry's own: the class of error a prediction ended with; absent on success."""

ML_FIELD_NAME: Final = "ml.field.name"
"""The column of a model's input or output."""

ML_FIELD_ROLE: Final = "ml.field.role"
"""What the field is to the model: `feature`, `prediction`, `score`, `outcome` or `embedding`."""

ML_FIELD_CATEGORY: Final = "ml.field.category"
"""One value of a categorical field; `_OTHER` for every value beyond the ones known."""

ML_FIELD_DEFECT: Final = "ml.field.defect"
"""What is wrong with a value: `missing`, `invalid`, `out_of_range` or `unknown_category`."""

ML_PREDICTION_ID: Final = "ml.prediction.id"
"""The key that joins a prediction with what later proved true."""

ML_PREDICTION_ROWS: Final = "ml.prediction.rows"
"""How many rows one call predicted."""

ML_PREDICTION_SAMPLED: Final = "ml.prediction.sampled"
"""How many rows a span holds as a sample: each stands for `ml.prediction.rows` / this. Absent on a call's own span."""

ML_PREDICTION_CALL: Final = "ml.prediction.call"
"""Of each row of a sample, the number of the call it came with, within its span: rows of one call may be alike."""

ML_PREDICTION_VALUE: Final = "ml.prediction.value"
"""The predicted class or number; an array for a batch. On spans only with capture on."""

ML_PREDICTION_SCORE: Final = "ml.prediction.score"
"""The predicted probability or margin; an array for a batch. On spans only with capture on."""

ML_PREDICTION_SAMPLE_RATE: Final = "ml.prediction.sample_rate"
"""The share of predictions that travel for the join of outcomes, chosen by a hash of the id; absent: all."""

ML_ROWS_STATISTIC: Final = "ml.rows.statistic"
"""How rows are compared: `fields`, `pairs`, `mmd`, `reconstruction`, `classifier`, `centroid`, ..."""

ML_FEATURE_PREFIX: Final = "ml.feature."
"""Prefix of a captured feature: `ml.feature.age`. Only for allow-listed features, only with capture on."""

ML_REFERENCE_ID: Final = "ml.reference.id"
"""The reference distribution a window is compared with: the hash of its content."""

ML_REFERENCE_KIND: Final = "ml.reference.kind"
"""Kind of reference: `declared`, `announced`, `learned`, `trailing`, `seasonal`, `variant`, `rest` or `accepted`."""

ML_DRIFT_STATISTIC: Final = "ml.drift.statistic"
"""The statistic a score belongs to: `psi`, `js`, `hellinger`, `tv`, `ks`, `wasserstein`, `chi2`, `kl`, `g`, `kuiper`,
`cvm`, `ad`, `energy`, `cusum`, `page_hinkley`, `adwin` or `e_process`."""

ML_DRIFT_OUTPUT: Final = "ml.drift.output"
"""The output a contribution is to: `score`, `prediction`, or a class as `prediction.<class>`."""

ML_QUALITY_CHECK: Final = "ml.quality.check"
"""The check of the data's quality: `missing`, `unit_change`, `volume`, ..."""

ML_MONITOR_STATE: Final = "ml.monitor.state"
"""The state of a field or of a model: `ok`, `drift`, `no_data`, ..."""

ML_OUTCOME_LABEL: Final = "ml.outcome.label"
"""The class that proved true."""

ML_OUTCOME_VALUE: Final = "ml.outcome.value"
"""The number that proved true."""

ML_PERFORMANCE_METRIC: Final = "ml.performance.metric"
"""The figure of merit: `roc_auc`, `accuracy`, `rmse`."""

ML_PERFORMANCE_KIND: Final = "ml.performance.kind"
"""How the performance is known: `realized`, `provisional` or `estimated`."""

ML_CONCEPT_DRIFT_DETECTOR: Final = "ml.concept_drift.detector"
"""What follows the errors of a model: `cusum`, `e_process`, `calibration`, `ddm`, `eddm`, `hddm_a` or `hddm_w`."""

ML_FAIRNESS_METRIC: Final = "ml.fairness.metric"
"""How groups are compared: `demographic_parity_difference`, `disparate_impact_ratio`, ..."""

ML_FAIRNESS_ATTRIBUTE: Final = "ml.fairness.attribute"
"""The attribute that makes the groups: `sex`; several together: `sex,region`."""

ML_FAIRNESS_GROUP: Final = "ml.fairness.group"
"""One group: the attribute's value; of several attributes together their values, `female,north`."""

ML_BUSINESS_AMOUNT: Final = "ml.business.amount"
"""What a prediction was worth, in integer minor units of the currency."""

ML_BUSINESS_CURRENCY: Final = "ml.business.currency"
"""The currency of the amount, by its ISO 4217 code."""

ML_BUSINESS_KIND: Final = "ml.business.kind"
"""What the amount is: `revenue`, `loss`, `cost`, as its owner calls it."""

ML_BUSINESS_IDEMPOTENCY_KEY: Final = "ml.business.idempotency_key"
"""The key under which an amount counts once, however often it is sent."""

SLO_NAME: Final = "slo.name"
"""The objective, as the monitor names it."""

SLO_WINDOW: Final = "slo.window"
"""The window a burn rate looks over: `5m`, `1h`."""

SLO_RESULT: Final = "slo.result"
"""How an event counts: `good`, `bad` or `unknown`."""

VERSION: Final = "version"
"""The release of the processor. On the processor's own health only."""

SIGNAL: Final = "signal"
"""What a request carries: `metrics`, `traces` or `logs`. On the processor's own health only."""

TRANSPORT: Final = "transport"
"""How a request came: `grpc` or `http`. On the processor's own health only."""

OUTCOME: Final = "outcome"
"""What became of it: `accepted`, `refused`, `skipped`, `done`, `failed`. On the processor's own health only."""

REASON: Final = "reason"
"""Why it was not counted: `late`, `duplicate`, `count_mismatch`. On the processor's own health only."""

EXPORTER: Final = "exporter"
"""Where findings go: `prometheus`, `otlp`. On the processor's own health only."""

KIND: Final = "kind"
"""What ran over its cap: `model`, `field`, `category` or `segment`. On the processor's own health only."""
