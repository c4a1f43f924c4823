"""The promises of one model: each objective, what is left of its error budget, how fast it burns."""

from __future__ import annotations

from typing import Final

from driftline.processors.rendering.grafana.pages.shared import (
    BURN_STEPS,
    ENVIRONMENTS,
    LEFT_STEPS,
    MARKS,
    ONE_MODEL,
    SLO_UID,
    VERSIONS,
)
from driftline.processors.rendering.grafana.promql import ONE, least, objective_events, worst
from driftline.processors.rendering.grafana.shapes import Colour, Look, Page, Panel, Query, Row, Unit, Variable
from driftline.processors.rendering.series import MODEL, RESULT, SLO, series
from driftline.semconv import attributes, metrics
from driftline.semconv.prometheus import label_name

_WINDOW: Final = label_name(attributes.SLO_WINDOW)
_WHERE: Final = f'{ONE},{SLO}=~"$slo"'
_OBJECTIVES: Final = Variable("slo", "Objective", series(metrics.SLO_OBJECTIVE, f'{MODEL}="$model"'), SLO)
_LEFT: Final = least(metrics.SLO_ERROR_BUDGET_REMAINING, _WHERE, SLO)
_NAMED: Final = f"{{{{{SLO}}}}}"

_NOW: Final = (
    Panel(
        Look.STAT,
        "Budget left",
        "The share of each error budget that is left: 1 is untouched, below 0 overspent.",
        (Query(_LEFT, _NAMED),),
        unit=Unit.SHARE,
        width=24,
        height=5,
        steps=LEFT_STEPS,
        good=Colour.BAD,
    ),
    Panel(
        Look.TABLE,
        "Objectives",
        "What is promised, what was seen, what is left, and the fastest burn of any window. Not shown is not known: an "
        "objective without events yet.",
        (
            Query(worst(metrics.SLO_OBJECTIVE, _WHERE, SLO), "Promised", Unit.SHARE),
            Query(least(metrics.SLO_SLI, _WHERE, SLO), "Seen", Unit.SHARE),
            Query(_LEFT, "Budget left", Unit.SHARE),
            Query(worst(metrics.SLO_BURN_RATE, _WHERE, SLO), "Fastest burn"),
        ),
        width=24,
        names=((SLO, "Objective"),),
    ),
)

_TIME: Final = (
    Panel(
        Look.CHART,
        "Budget left over time",
        "The share of each error budget that is left.",
        (Query(_LEFT, _NAMED),),
        unit=Unit.SHARE,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Burn rate",
        "How many times faster than allowed each budget burns, by window. Which rate pages depends on the objective: "
        "`driftline validate` prints it.",
        (Query(worst(metrics.SLO_BURN_RATE, _WHERE, SLO, _WINDOW), f"{_NAMED} {{{{{_WINDOW}}}}}"),),
        steps=BURN_STEPS,
    ),
    Panel(
        Look.CHART,
        "Share of good events",
        "What was seen over the budget's window, beside what is promised.",
        (
            Query(least(metrics.SLO_SLI, _WHERE, SLO), f"{_NAMED} seen"),
            Query(worst(metrics.SLO_OBJECTIVE, _WHERE, SLO), f"{_NAMED} promised"),
        ),
        unit=Unit.SHARE,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Events",
        "Events a second of the objectives the processor decides itself, by result. Unknown is neither good nor bad.",
        (Query(objective_events(_WHERE, SLO, RESULT), f"{_NAMED} {{{{{RESULT}}}}}"),),
        unit=Unit.PER_SECOND,
        good=Colour.NEUTRAL,
    ),
)

SLO_PAGE: Final = Page(
    SLO_UID,
    "Driftline / Objectives",
    "The promises of one model: each objective, what is left of its error budget, how fast it burns.",
    (ONE_MODEL, VERSIONS, ENVIRONMENTS, _OBJECTIVES),
    (Row("Now", _NOW), Row("Over time", _TIME)),
    MARKS,
)
