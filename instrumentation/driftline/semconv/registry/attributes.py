"""Attributes, ours and the ones of OpenTelemetry that we refer to."""

from __future__ import annotations

from typing import Final

from driftline.semconv import attributes
from driftline.semconv.registry.definitions import Attribute
from driftline.semconv.values import (
    OTHER_CATEGORY,
    Defect,
    DriftStatistic,
    FieldRole,
    MonitorState,
    PerformanceKind,
    QualityCheck,
    ReferenceKind,
    SloResult,
    Variant,
)

ATTRIBUTE_TABLE: Final = (
    Attribute(attributes.ML_MODEL_NAME, "The model, as its owner calls it: `credit`", examples=("credit",)),
    Attribute(
        attributes.ML_MODEL_VERSION,
        "The version of the model that answered: `7`, `2026-11-24`, a git hash",
        examples=("7",),
    ),
    Attribute(
        attributes.ML_MODEL_VARIANT,
        "The part the model plays in a comparison: `champion`, `challenger`, `canary` or `shadow`",
        values=tuple(Variant),
    ),
    Attribute(
        attributes.DEPLOYMENT_ENVIRONMENT_NAME, "OpenTelemetry's own: where the model runs, `production`, `staging`"
    ),
    Attribute(attributes.SERVICE_NAME, "OpenTelemetry's own: the service that emits"),
    Attribute(attributes.SERVICE_VERSION, "OpenTelemetry's own: the version of the service that emits"),
    Attribute(attributes.SERVICE_NAMESPACE, "OpenTelemetry's own: the group of services the emitter belongs to"),
    Attribute(attributes.SERVICE_INSTANCE_ID, "OpenTelemetry's own: unique for each process that emits"),
    Attribute(
        attributes.ERROR_TYPE, "OpenTelemetry's own: the class of error a prediction ended with; absent on success"
    ),
    Attribute(attributes.ML_FIELD_NAME, "The column of a model's input or output", examples=("age",)),
    Attribute(
        attributes.ML_FIELD_ROLE,
        "What the field is to the model: `feature`, `prediction`, `score`, `outcome` or `embedding`",
        values=tuple(FieldRole),
    ),
    Attribute(
        attributes.ML_FIELD_CATEGORY,
        "One value of a categorical field; `_OTHER` for every value beyond the ones known",
        examples=("red", OTHER_CATEGORY),
    ),
    Attribute(
        attributes.ML_FIELD_DEFECT,
        "What is wrong with a value: `missing`, `invalid`, `out_of_range` or `unknown_category`",
        values=tuple(Defect),
    ),
    Attribute(attributes.ML_PREDICTION_ID, "The key that joins a prediction with what later proved true"),
    Attribute(attributes.ML_PREDICTION_ROWS, "How many rows one call predicted", type="int"),
    Attribute(
        attributes.ML_PREDICTION_SAMPLED,
        "How many rows a span holds as a sample: each stands for `ml.prediction.rows` / this. Absent on a call's own "
        "span",
        type="int",
    ),
    Attribute(
        attributes.ML_PREDICTION_CALL,
        "Of each row of a sample, the number of the call it came with, within its span: rows of one call may be alike",
        type="int[]",
    ),
    Attribute(
        attributes.ML_PREDICTION_VALUE,
        "The predicted class or number; an array for a batch. On spans only with capture on",
        type="any",
    ),
    Attribute(
        attributes.ML_PREDICTION_SCORE,
        "The predicted probability or margin; an array for a batch. On spans only with capture on",
        type="any",
    ),
    Attribute(
        attributes.ML_PREDICTION_SAMPLE_RATE,
        "The share of predictions that travel for the join of outcomes, chosen by a hash of the id; absent: all",
        type="double",
        examples=(0.1,),
    ),
    Attribute(
        attributes.ML_ROWS_STATISTIC,
        "How rows are compared: `fields`, `pairs`, `mmd`, `reconstruction`, `classifier`, `centroid`, ...",
        examples=("pairs",),
    ),
    Attribute(
        attributes.ML_FEATURE_PREFIX,
        "Prefix of a captured feature: `ml.feature.age`. Only for allow-listed features, only with capture on",
        type="template[any]",
    ),
    Attribute(
        attributes.ML_REFERENCE_ID, "The reference distribution a window is compared with: the hash of its content"
    ),
    Attribute(
        attributes.ML_REFERENCE_KIND,
        "Kind of reference: `declared`, `announced`, `learned`, `trailing`, `seasonal`, `variant`, `rest` or "
        "`accepted`",
        values=tuple(ReferenceKind),
    ),
    Attribute(
        attributes.ML_DRIFT_STATISTIC,
        "The statistic a score belongs to: `psi`, `js`, `hellinger`, `tv`, `ks`, `wasserstein`, `chi2`, `kl`, `g`, "
        "`kuiper`, `cvm`, `ad`, `energy`, `cusum`, `page_hinkley`, `adwin` or `e_process`",
        values=tuple(DriftStatistic),
    ),
    Attribute(
        attributes.ML_DRIFT_OUTPUT,
        "The output a contribution is to: `score`, `prediction`, or a class as `prediction.<class>`",
        examples=("score", "prediction.yes"),
    ),
    Attribute(
        attributes.ML_QUALITY_CHECK,
        "The check of the data's quality: `missing`, `unit_change`, `volume`, ...",
        values=tuple(QualityCheck),
    ),
    Attribute(
        attributes.ML_MONITOR_STATE,
        "The state of a field or of a model: `ok`, `drift`, `no_data`, ...",
        values=tuple(MonitorState),
    ),
    Attribute(attributes.ML_OUTCOME_LABEL, "The class that proved true"),
    Attribute(attributes.ML_OUTCOME_VALUE, "The number that proved true", type="double"),
    Attribute(
        attributes.ML_PERFORMANCE_METRIC, "The figure of merit: `roc_auc`, `accuracy`, `rmse`", examples=("roc_auc",)
    ),
    Attribute(
        attributes.ML_PERFORMANCE_KIND,
        "How the performance is known: `realized`, `provisional` or `estimated`",
        values=tuple(PerformanceKind),
    ),
    Attribute(
        attributes.ML_CONCEPT_DRIFT_DETECTOR,
        "What follows the errors of a model: `cusum`, `e_process`, `calibration`, `ddm`, `eddm`, `hddm_a` or `hddm_w`",
        examples=("cusum", "hddm_a"),
    ),
    Attribute(
        attributes.ML_FAIRNESS_METRIC,
        "How groups are compared: `demographic_parity_difference`, `disparate_impact_ratio`, ...",
        examples=("disparate_impact_ratio",),
    ),
    Attribute(
        attributes.ML_FAIRNESS_ATTRIBUTE,
        "The attribute that makes the groups: `sex`; several together: `sex,region`",
        examples=("sex", "sex,region"),
    ),
    Attribute(
        attributes.ML_FAIRNESS_GROUP,
        "One group: the attribute's value; of several attributes together their values, `female,north`",
        examples=("female", "female,north"),
    ),
    Attribute(
        attributes.ML_BUSINESS_AMOUNT,
        "What a prediction was worth, in integer minor units of the currency",
        type="int",
        examples=(1250,),
    ),
    Attribute(attributes.ML_BUSINESS_CURRENCY, "The currency of the amount, by its ISO 4217 code", examples=("EUR",)),
    Attribute(attributes.ML_BUSINESS_KIND, "What the amount is: `revenue`, `loss`, `cost`, as its owner calls it"),
    Attribute(
        attributes.ML_BUSINESS_IDEMPOTENCY_KEY, "The key under which an amount counts once, however often it is sent"
    ),
    Attribute(attributes.SLO_NAME, "The objective, as the monitor names it", examples=("availability",)),
    Attribute(attributes.SLO_WINDOW, "The window a burn rate looks over: `5m`, `1h`", examples=("5m",)),
    Attribute(attributes.SLO_RESULT, "How an event counts: `good`, `bad` or `unknown`", values=tuple(SloResult)),
    Attribute(attributes.VERSION, "The release of the processor. On the processor's own health only"),
    Attribute(
        attributes.SIGNAL, "What a request carries: `metrics`, `traces` or `logs`. On the processor's own health only"
    ),
    Attribute(attributes.TRANSPORT, "How a request came: `grpc` or `http`. On the processor's own health only"),
    Attribute(
        attributes.OUTCOME,
        "What became of it: `accepted`, `refused`, `skipped`, `done`, `failed`. On the processor's own health only",
    ),
    Attribute(
        attributes.REASON,
        "Why it was not counted: `late`, `duplicate`, `count_mismatch`. On the processor's own health only",
    ),
    Attribute(attributes.EXPORTER, "Where findings go: `prometheus`, `otlp`. On the processor's own health only"),
    Attribute(
        attributes.KIND,
        "What ran over its cap: `model`, `field`, `category` or `segment`. On the processor's own health only",
    ),
)
