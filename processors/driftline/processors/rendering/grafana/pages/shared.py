"""What the dashboards have in common: who they are, choices at the top, marks in the charts, thresholds, links."""

from __future__ import annotations

from typing import Final

from driftline.processors.findings import State
from driftline.processors.rendering.grafana.promql import ONE, worst
from driftline.processors.rendering.grafana.shapes import Annotation, Colour, Link, Told, Variable
from driftline.processors.rendering.series import (
    ENVIRONMENT,
    FIELD,
    METRIC,
    MODEL,
    SLO,
    STATE,
    VARIANT,
    VERSION,
    series,
)
from driftline.semconv import metrics

FLEET_UID: Final = "driftline-fleet"
MODEL_UID: Final = "driftline-model"
FIELD_UID: Final = "driftline-field"
QUALITY_UID: Final = "driftline-quality"
PERFORMANCE_UID: Final = "driftline-performance"
SEGMENTS_UID: Final = "driftline-segments"
SLO_UID: Final = "driftline-slo"
HEALTH_UID: Final = "driftline-health"

LEVEL_STEPS: Final = ((0.8, Colour.CAREFUL), (1.0, Colour.BAD))
BURN_STEPS: Final = ((1.0, Colour.CAREFUL), (6.0, Colour.BAD))
LEFT_STEPS: Final = ((0.0, Colour.CAREFUL), (0.25, Colour.GOOD))
ANY_STEPS: Final = ((1.0, Colour.BAD),)
ERROR_STEPS: Final = ((0.01, Colour.CAREFUL), (0.05, Colour.BAD))

_STATUS: Final = metrics.ML_MONITOR_STATUS
MODELS: Final = Variable("model", "Model", series(_STATUS), MODEL)
ONE_MODEL: Final = Variable("model", "Model", series(_STATUS), MODEL, many=False)
ENVIRONMENTS: Final = Variable("environment", "Environment", series(_STATUS), ENVIRONMENT)
VERSIONS: Final = Variable("version", "Version", series(_STATUS, f'{MODEL}="$model"'), VERSION)
ONE_FIELD_OF_IT: Final = Variable(
    "field", "Field", series(metrics.ML_FIELD_STATUS, f'{MODEL}="$model",{FIELD}!=""'), FIELD, many=False
)
ONE_METRIC: Final = Variable(
    "metric", "Metric", series(metrics.ML_PERFORMANCE_SCORE, f'{MODEL}="$model"'), METRIC, many=False
)

NEW_VERSION: Final = Annotation(
    "New versions",
    f"{worst(_STATUS, ONE, MODEL, VERSION)} unless max by ({MODEL}, {VERSION}) ({series(_STATUS, ONE)} offset 2m)",
    Colour.NEUTRAL,
    f"{{{{{MODEL}}}}} {{{{{VERSION}}}}} is seen",
)
ALARM: Final = Annotation(
    "Drift alarms",
    worst(_STATUS, f'{ONE},{STATE}="{State.DRIFT.value}"', MODEL, VERSION, VARIANT) + " > 0",
    Colour.BAD,
    f"{{{{{MODEL}}}}} {{{{{VERSION}}}}} drifts",
)
PUSHED: Final = Told("Told by the processor", ("driftline", "model:$model"), Colour.CAREFUL)
MARKS: Final = (NEW_VERSION, ALARM, PUSHED)

TO_MODEL: Final = Link("Open this model", MODEL_UID, (("model", MODEL), ("version", VERSION)))
TO_FIELD: Final = Link("Open this field", FIELD_UID, (("field", FIELD),))
TO_OBJECTIVE: Final = Link("Open this objective", SLO_UID, (("slo", SLO),))
WHO: Final = f"{{{{{MODEL}}}}} {{{{{VERSION}}}}} {{{{{VARIANT}}}}} {{{{{ENVIRONMENT}}}}}"
WHICH: Final = f"{{{{{VERSION}}}}} {{{{{VARIANT}}}}}"
