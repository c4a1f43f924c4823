"""The parts of one model's traffic: who drifts, who is served worse, who is missing; and how fair the model is."""

from __future__ import annotations

from typing import Final

from driftline.processors.findings import State
from driftline.processors.rendering.grafana.pages.fairness import FAIRNESS, FAIRNESS_CHOICES
from driftline.processors.rendering.grafana.pages.shared import (
    ANY_STEPS,
    ENVIRONMENTS,
    LEVEL_STEPS,
    MARKS,
    ONE_METRIC,
    ONE_MODEL,
    SEGMENTS_UID,
    VERSIONS,
)
from driftline.processors.rendering.grafana.promql import ONE, SEGMENT, by_segment, error_share, traffic, worst
from driftline.processors.rendering.grafana.shapes import (
    Colour,
    LabelNames,
    Look,
    Page,
    Panel,
    Query,
    Row,
    Unit,
)
from driftline.processors.rendering.grafana.states import WORDS, state
from driftline.processors.rendering.series import (
    ENVIRONMENT,
    ERROR,
    FIELD,
    KIND,
    METRIC,
    MODEL,
    STATE,
    VARIANT,
    VERSION,
    series,
)
from driftline.semconv import metrics

_STATUS: Final = metrics.ML_MONITOR_STATUS
_SEGMENTS: Final = LabelNames(
    "segment",
    "Segment",
    series(_STATUS).removesuffix("{}"),
    (MODEL, VERSION, VARIANT, ENVIRONMENT, STATE, FIELD, ERROR, "__name__", "job", "instance"),
)
_NAMED: Final = f"{{{{{SEGMENT}}}}} {{{{{VERSION}}}}}"
_STATES: Final = by_segment(lambda *by: state(_STATUS, ONE, *by), VERSION)
_LEVEL: Final = by_segment(lambda *by: worst(metrics.ML_DRIFT_LEVEL, ONE, *by), VERSION)
_TRAFFIC: Final = by_segment(lambda *by: traffic(ONE, *by), VERSION)
_IN_DRIFT: Final = by_segment(lambda *by: worst(_STATUS, f'{ONE},{STATE}="{State.DRIFT}"', *by), VERSION)
_SCORE: Final = by_segment(
    lambda *by: worst(metrics.ML_PERFORMANCE_SCORE, f'{ONE},{METRIC}="$metric"', KIND, *by), VERSION
)

_NOW: Final = (
    Panel(
        Look.STAT,
        "Segments in drift",
        "Segments, of each version, with at least one field over its limit.",
        (Query(f"sum({_IN_DRIFT})", "segments"),),
        width=8,
        height=4,
        steps=ANY_STEPS,
    ),
    Panel(
        Look.STAT,
        "Worst level",
        "The largest score / limit of any field in any segment. Over 1 is drift.",
        (Query(f"max({_LEVEL})", "level"),),
        width=8,
        height=4,
        steps=LEVEL_STEPS,
    ),
    Panel(
        Look.STAT,
        "Smallest segment",
        "Rows a second of the segment with the least traffic.",
        (Query(f"min({_TRAFFIC})", "rows"),),
        unit=Unit.ROWS_PER_SECOND,
        width=8,
        height=4,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.TABLE,
        "Segments",
        "One line a value of the chosen segment, the worst level on top; of combinations with other segments the "
        "worst.",
        (
            Query(_STATES, "State"),
            Query(_LEVEL, "Worst level"),
            Query(_TRAFFIC, "Predictions", Unit.ROWS_PER_SECOND),
            Query(by_segment(lambda *by: error_share(ONE, *by), VERSION), "Errors", Unit.SHARE),
        ),
        width=24,
        height=10,
        words=WORDS,
        names=((SEGMENT, "Segment"), (VERSION, "Version")),
        worst_first="Worst level",
    ),
)

_TIME: Final = (
    Panel(
        Look.TIMELINE,
        "State of every segment",
        "What the processor said of each segment at each look.",
        (Query(_STATES, _NAMED),),
        words=WORDS,
    ),
    Panel(
        Look.CHART,
        "Worst drift level",
        "The largest score / limit of any field in each segment. Over 1 is drift.",
        (Query(_LEVEL, _NAMED),),
        steps=LEVEL_STEPS,
        line=True,
    ),
    Panel(
        Look.CHART,
        "Volume",
        "Rows predicted a second in each segment. One that falls to nothing is not served, or not called so any more.",
        (Query(_TRAFFIC, _NAMED),),
        unit=Unit.ROWS_PER_SECOND,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "$metric by segment",
        "The chosen metric of each segment, final, provisional and estimated. Small segments have wide intervals: see "
        "the count of predictions on the performance page before you judge.",
        (Query(_SCORE, f"{{{{{KIND}}}}} {_NAMED}"),),
        good=Colour.NEUTRAL,
    ),
)

SEGMENTS_PAGE: Final = Page(
    SEGMENTS_UID,
    "Driftline / Segments and fairness",
    "The parts of one model's traffic: drift, volume and performance of each, and how fairly groups are treated.",
    (ONE_MODEL, VERSIONS, ENVIRONMENTS, _SEGMENTS, ONE_METRIC, *FAIRNESS_CHOICES),
    (Row("Now", _NOW), Row("Over time", _TIME), FAIRNESS),
    MARKS,
)
