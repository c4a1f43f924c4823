"""`driftline validate` says what became of every alarm of every objective."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from driftline.processors.cli.app import application

HEAD = "apiVersion: driftline.dev/v1\nkind: ModelMonitor\nmetadata: {name: credit}\nspec:\n  slos:\n"


def _validate(folder: Path, slo: str, *flags: str) -> tuple[int, str]:
    file = folder / "credit.yaml"
    file.write_text(f"{HEAD}    - {slo}\n")
    run = CliRunner().invoke(application("validate"), ["validate", str(file), *flags])
    return run.exit_code, run.output


def test_a_pair_that_can_never_fire_is_rescaled_with_its_reason_and_exit_0(tmp_path: Path) -> None:
    code, said = _validate(tmp_path, "{name: steady, objective: 90, sli: {drift: {}}}")
    assert code == 0
    assert "page   1h/5m   8        rescaled: a factor of 14.4 can never fire: all bad burns 10; 8 instead" in said
    assert "page   6h/30m  6        kept\n" in said


def test_a_threshold_that_is_no_bound_says_which_one_is_used(tmp_path: Path) -> None:
    code, said = _validate(tmp_path, "{name: fast, objective: 99, sli: {latency: {threshold: 300ms}}}", "--json")
    (slo,) = json.loads(said)["monitors"][0]["slos"]
    assert (code, slo["bound"]) == (0, 0.25)
    assert slo["notice"] == "0.3 s is no bound of ml.prediction.duration: 0.25 s is used"
    assert [pair["factor"] for pair in slo["pairs"]] == [14.4, 6, 3, 1]


def test_only_an_objective_without_any_pair_left_is_refused(tmp_path: Path) -> None:
    code, said = _validate(tmp_path, "{name: brief, objective: 99, window: 30m, sli: {availability: {}}}")
    assert code == 2
    assert "credit: no pair of burn windows is left for `brief`, 99 % over 30m" in said.replace("\n", " ")


def test_an_objective_that_contradicts_itself_is_refused_where_it_stands(tmp_path: Path) -> None:
    for slo, wrong in (
        ("{name: a, objective: 99, window: 7d, calendar: month, sli: {drift: {}}}", "both `window` and `calendar`"),
        ("{name: a, objective: 99, sli: {latency: {threshold: 1ms}, drift: {}}}", "exactly one of"),
        ("{name: a, objective: 99, timeZone: Mars/Base, sli: {drift: {}}}", "is no time zone"),
        (
            "{name: a, objective: 99, sli: {drift: {}}}\n    - {name: a, objective: 9, sli: {drift: {}}}",
            "two objectives",
        ),
    ):
        code, said = _validate(tmp_path, slo)
        assert code == 2
        assert wrong in said
