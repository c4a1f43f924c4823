"""One model: its state, its traffic, and the drift of its fields over time."""

from __future__ import annotations

from typing import Final

from driftline.processors.rendering.grafana.pages.shared import (
    ANY_STEPS,
    BURN_STEPS,
    ENVIRONMENTS,
    ERROR_STEPS,
    LEFT_STEPS,
    LEVEL_STEPS,
    MARKS,
    MODEL_UID,
    ONE_MODEL,
    TO_FIELD,
    TO_OBJECTIVE,
    VERSIONS,
    WHICH,
)
from driftline.processors.rendering.grafana.promql import ONE, error_share, latency, least, traffic, worst
from driftline.processors.rendering.grafana.shapes import Colour, Look, Page, Panel, Query, Row, Unit
from driftline.processors.rendering.grafana.states import WORDS, state
from driftline.processors.rendering.series import ERROR, FIELD, ROLE, SLO, VARIANT, VERSION
from driftline.semconv import attributes, metrics
from driftline.semconv.prometheus import label_name

_BY: Final = (VERSION, VARIANT)
_OUTPUT: Final = label_name(attributes.ML_DRIFT_OUTPUT)
_ROWS_STATISTIC: Final = label_name(attributes.ML_ROWS_STATISTIC)
_ROWS_P_VALUE: Final = least(metrics.ML_ROWS_P_VALUE, ONE, _ROWS_STATISTIC, FIELD, VERSION)
_WHAT: Final = f"{{{{{FIELD}}}}} ({{{{{ROLE}}}}})"

_STATS: Final = (
    Panel(
        Look.STAT,
        "State",
        "What the processor says of each version now.",
        (Query(state(metrics.ML_MONITOR_STATUS, ONE, *_BY), WHICH),),
        width=6,
        height=4,
        words=WORDS,
    ),
    Panel(
        Look.STAT,
        "Worst level",
        "The largest score / limit of any field. Over 1 is drift.",
        (Query(f"max({worst(metrics.ML_DRIFT_LEVEL, ONE, *_BY)})", "level"),),
        width=3,
        height=4,
        steps=LEVEL_STEPS,
    ),
    Panel(
        Look.STAT,
        "Fields in drift",
        "Fields over their limit.",
        (Query(f"max({worst(metrics.ML_DRIFT_FIELDS, ONE, *_BY)})", "fields"),),
        width=3,
        height=4,
        steps=ANY_STEPS,
    ),
    Panel(
        Look.STAT,
        "Worst quality",
        "The largest score / limit of any check of the data's quality. Over 1 is a finding.",
        (Query(f"max({worst(metrics.ML_QUALITY_LEVEL, ONE, *_BY)})", "level"),),
        width=3,
        height=4,
        steps=LEVEL_STEPS,
    ),
    Panel(
        Look.STAT,
        "Budget left",
        "The share of the error budget that is left; of several objectives the least.",
        (Query(f"min({least(metrics.SLO_ERROR_BUDGET_REMAINING, ONE, SLO)})", "left"),),
        unit=Unit.SHARE,
        width=3,
        height=4,
        steps=LEFT_STEPS,
        good=Colour.BAD,
    ),
    Panel(
        Look.STAT,
        "Errors",
        "Failed rows over all rows; the worst version.",
        (Query(f"max({error_share(ONE, *_BY)})", "errors"),),
        unit=Unit.SHARE,
        width=3,
        height=4,
        steps=ERROR_STEPS,
    ),
    Panel(
        Look.STAT,
        "Reference age",
        "How long ago the reference was made or first seen; the oldest.",
        (Query(f"max({worst(metrics.ML_REFERENCE_AGE, ONE, *_BY)})", "age"),),
        unit=Unit.SECONDS,
        width=3,
        height=4,
        good=Colour.NEUTRAL,
    ),
)

