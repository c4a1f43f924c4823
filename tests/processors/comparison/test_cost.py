"""What a budget costs: the figures of `driftline validate`, held against windows that are drawn."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from driftline.processors.cli.app import application
from driftline.processors.comparison.cost import Cost, cost
from driftline.processors.detectors import Judge, Pair
from driftline.processors.monitor import load_monitors
from driftline.processors.pipeline.references import References
from driftline.processors.profile import Profile

MONITOR = "apiVersion: driftline.dev/v1\nkind: ModelMonitor\nmetadata: {name: credit}\nspec:\n  "


def of(folder: Path, spec: str, observations: int | None = None) -> Cost:
    (folder / "monitor.yaml").write_text(MONITOR + spec, encoding="utf-8")
    monitors, references = load_monitors([folder / "monitor.yaml"]), References()
    references.configure(monitors)
    return cost(next(iter(monitors)), references, observations)


def profile(folder: Path, rows: int) -> Path:
    random = np.random.default_rng(rows)
    table = {f"x{at}": random.normal(size=rows) for at in range(4)}
    table["plan"] = random.choice(["a", "b", "c"], size=rows)
    table["same"] = np.zeros(rows)
    path = folder / "credit.profile.json"
    Profile.from_table(table, model="credit").save(path)
    return path


def test_without_a_profile_twenty_fields_against_a_learned_reference_are_taken(tmp_path: Path) -> None:
    found = of(tmp_path, "drift: {falseAlarms: 1 per 30d}")
    assert (found.known, found.fields, found.reference, found.observations) == (False, 20, 5000, 500)
    assert found.looks == 259_200
    assert found.alpha_look == pytest.approx(1 / 259_200)
    assert found.alpha_look / 20 < found.alpha_field < found.alpha_look
    assert found.psi is None
    assert found.median < 1


def test_a_reference_under_ten_windows_is_warned_of(tmp_path: Path) -> None:
    profile(tmp_path, 4000)
    found = of(tmp_path, "reference: {profile: credit.profile.json}", 1000)
    assert found.known
    assert found.fields == 5
    assert found.warning is not None
    assert "10,000" in found.warning
    assert found.upper95 > 2
    assert of(tmp_path, "reference: {profile: credit.profile.json}", 400).warning is None


def test_a_larger_budget_and_larger_windows_find_smaller_shifts(tmp_path: Path) -> None:
    strict, loose = (of(tmp_path, f"drift: {{falseAlarms: 1 per {each}}}").shift or 0 for each in ("365d", "1d"))
    assert strict > loose
    assert (of(tmp_path, "drift: {}", 2000).shift or 0) < (of(tmp_path, "drift: {}", 200).shift or 0)


def test_detectors_share_the_budget(tmp_path: Path) -> None:
    alone, shared = (of(tmp_path, f"drift: {{detectors: [{each}]}}") for each in ("window", "window, cusum"))
    assert shared.alpha_field < alone.alpha_field


@pytest.mark.statistical
def test_the_shift_that_is_said_is_found_in_nineteen_windows_of_twenty(tmp_path: Path) -> None:
    found = of(tmp_path, "drift: {}", 2000)
    random, judge = np.random.default_rng(5), Judge()
    seen, total = 0, 300
    for _ in range(total // 20):
        pairs = []
        for _ in range(20):
            known = random.normal(size=5000)
            edges = np.quantile(known, np.arange(1, 20) / 20)
            sides = [
                np.bincount(np.searchsorted(edges, values), minlength=20)
                for values in (random.normal(found.shift or 0, 1, size=2000), known)
            ]
            pairs.append(Pair(sides[0], sides[1], ordered=True, overlap=29 / 30))
        seen += sum(v.status == "drift" for v in judge.judge(pairs, budget_per_look=found.alpha_look))
    assert 0.91 * total <= seen <= 0.99 * total


def test_the_command_prints_the_cost_and_says_what_is_wrong(tmp_path: Path) -> None:
    profile(tmp_path, 6000)
    file = tmp_path / "monitor.yaml"
    file.write_text(MONITOR + "reference: {profile: credit.profile.json}", encoding="utf-8")
    run = CliRunner().invoke(application("validate"), ["validate", str(file), "--json"])
    assert run.exit_code == 0
    told = json.loads(run.stdout)["monitors"][0]
    assert told["monitor"] == "credit"
    assert {"looks", "alpha_look", "alpha_field", "shift", "psi", "median", "upper95"} <= told.keys()
    shown = CliRunner().invoke(application("validate"), ["validate", str(file), "--observations", "5000"])
    assert "credit: right" in shown.stdout
    assert "standard deviations" in shown.stdout
    assert "warning" in shown.stdout
    file.write_text(MONITOR + "drift: {falseAlarms: often}", encoding="utf-8")
    wrong = CliRunner().invoke(application("validate"), ["validate", str(file)])
    assert wrong.exit_code == 2
    assert "monitor.yaml:5" in wrong.output
    file.write_text(MONITOR + "reference: {profile: nowhere.json}", encoding="utf-8")
    assert CliRunner().invoke(application("validate"), ["validate", str(file)]).exit_code == 2
