"""The one sentence a person reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from driftline.processors.explanation.sentence import lead_of, sentence
from driftline.processors.findings import (
    Change,
    Contribution,
    Explanation,
    Finding,
    Identity,
    Kind,
    Moved,
    OutputShift,
    SegmentShift,
    State,
    Statistic,
    Window,
)
from driftline.semconv import attributes

NOON = 1_800_000_000 * 10**9
CREDIT = Identity("credit", "7")
AIRLINE = Finding(
    "1",
    Kind.FIELD,
    CREDIT,
    "airline",
    "feature",
    State.DRIFT,
    Window(0, NOON, 1000),
    20.5,
    "psi",
    (Statistic("psi", 0.41, 0.02), Statistic("js", 0.3)),
    explanation=Explanation(moved=(Moved("US", 0.069, 0.0), Moved("AA", 0.092, 0.159), Moved("DL", 0.2, 0.2))),
)
HOUR = replace(AIRLINE, id="2", field="hour", level=1.5, explanation=None)
CALM = replace(AIRLINE, id="3", field="plan", status=State.OK, level=0.2)
WHOLE = Explanation(
    (Contribution("airline", "feature", 20.5, 0.03, 0.002, 0.8), Contribution("hour", "feature", 1.5, 0.001, 0.002)),
    OutputShift("score", 0.3, 0.3375, 0.003),
    0.83,
    (
        SegmentShift((("region", "eu"),), 0.3, 0.75, 0.75, 0.0, carries=True),
        SegmentShift((("region", "us"),), 0.7, 0.25),
    ),
    changed=(Change(attributes.ML_MODEL_VERSION, "6", "7", NOON - 300 * 10**9),),
)
MODEL = Finding(
    "0", Kind.MODEL, CREDIT, None, None, State.DRIFT, Window(0, NOON, 1000), since_ns=NOON, explanation=WHOLE
)


def test_it_says_what_since_when_how_far_who_and_what_changed() -> None:
    assert sentence(MODEL, [CALM, AIRLINE], NOON) == (
        "credit 7 drifts since 08:00 UTC: `airline` (psi 0.41, limit 0.02): US fell from 6.9 % to 0, AA rose from 9.2 %"
        " to 15.9 %; it moves the score by +0.03, 80 % of its change; region=eu carries 75 % of it; version 7 replaced"
        " 6 at 07:55 UTC."
    )


@pytest.mark.parametrize(
    ("without", "absent"),
    [
        ({"output": None}, "it moves"),
        ({"contributions": ()}, "it moves"),
        ({"segments": ()}, "carries"),
        ({"changed": ()}, "replaced"),
        ({"contributions": (Contribution("airline", "feature", 20.5, 0.03, 0.02),)}, "it moves"),
    ],
)
def test_what_is_not_known_or_not_sure_is_left_out(without: dict[str, Any], absent: str) -> None:
    told = sentence(replace(MODEL, explanation=replace(WHOLE, **without)), [AIRLINE], NOON)
    assert absent in sentence(MODEL, [AIRLINE], NOON)
    assert absent not in told
    assert told.startswith("credit 7 drifts since 08:00 UTC: `airline` (psi 0.41, limit 0.02): US fell")
    assert told.endswith(".")
    assert ";;" not in told


def test_a_share_is_left_out_where_the_output_itself_is_not_told_from_chance() -> None:
    shares = (Contribution("airline", "feature", 20.5, 0.03, 0.002),)
    told = sentence(replace(MODEL, explanation=replace(WHOLE, contributions=shares)), [AIRLINE], NOON)
    assert "it moves the score by +0.03; " in told


def test_without_any_explanation_it_still_says_who_and_since_when() -> None:
    assert sentence(replace(MODEL, explanation=None), [], NOON) == "credit 7 drifts since 08:00 UTC."
    held = replace(AIRLINE, explanation=None, statistics=(), level=None)
    assert sentence(replace(MODEL, explanation=None), [held], NOON) == "credit 7 drifts since 08:00 UTC: `airline`."


def test_other_fields_in_drift_are_named_and_counted() -> None:
    others = [replace(HOUR, field=name) for name in ("hour", "day", "month", "year")]
    told = sentence(MODEL, [AIRLINE, CALM, *others], NOON)
    assert "with it `hour`, `day` and 2 more, 5 of 6 judged fields;" in told
    assert "with it `hour`, 2 of 2 judged fields;" in sentence(MODEL, [HOUR, AIRLINE], NOON)


def test_a_class_and_a_day_that_is_over_are_worded() -> None:
    output = OutputShift("prediction.no", 0.2, 0.3, 0.01)
    told = sentence(replace(MODEL, explanation=replace(WHOLE, output=output)), [AIRLINE], NOON + 86_400 * 10**9)
    assert "drifts since 2027-01-15 08:00 UTC" in told
    assert "it moves the share of prediction no by +0.03" in told


def test_the_first_named_surely_moves_the_output_else_has_the_highest_level() -> None:
    ranked = (Contribution("hour", "feature", 1.5, 0.2, 0.01), Contribution("airline", "feature", 20.5, 0.1, 0.01))
    assert lead_of([AIRLINE, HOUR, CALM], ranked) is HOUR
    assert lead_of([AIRLINE, HOUR, CALM], ()) is AIRLINE
    assert lead_of([AIRLINE, HOUR], (Contribution("plan", "feature", 0.2, 0.5, 0.01),)) is AIRLINE, (
        "plan is not in drift"
    )
    assert lead_of([CALM], ranked) is None