_DRIFT: Final = (
    Panel(
        Look.TIMELINE,
        "Fields and their states",
        "The state of each field at each look; of several versions the worst. Click one to open it.",
        (Query(state(metrics.ML_FIELD_STATUS, ONE, FIELD, ROLE), _WHAT),),
        height=12,
        words=WORDS,
        link=TO_FIELD,
    ),
    Panel(
        Look.TIMELINE,
        "Heat of the levels",
        "The level of each field, coloured: from 0.8 close to its limit, from 1 in drift.",
        (Query(worst(metrics.ML_DRIFT_LEVEL, ONE, FIELD, ROLE), _WHAT),),
        height=12,
        steps=LEVEL_STEPS,
        link=TO_FIELD,
    ),
    Panel(
        Look.TABLE,
        "Fields now",
        "Level, observations behind it and the share of missing values of each field.",
        (
            Query(state(metrics.ML_FIELD_STATUS, ONE, FIELD, ROLE), "State"),
            Query(worst(metrics.ML_DRIFT_LEVEL, ONE, FIELD, ROLE), "Level"),
            Query(worst(metrics.ML_WINDOW_OBSERVATIONS, ONE, FIELD, ROLE), "Observations"),
            Query(worst(metrics.ML_QUALITY_DEFECT_SHARE, ONE, FIELD, ROLE), "Worst defect", Unit.SHARE),
        ),
        height=10,
        words=WORDS,
        names=((FIELD, "Field"), (ROLE, "Role")),
        worst_first="Level",
        link=TO_FIELD,
    ),
    Panel(
        Look.CHART,
        "What moves the output",
        "How far each field alone moves the mean of an output, in its units; the ten largest. Only while the model is "
        "in drift and its profile knows the output by bucket.",
        (
            Query(
                f"topk(10, {worst(metrics.ML_DRIFT_CONTRIBUTION, ONE, FIELD, _OUTPUT)})",
                f"{{{{{FIELD}}}}} on {{{{{_OUTPUT}}}}}",
            ),
        ),
        height=10,
        good=Colour.NEUTRAL,
        link=TO_FIELD,
    ),
)

_ROWS: Final = (
    Panel(
        Look.CHART,
        "p-values of whole rows",
        "The probability of rows this far from the reference's had nothing changed, by statistic, and of embeddings by "
        "field; unadjusted, so a small one alone is no alarm. Fields may change together while none does by itself. "
        "Only with `rows` in the monitor, and capture in the model.",
        (Query(_ROWS_P_VALUE, f"{{{{{_ROWS_STATISTIC}}}}} {{{{{FIELD}}}}} {{{{{VERSION}}}}}"),),
        unit=Unit.SHARE,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Rows compared",
        "How many sampled rows of the window stand behind the scores.",
        (Query(worst(metrics.ML_ROWS_OBSERVATIONS, ONE, FIELD, VERSION), f"{{{{{FIELD}}}}} {{{{{VERSION}}}}}"),),
        good=Colour.NEUTRAL,
    ),
)

_OBJECTIVES: Final = (
    Panel(
        Look.CHART,
        "Budget left",
        "The share of each error budget that is left: 1 is untouched, below 0 overspent.",
        (Query(least(metrics.SLO_ERROR_BUDGET_REMAINING, ONE, SLO), f"{{{{{SLO}}}}}"),),
        unit=Unit.SHARE,
        good=Colour.NEUTRAL,
        link=TO_OBJECTIVE,
    ),
    Panel(
        Look.CHART,
        "Fastest burn",
        "How many times faster than allowed each budget burns; of its windows the fastest.",
        (Query(worst(metrics.SLO_BURN_RATE, ONE, SLO), f"{{{{{SLO}}}}}"),),
        steps=BURN_STEPS,
        link=TO_OBJECTIVE,
    ),
)

_RED: Final = (
    Panel(
        Look.CHART,
        "Rate",
        "Rows predicted a second, by version.",
        (Query(traffic(ONE, *_BY), WHICH),),
        unit=Unit.ROWS_PER_SECOND,
        width=8,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Errors by type",
        "Failed rows a second, by type; nothing is drawn before the first failure.",
        (Query(traffic(f'{ONE},{ERROR}!=""', ERROR), f"{{{{{ERROR}}}}}"),),
        unit=Unit.ROWS_PER_SECOND,
        width=8,
        good=Colour.BAD,
    ),
    Panel(
        Look.CHART,
        "Duration",
        "Quantiles of the duration of a prediction, interpolated in the histogram's buckets.",
        tuple(Query(latency(quantile, ONE, *_BY), f"p{quantile * 100:.0f} {WHICH}") for quantile in (0.5, 0.95, 0.99)),
        unit=Unit.SECONDS,
        width=8,
        good=Colour.NEUTRAL,
    ),
)

MODEL_PAGE: Final = Page(
    MODEL_UID,
    "Driftline / Model",
    "One model: state, drift of every field, objectives, rate, errors and duration.",
    (ONE_MODEL, VERSIONS, ENVIRONMENTS),
    (
        Row("Now", _STATS),
        Row("Drift", _DRIFT),
        Row("Drift of whole rows", _ROWS),
        Row("Objectives", _OBJECTIVES),
        Row("Traffic", _RED),
    ),
    MARKS,
)
