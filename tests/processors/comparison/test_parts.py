"""What rows, fairness and concept drift cost: the figures of `driftline validate`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from driftline.processors.cli.app import application
from driftline.processors.comparison.parts import Part, parts
from driftline.processors.monitor import Monitor, Spec

FAIRNESS = {"attributes": ["sex"], "favourable": "approved"}


def _part(**spec: object) -> Part:
    (found,) = parts(Monitor("credit", "credit", Spec.model_validate(spec)), fields=4)
    return found


def test_a_monitor_that_asks_for_none_has_none() -> None:
    assert parts(Monitor("credit", "credit", Spec()), fields=4) == ()


def test_rows_have_their_share_of_the_budget_and_a_look_was_made() -> None:
    found = _part(rows={"sample": 100, "reference": 200, "share": 0.5}, drift={"falseAlarms": "2 per 30d"})
    assert (found.name, found.events, found.period_seconds, found.looks) == ("rows", 1.0, 30 * 86_400, 720)
    assert found.alpha_look == pytest.approx(1 / 720)
    assert found.size.startswith("100 rows and 200 of the reference, 4 fields")
    assert found.seconds > 0
    assert found.bytes > 300 * 4 * 8, "the rows themselves at least"


def test_more_rows_take_more() -> None:
    small, large = (_part(rows={"sample": rows, "reference": rows}) for rows in (50, 1000))
    assert large.bytes > 4 * small.bytes
    assert large.seconds > small.seconds


@pytest.mark.parametrize(("every", "warned"), [("1h", False), ("1m", True)])
def test_a_look_that_could_never_find_anything_is_warned_of(every: str, warned: bool) -> None:
    found = _part(rows={"every": every, "sample": 50, "reference": 50})
    assert any("can find nothing" in notice for notice in found.notices) is warned


def test_fairness_has_a_budget_of_its_own_at_each_look() -> None:
    found = _part(fairness=FAIRNESS | {"falseAlarms": "3 per 30d"}, window={"length": "5m", "every": "30s"})
    assert (found.name, found.events, found.looks) == ("fairness", 3.0, 86_400)
    assert found.alpha_look == pytest.approx(3 / 86_400)


def test_detectors_without_a_budget_are_named() -> None:
    both = _part(conceptDrift={"detectors": ["cusum", "ddm"]}, performance={"cohort": "6h"})
    assert both.looks == 120
    assert both.alpha_look == pytest.approx(1 / 120)
    assert any(notice.startswith("ddm: no budget") for notice in both.notices)
    assert _part(conceptDrift={"detectors": ["eddm"]}).alpha_look == 0


def test_validate_prints_them_and_json_holds_them(tmp_path: Path) -> None:
    head = "apiVersion: driftline.dev/v1\nkind: ModelMonitor\nmetadata: {name: credit}\nspec:\n"
    said = "  rows: {sample: 50, reference: 50}\n  conceptDrift: {detectors: [cusum]}\n"
    (tmp_path / "credit.yaml").write_text(f"{head}{said}")
    command = ["validate", str(tmp_path / "credit.yaml")]
    plain, json_ = (CliRunner().invoke(application("validate"), [*command, *more]) for more in ([], ["--json"]))
    assert plain.exit_code == json_.exit_code == 0
    assert "  rows         0.2 false alarms in 30 days, 720 looks, 0.00028 a look\n" in plain.output
    assert "MB here: 1,000 outcomes" in plain.output
    assert [part["name"] for part in json.loads(json_.output)["monitors"][0]["parts"]] == ["rows", "conceptDrift"]
