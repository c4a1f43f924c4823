"""Findings as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from math import inf, nan

from driftline.processors.explanation.alarms import Alarm
from driftline.processors.explanation.documents import alarm_document, finding_document, told
from driftline.processors.findings import (
    Change,
    Contribution,
    Explanation,
    Finding,
    Identity,
    Kind,
    Moved,
    OutputShift,
    Reference,
    SegmentShift,
    State,
    Statistic,
    Window,
)

NOON = 1_800_000_000 * 10**9
CREDIT = Identity("credit", "7", None, "prod", (("region", "eu"),))
AGE = Finding(
    "1",
    Kind.FIELD,
    CREDIT,
    "age",
    "feature",
    State.DRIFT,
    Window(NOON - 60 * 10**9, NOON, 1000),
    inf,
    "chi2",
    (Statistic("chi2", nan, 0.0, 1e-9), Statistic("js", 0.3)),
    {"missing": 0.1},
    Reference("abc", "declared", 5000, 60.0),
    since_ns=NOON,
    why="age: ...",
    explanation=Explanation(
        (Contribution("age", "feature", inf, 0.1, 0.01, None),),
        OutputShift("score", 0.25, 0.5, 0.01),
        inf,
        (SegmentShift((("region", "eu"),), 0.5, 1.0, None, None, carries=True),),
        (Moved("over 40", 0.5, 0.75),),
        (Change("ml.model.version", "6", "7", NOON),),
    ),
)
MODEL = replace(AGE, id="0", kind=Kind.MODEL, field=None, role=None, statistics=(), drifting=("age",), explanation=None)


def test_it_is_json_whatever_figures_do_not_exist() -> None:
    document = told(MODEL, [AGE])
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["drifting"] == ["age"]
    (age,) = document["fields"]
    assert "level" not in age
    assert age["statistics"] == {"chi2": {"limit": 0.0, "p_value": 1e-9}, "js": {"score": 0.3}}
    assert age["window"] == {"start": "2027-01-15T07:59:00Z", "end": "2027-01-15T08:00:00Z", "observations": 1000}
    assert age["segment"] == {"region": "eu"}
    assert "variant" not in age


def test_an_explanation_is_told_part_by_part() -> None:
    assert finding_document(AGE)["explanation"] == {
        "output": {"name": "score", "reference": 0.25, "current": 0.5, "shift": 0.25, "error": 0.01},
        "contributions": [{"field": "age", "role": "feature", "shift": 0.1, "error": 0.01}],
        "segments": [{"segment": {"region": "eu"}, "traffic": 0.5, "share": 1.0, "carries": True}],
        "moved": [{"label": "over 40", "reference": 0.5, "current": 0.75}],
        "changed": [{"attribute": "ml.model.version", "before": "6", "after": "7", "at": "2027-01-15T08:00:00Z"}],
    }
    assert "explanation" not in finding_document(MODEL)


def test_an_alarm_that_lasts_has_no_end() -> None:
    alarm = Alarm(CREDIT, NOON, None, NOON + 10**9, 2.5, {"why": "age"})
    shown = alarm_document(alarm)
    assert (shown["begin"], shown["worst"], shown["level"], shown["why"]) == (
        "2027-01-15T08:00:00Z",
        "2027-01-15T08:00:01Z",
        2.5,
        "age",
    )
    assert "end" not in shown
    alarm.end_ns = NOON + 5 * 10**9
    assert alarm_document(alarm)["end"] == "2027-01-15T08:00:05Z"
