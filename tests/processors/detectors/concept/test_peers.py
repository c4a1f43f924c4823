"""Detectors of concept drift alarm where River's do, index by index.

`golden.json` is what River 0.26.1 and Frouros 0.9.0 said of the same streams; `record` makes it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from driftline.processors.detectors.concept import DETECTORS, Ddm, ErrorDetector
from tests.processors.detectors.concept.streams import CASES, errors, spans

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text())
RIVER, FROUROS = GOLDEN["river==0.26.1"], GOLDEN["frouros==0.9.0"]


def said(detector: ErrorDetector[Any], case: tuple[int, float, float]) -> dict[str, object]:
    zones = [detector.update(bool(error)) for error in errors(*case)]
    drifts, warnings = ([at for at, found in enumerate(zones) if found == zone] for zone in ("drift", "warning"))
    return {"drift": drifts, "warning": spans(warnings)}


@pytest.mark.parametrize("name", list(DETECTORS))
@pytest.mark.parametrize("at", range(len(CASES)), ids=lambda at: "-".join(map(str, CASES[at])))
def test_alarms_and_warnings_are_rivers(name: str, at: int) -> None:
    assert said(DETECTORS[name](), CASES[at]) == RIVER[name][at]


@pytest.mark.parametrize("at", range(len(CASES)), ids=lambda at: "-".join(map(str, CASES[at])))
def test_ddm_alarms_where_frouros_does_which_begins_one_error_sooner(at: int) -> None:
    assert said(Ddm(shortest=29), CASES[at]) == FROUROS["ddm"][at]


def test_the_golden_streams_hold_alarms_of_every_detector() -> None:
    assert all(sum(len(case["drift"]) for case in cases) > 5 for cases in RIVER.values())
