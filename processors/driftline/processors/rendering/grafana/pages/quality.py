"""The quality of one model's data: every check against its limit, and the defects of every field."""

from __future__ import annotations

from typing import Final

from driftline.processors.rendering.grafana.pages.shared import (
    ANY_STEPS,
    ENVIRONMENTS,
    LEVEL_STEPS,
    MARKS,
    ONE_MODEL,
    QUALITY_UID,
    TO_FIELD,
    VERSIONS,
)
from driftline.processors.rendering.grafana.promql import ONE, worst
from driftline.processors.rendering.grafana.shapes import Colour, Look, Page, Panel, Query, Row, Unit, Word
from driftline.processors.rendering.series import FIELD, ROLE
from driftline.semconv import attributes, metrics
from driftline.semconv.prometheus import label_name

_CHECK: Final = label_name(attributes.ML_QUALITY_CHECK)
_DEFECT: Final = label_name(attributes.ML_FIELD_DEFECT)
_LEVEL: Final = worst(metrics.ML_QUALITY_LEVEL, ONE, _CHECK, FIELD, ROLE)
_DETECTED: Final = worst(metrics.ML_QUALITY_DETECTED, ONE, _CHECK, FIELD, ROLE)
_SHARE: Final = worst(metrics.ML_QUALITY_DEFECT_SHARE, ONE, FIELD, ROLE, _DEFECT)
_NAMED: Final = f"{{{{{_CHECK}}}}} {{{{{FIELD}}}}}"
_FOUND: Final = (Word(0, "ok", Colour.GOOD), Word(1, "found", Colour.BAD))

_STATS: Final = (
    Panel(
        Look.STAT,
        "Findings",
        "Checks over their limit, of fields and of the model as a whole.",
        (Query(f"sum({_DETECTED})", "checks"),),
        width=8,
        height=4,
        steps=ANY_STEPS,
    ),
    Panel(
        Look.STAT,
        "Worst level",
        "The largest score / limit of any check. Over 1 is a finding.",
        (Query(f"max({_LEVEL})", "level"),),
        width=8,
        height=4,
        steps=LEVEL_STEPS,
    ),
    Panel(
        Look.STAT,
        "Worst defect",
        "The largest share of one defect in one field.",
        (Query(f"max({_SHARE})", "share"),),
        unit=Unit.SHARE,
        width=8,
        height=4,
        good=Colour.NEUTRAL,
    ),
)

_CHECKS: Final = (
    Panel(
        Look.TIMELINE,
        "Checks",
        "Each check of each field at each look; of several versions the worst. Without a field: of the whole model.",
        (Query(_DETECTED, _NAMED),),
        height=12,
        words=_FOUND,
        link=TO_FIELD,
    ),
    Panel(
        Look.CHART,
        "Levels",
        "Score / limit of each check. Over 1 is a finding.",
        (Query(_LEVEL, _NAMED),),
        height=12,
        steps=LEVEL_STEPS,
        line=True,
        link=TO_FIELD,
    ),
)

_DEFECTS: Final = (
    Panel(
        Look.CHART,
        "Defects by field",
        "That defect / (observations + missing + invalid).",
        (Query(_SHARE, f"{{{{{FIELD}}}}} {{{{{_DEFECT}}}}}"),),
        unit=Unit.SHARE,
        height=10,
        good=Colour.NEUTRAL,
        link=TO_FIELD,
    ),
    Panel(
        Look.TABLE,
        "Defects now",
        "The share of every defect in every field.",
        (Query(_SHARE, "Share", Unit.SHARE),),
        height=10,
        names=((FIELD, "Field"), (ROLE, "Role"), (_DEFECT, "Defect")),
        link=TO_FIELD,
    ),
)

QUALITY_PAGE: Final = Page(
    QUALITY_UID,
    "Driftline / Quality",
    "The quality of one model's data: checks against their limits, defects of every field.",
    (ONE_MODEL, VERSIONS, ENVIRONMENTS),
    (Row("Now", _STATS), Row("Checks", _CHECKS), Row("Defects", _DEFECTS)),
    MARKS,
)
