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

ML_PREDICTION_VALUE: Final = "ml.prediction.value"
"""The predicted class or number; an array for a batch. Only with capture on."""

ML_PREDICTION_SCORE: Final = "ml.prediction.score"
"""The predicted probability or margin; an array for a batch. Only with capture on."""

ML_FEATURE_PREFIX: Final = "ml.feature."
"""Prefix of a captured feature: `ml.feature.age`. Only for allow-listed features, only with capture on."""

ML_REFERENCE_ID: Final = "ml.reference.id"
"""The reference distribution a window is compared with: the hash of its content."""

ML_REFERENCE_KIND: Final = "ml.reference.kind"
"""Where the reference came from: `declared`, `announced`, `learned`, `trailing` or `seasonal`."""

ML_DRIFT_STATISTIC: Final = "ml.drift.statistic"
"""The statistic a score belongs to: `psi`, `js`, `hellinger`, `tv`, `ks`, `wasserstein` or `chi2`."""

ML_MONITOR_STATE: Final = "ml.monitor.state"
"""The state of a field or of a model: `ok`, `drift`, `no_data`, ..."""
