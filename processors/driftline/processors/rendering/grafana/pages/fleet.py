"""Every model on one page: who drifts, who is silent, who fails."""

from __future__ import annotations

from typing import Final

from driftline.processors.findings import State
from driftline.processors.rendering.grafana.pages.shared import (
    ANY_STEPS,
    ENVIRONMENTS,
    ERROR_STEPS,
    FLEET_UID,
    LEVEL_STEPS,
    MODELS,
    TO_MODEL,
    WHO,
)
from driftline.processors.rendering.grafana.promql import FLEET, error_share, least, traffic, worst
from driftline.processors.rendering.grafana.shapes import Colour, Look, Page, Panel, Query, Row, Unit
from driftline.processors.rendering.grafana.states import WORDS, in_state, state
from driftline.processors.rendering.series import ENVIRONMENT, IDENTITY, MODEL, VARIANT, VERSION
from driftline.semconv import metrics

_STATUS: Final = metrics.ML_MONITOR_STATUS
_UNJUDGED: Final = (State.NO_REFERENCE, State.WARMING_UP, State.NOT_ENOUGH_SAMPLES)

_STATS: Final = (
    Panel(
        Look.STAT,
        "Models watched",
        "Model identities: name, version, variant and environment.",
        (Query(f"count({worst(_STATUS, FLEET, *IDENTITY)})", "models"),),
        width=4,
        height=4,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.STAT,
        "In drift",
        "Models with at least one field over its limit.",
        (Query(in_state(_STATUS, FLEET, State.DRIFT), "models"),),
        width=4,
        height=4,
        steps=ANY_STEPS,
    ),
    Panel(
        Look.STAT,
        "Silent",
        "Models that are stale or send no data at all. Silent is not good.",
        (Query(in_state(_STATUS, FLEET, State.STALE, State.NO_DATA), "models"),),
        width=4,
        height=4,
        steps=((1.0, Colour.CAREFUL),),
    ),
    Panel(
        Look.STAT,
        "Without a verdict",
        "Models without a reference, still learning one, or with too few observations.",
        (Query(in_state(_STATUS, FLEET, *_UNJUDGED), "models"),),
        width=4,
        height=4,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.STAT,
        "Fields in drift",
        "Fields over their limit, summed over the models.",
        (Query(f"sum({worst(metrics.ML_DRIFT_FIELDS, FLEET, *IDENTITY)})", "fields"),),
        width=4,
        height=4,
        steps=ANY_STEPS,
    ),
    Panel(
        Look.STAT,
        "Predictions",
        "Rows predicted a second, all models together.",
        (Query(f"sum({traffic(FLEET, *IDENTITY)})", "rows"),),
        unit=Unit.ROWS_PER_SECOND,
        width=4,
        height=4,
        good=Colour.NEUTRAL,
    ),
)

_TABLE: Final = Panel(
    Look.TABLE,
    "Models",
    "One line a model identity, the worst state on top. A level over 1 is drift, or a finding of quality; of several "
    "objectives the least budget and the fastest burn; coverage is outcomes over predictions sampled for the join. "
    "Click a model to open it.",
    (
        Query(state(_STATUS, FLEET, *IDENTITY), "State"),
        Query(worst(metrics.ML_DRIFT_LEVEL, FLEET, *IDENTITY), "Worst level"),
        Query(worst(metrics.ML_DRIFT_FIELDS, FLEET, *IDENTITY), "Fields in drift"),
        Query(worst(metrics.ML_QUALITY_LEVEL, FLEET, *IDENTITY), "Worst quality"),
        Query(least(metrics.SLO_ERROR_BUDGET_REMAINING, FLEET, *IDENTITY), "Budget left", Unit.SHARE),
        Query(worst(metrics.SLO_BURN_RATE, FLEET, *IDENTITY), "Worst burn"),
        Query(traffic(FLEET, *IDENTITY), "Predictions", Unit.ROWS_PER_SECOND),
        Query(error_share(FLEET, *IDENTITY), "Errors", Unit.SHARE),
        Query(least(metrics.ML_OUTCOME_COVERAGE, FLEET, *IDENTITY), "Coverage", Unit.SHARE),
        Query(worst(metrics.ML_REFERENCE_AGE, FLEET, *IDENTITY), "Reference age", Unit.SECONDS),
    ),
    width=24,
    height=11,
    words=WORDS,
    names=((MODEL, "Model"), (VERSION, "Version"), (VARIANT, "Variant"), (ENVIRONMENT, "Environment")),
    worst_first="State",
    link=TO_MODEL,
)

_TIME: Final = (
    Panel(
        Look.TIMELINE,
        "State of every model",
        "What the processor said of each model at each look.",
        (Query(state(_STATUS, FLEET, *IDENTITY), WHO),),
        width=24,
        height=9,
        words=WORDS,
        link=TO_MODEL,
    ),
    Panel(
        Look.CHART,
        "Worst drift level",
        "The largest score / limit of any field of each model. Over 1 is drift.",
        (Query(worst(metrics.ML_DRIFT_LEVEL, FLEET, *IDENTITY), WHO),),
        steps=LEVEL_STEPS,
        line=True,
        link=TO_MODEL,
    ),
    Panel(
        Look.CHART,
        "Errors",
        "Failed rows over all rows of each model.",
        (Query(error_share(FLEET, *IDENTITY), WHO),),
        unit=Unit.SHARE,
        steps=ERROR_STEPS,
        link=TO_MODEL,
    ),
)

FLEET_PAGE: Final = Page(
    FLEET_UID,
    "Driftline / Fleet",
    "Every monitored model: its state, its worst drift, its traffic.",
    (MODELS, ENVIRONMENTS),
    (Row("Now", (*_STATS, _TABLE)), Row("Over time", _TIME)),
)
