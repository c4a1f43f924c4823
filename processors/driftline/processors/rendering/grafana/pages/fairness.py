"""How fairly a model treats groups of people: a row of the page of segments."""

from __future__ import annotations

from typing import Final

from driftline.processors.rendering.grafana.promql import ONE, least, worst
from driftline.processors.rendering.grafana.shapes import Colour, Look, Panel, Query, Row, Variable
from driftline.processors.rendering.series import MODEL, VERSION, series
from driftline.semconv import attributes, metrics
from driftline.semconv.prometheus import label_name

_ATTRIBUTE: Final = label_name(attributes.ML_FAIRNESS_ATTRIBUTE)
_COMPARED: Final = label_name(attributes.ML_FAIRNESS_METRIC)
_GROUP: Final = label_name(attributes.ML_FAIRNESS_GROUP)
_OF_MODEL: Final = f'{MODEL}="$model"'
_CHOICE_OF_GROUPS: Final = Variable(
    "attribute", "Groups by", series(metrics.ML_FAIRNESS_OBSERVATIONS, _OF_MODEL), _ATTRIBUTE, many=False
)
_CHOICE_OF_METRIC: Final = Variable(
    "fairness", "Compared by", series(metrics.ML_FAIRNESS_SCORE, _OF_MODEL), _COMPARED, many=False
)
_GROUPS: Final = f'{ONE},{_ATTRIBUTE}="$attribute"'
_CHOSEN: Final = f'{_GROUPS},{_COMPARED}="$fairness"'
_EACH: Final = (_COMPARED, _GROUP, VERSION)
_WHOM: Final = f"{{{{{_GROUP}}}}} {{{{{VERSION}}}}}"

_PANELS: Final = (
    Panel(
        Look.TABLE,
        "How groups are treated",
        "Every comparison of the groups by the chosen attribute, with its 95 % interval and its limit; findings on "
        "top. Without a group: of all groups together. Groups too small to be compared are only counted, below.",
        (
            Query(least(metrics.ML_FAIRNESS_SCORE, _GROUPS, *_EACH), "Value"),
            Query(least(metrics.ML_FAIRNESS_LOWER, _GROUPS, *_EACH), "Lower"),
            Query(worst(metrics.ML_FAIRNESS_UPPER, _GROUPS, *_EACH), "Upper"),
            Query(worst(metrics.ML_FAIRNESS_LIMIT, _GROUPS, *_EACH), "Limit"),
            Query(worst(metrics.ML_FAIRNESS_DETECTED, _GROUPS, *_EACH), "Finding"),
        ),
        width=24,
        names=((_COMPARED, "Compared by"), (_GROUP, "Group"), (VERSION, "Version")),
        worst_first="Finding",
    ),
    Panel(
        Look.CHART,
        "$fairness",
        "The chosen comparison over time, of each group where it is of one, and where a finding begins: a ratio below "
        "the limit, a difference above it.",
        (
            Query(least(metrics.ML_FAIRNESS_SCORE, _CHOSEN, _GROUP, VERSION), _WHOM),
            Query(f"max({series(metrics.ML_FAIRNESS_LIMIT, _CHOSEN)})", "limit", colour=Colour.BAD),
        ),
        width=8,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "95 % interval of $fairness",
        "The ends of the interval. A finding needs the whole of it beyond the limit.",
        (
            Query(least(metrics.ML_FAIRNESS_LOWER, _CHOSEN, _GROUP, VERSION), f"{_WHOM}, lower"),
            Query(worst(metrics.ML_FAIRNESS_UPPER, _CHOSEN, _GROUP, VERSION), f"{_WHOM}, upper"),
        ),
        width=8,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Predictions of each group",
        "How many predictions of each group stand behind the comparisons.",
        (Query(worst(metrics.ML_FAIRNESS_OBSERVATIONS, _GROUPS, _GROUP, VERSION), _WHOM),),
        width=8,
        good=Colour.NEUTRAL,
    ),
)

FAIRNESS: Final = Row("Fairness", _PANELS)
FAIRNESS_CHOICES: Final = (_CHOICE_OF_GROUPS, _CHOICE_OF_METRIC)
