"""One field of a model: each statistic against its limit, and what stands behind it."""

from __future__ import annotations

from typing import Final

from driftline.processors.rendering.grafana.pages.shared import (
    ENVIRONMENTS,
    FIELD_UID,
    LEVEL_STEPS,
    MARKS,
    ONE_FIELD_OF_IT,
    ONE_MODEL,
    VERSIONS,
    WHICH,
)
from driftline.processors.rendering.grafana.promql import ONE_FIELD, worst
from driftline.processors.rendering.grafana.shapes import Colour, Look, Page, Panel, Query, Row, Unit
from driftline.processors.rendering.grafana.states import WORDS, state
from driftline.processors.rendering.series import VARIANT, VERSION, series
from driftline.semconv import attributes, metrics
from driftline.semconv.prometheus import label_name

_STATISTIC: Final = label_name(attributes.ML_DRIFT_STATISTIC)
_DEFECT: Final = label_name(attributes.ML_FIELD_DEFECT)
_CHECK: Final = label_name(attributes.ML_QUALITY_CHECK)
_OUTPUT: Final = label_name(attributes.ML_DRIFT_OUTPUT)
_EACH: Final = (_STATISTIC, VERSION)
_NAMED: Final = f"{{{{{_STATISTIC}}}}} {{{{{VERSION}}}}}"
_SCORE: Final = worst(metrics.ML_DRIFT_SCORE, ONE_FIELD, *_EACH)
_LIMIT: Final = worst(metrics.ML_DRIFT_LIMIT, ONE_FIELD, *_EACH)

_STATS: Final = (
    Panel(
        Look.STAT,
        "State",
        "What the processor says of the field now.",
        (Query(state(metrics.ML_FIELD_STATUS, ONE_FIELD, VERSION, VARIANT), WHICH),),
        width=8,
        height=4,
        words=WORDS,
    ),
    Panel(
        Look.STAT,
        "Level",
        "The largest deciding score / limit. Over 1 is drift.",
        (Query(worst(metrics.ML_DRIFT_LEVEL, ONE_FIELD, VERSION, VARIANT), WHICH),),
        width=8,
        height=4,
        steps=LEVEL_STEPS,
    ),
    Panel(
        Look.STAT,
        "Observations",
        "How many observations the window holds of this field.",
        (Query(worst(metrics.ML_WINDOW_OBSERVATIONS, ONE_FIELD, VERSION, VARIANT), WHICH),),
        width=8,
        height=4,
        good=Colour.NEUTRAL,
    ),
)

_SCORES: Final = (
    Panel(
        Look.CHART,
        "Score over its limit",
        "Each deciding statistic divided by its limit: the line at 1 is where it says drift.",
        (Query(f"{_SCORE} / ({_LIMIT} > 0)", _NAMED),),
        height=9,
        steps=LEVEL_STEPS,
        line=True,
    ),
    Panel(
        Look.CHART,
        "Scores and limits",
        "The distance between the window and the reference by each statistic, and the limits of those that decide.",
        (Query(_SCORE, _NAMED), Query(_LIMIT, f"limit of {_NAMED}")),
        height=9,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "p-values",
        "The probability of a score this large had nothing changed; unadjusted, so a small one alone is no alarm.",
        (Query(f"min by ({', '.join(_EACH)}) ({series(metrics.ML_DRIFT_P_VALUE, ONE_FIELD)})", _NAMED),),
        unit=Unit.SHARE,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Error of binning",
        "The most that each score may be away from the one of the unbinned values.",
        (Query(worst(metrics.ML_DRIFT_ERROR, ONE_FIELD, *_EACH), _NAMED),),
        good=Colour.NEUTRAL,
    ),
)

_BEHIND: Final = (
    Panel(
        Look.CHART,
        "Defects",
        "The share of the values that are missing, invalid, out of range or of an unknown category.",
        (Query(worst(metrics.ML_QUALITY_DEFECT_SHARE, ONE_FIELD, _DEFECT, VERSION), f"{{{{{_DEFECT}}}}} {WHICH}"),),
        unit=Unit.SHARE,
        width=8,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Quality checks",
        "Score / limit of each check of this field's quality. Over 1 is a finding.",
        (Query(worst(metrics.ML_QUALITY_LEVEL, ONE_FIELD, _CHECK, VERSION), f"{{{{{_CHECK}}}}} {WHICH}"),),
        width=8,
        steps=LEVEL_STEPS,
        line=True,
    ),
    Panel(
        Look.CHART,
        "What it does to the output",
        "How far this field alone moves the mean of each output, in its units. Only while the model is in drift and "
        "its profile knows the output by bucket.",
        (Query(worst(metrics.ML_DRIFT_CONTRIBUTION, ONE_FIELD, _OUTPUT, VERSION), f"{{{{{_OUTPUT}}}}} {WHICH}"),),
        width=8,
        good=Colour.NEUTRAL,
    ),
)

FIELD_PAGE: Final = Page(
    FIELD_UID,
    "Driftline / Field",
    "One field of a model: every statistic against its limit, the observations and defects behind it. The bins that "
    "moved are not in Prometheus: ask `driftline explain`.",
    (ONE_MODEL, VERSIONS, ENVIRONMENTS, ONE_FIELD_OF_IT),
    (Row("Now", _STATS), Row("Scores", _SCORES), Row("Behind the scores", _BEHIND)),
    MARKS,
)
