"""What a model's page shows beside drift, and how it is drawn."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.control.beside import COHORTS, Beside, Present
from driftline.processors.control.charts import Stretch, over_time
from driftline.processors.control.details import details
from driftline.processors.control.markup import Markup
from driftline.processors.findings import (
    Comparison,
    ConceptDrift,
    Fairness,
    Figure,
    Finding,
    Group,
    Identity,
    Kind,
    Output,
    Performance,
    Signal,
    State,
    Statistic,
    Window,
)
from driftline.semconv import PerformanceKind

HOSTILE = "<script>alert(1)</script>"
CREDIT = Identity("credit", "7", segment=(("region", "eu"),))
DOCUMENT = {"model": "credit", "version": "7", "segment": {"region": "eu"}, "status": "ok", "fields": ()}
DOCUMENT |= {"why": "well.", "since": "2027-01-15T08:00:00Z"}
HOUR = 3600 * 10**9
FINAL = Performance(
    CREDIT,
    Window(0, HOUR, 500),
    2 * HOUR,
    "binary",
    PerformanceKind.REALIZED,
    (Figure("roc_auc", 0.7, 0.65, 0.75, limit=0.8, violated=True, estimated=0.8), Figure("log_loss", 0.5, 0.4, 0.6)),
    outcomes=490,
    why="490 of 500 predictions have an outcome",
)
ESTIMATE = Performance(
    CREDIT, Window(HOUR, 2 * HOUR, 500), 2 * HOUR, "binary", PerformanceKind.ESTIMATED, (Figure("roc_auc", 0.81),)
)
TREATED = Fairness(
    CREDIT,
    ("sex",),
    Window(0, HOUR, 500),
    HOUR,
    State.OK,
    (Group("female", 240, 0.3), Group(HOSTILE, 260, 0.5)),
    (Comparison("disparate_impact_ratio", 0.6, 0.5, 0.7, HOSTILE, 0.8, violated=True),),
    why="sex: too far apart.",
)
ROWS = Finding(
    "1",
    Kind.ROWS,
    CREDIT,
    None,
    None,
    State.DRIFT,
    Window(0, HOUR, 500),
    statistics=(Statistic("mmd", 0.01, 0.02, 0.3), Statistic("pairs", 0.5, 0.3, 0.0001)),
    why=f"500 rows differ, most in {HOSTILE}",
)
CHANGED = ConceptDrift(
    CREDIT, Window(0, HOUR, 490), HOUR, State.DRIFT, (Signal("cusum", detected=True, score=12.0, limit=9.0),), 0.31
)


def _page(beside: Beside) -> str:
    return "".join(details({"identities": [DOCUMENT]}, (), lambda _: beside))


def _lines(chart: Markup, kind: str) -> list[dict[str, str]]:
    return [each.attrib for each in ET.fromstring(chart).iter("line") if each.get("class") == kind]


def test_each_identity_gets_what_is_its_own() -> None:
    other = replace(CREDIT, segment=(("region", "us"),))
    outputs: list[Output] = [ESTIMATE, TREATED, ROWS, CHANGED, replace(ROWS, kind=Kind.QUALITY)]
    foreign: list[Output] = [replace(each, identity=other) for each in (ESTIMATE, TREATED, ROWS)]
    asked = []

    def cohorts(model: str, most: int) -> list[Performance]:
        asked.append((model, most))
        return [FINAL, replace(FINAL, identity=other)]

    of = Present(lambda: [*outputs, *foreign], cohorts).of("credit")
    assert of(DOCUMENT) == Beside((FINAL,), ESTIMATE, (TREATED,), (ROWS,), (CHANGED,))
    assert of({"model": "credit", "version": "8"}) == Beside()
    assert asked == [("credit", COHORTS)]


def test_performance_says_the_newest_of_each_kind_the_error_of_the_estimate_and_the_verdict() -> None:
    older = replace(FINAL, window=Window(-HOUR, 0, 500), figures=(Figure("roc_auc", 0.79, estimated=0.8),))
    page = _page(Beside((older, FINAL), ESTIMATE))
    said = "realized 0.700 (0.650 to 0.750); its estimate was 0.800, off by +0.100; estimated now 0.810"
    assert said in page
    assert "beyond its limit" in page
    assert "<b>realized</b> 490 of 500 predictions have an outcome" in page
    assert page.index("roc_auc") < page.index("log_loss"), "what can be estimated is known soonest"


def test_nothing_is_said_of_what_nobody_asks_for() -> None:
    page = _page(Beside())
    assert not re.search("Performance|Concept drift|groups|Whole rows", page)


def test_groups_rows_and_errors_are_told_with_their_figures() -> None:
    page = _page(Beside(fairness=(TREATED,), rows=(ROWS,), concept=(CHANGED,)))
    for said in ("beyond a limit", "0.600", "0.500 to 0.700", "female 240", "31.0% errors", "cusum", "this cohort"):
        assert said in page
    assert page.index("pairs") < page.index("mmd"), "what is over its limit stands first"


def test_no_name_that_arrives_becomes_markup() -> None:
    hostile = replace(FINAL, figures=(Figure(HOSTILE, 0.5),), why=HOSTILE)
    page = _page(Beside((hostile,), None, (TREATED,), (ROWS,), (replace(CHANGED, why=HOSTILE),)))
    assert "<script" not in page
    assert page.count("&lt;script") >= 5


VALUES = st.floats(-1e6, 1e6)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**6), VALUES, VALUES), min_size=1), VALUES)
def test_every_line_lies_on_the_drawing_and_a_higher_value_higher(
    drawn: list[tuple[int, int, float, float]], limit: float
) -> None:
    stretches = [
        Stretch(start, start + length, "realized", value, min(value, other), max(value, other), other)
        for start, length, value, other in drawn
    ]
    chart = over_time(stretches, limit)
    _, _, width, height = map(float, ET.fromstring(chart).attrib["viewBox"].split())
    values = [float(line["y1"]) for line in _lines(chart, "realized")]
    ends = [(float(line["x1"]), float(line["x2"])) for line in _lines(chart, "realized")]
    assert all(0 <= at <= height for at in values)
    assert all(0 <= left < right <= width for left, right in ends)
    ranked = sorted(zip((each.value for each in stretches), values, strict=True))
    assert [at for _, at in ranked] == pytest.approx(sorted(values, reverse=True), abs=0.1)


def test_the_error_of_an_estimate_is_the_line_between_it_and_the_value() -> None:
    chart = over_time(
        [Stretch(0, HOUR, "realized", 0.7, 0.65, 0.75, 0.8), Stretch(HOUR, 2 * HOUR, "estimated", 0.8, None, None)]
    )
    (error,) = _lines(chart, "error")
    (value,), (then, now) = _lines(chart, "realized"), _lines(chart, "estimated")
    assert (error["y1"], error["y2"]) == (then["y1"], value["y1"])
    assert then["y1"] == now["y1"]
    assert "realized 0.7, 0.65 to 0.75; estimated 0.8" in chart
