"""`driftline grafana try`, before a real HTTP server that speaks as Grafana documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from driftline.processors.cli.app import application
from driftline.processors.rendering.grafana import PAGES
from driftline.processors.rendering.grafana.pages.fleet import FLEET_PAGE
from driftline.processors.rendering.grafana.pages.slo import SLO_PAGE
from driftline.processors.rendering.grafana.trial import trial
from tests.processors.rendering.grafana.reading import dashboards, questions
from tests.servers.grafana import TOKEN, Grafana, running
from tests.servers.processes import free_port

ASKED = sum(len(list(questions(one))) for one in dashboards().values())


@pytest.fixture
def grafana() -> Iterator[Grafana]:
    """It offers one value for everything, and answers every query with one figure."""
    with running() as server:
        server.labels = offered
        server.query = lambda _: figures(1.0)
        yield server


@pytest.fixture
def token(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    return file


@pytest.fixture
def two_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the fleet and the objectives: all pages take seconds."""
    monkeypatch.setattr(trial, "PAGES", (FLEET_PAGE, SLO_PAGE))


def offered(path: str, series: str) -> list[str]:
    """A Prometheus takes label names for all labels there are, ours among them."""
    return ["__name__", "job", "ml_model_name", "region"] if path == "labels" else [f"a {path.split('/')[1]}"]


def figures(*values: float | None, entities: list[Any] | None = None) -> dict[str, Any]:
    """An answer with one frame."""
    schema = {"fields": [{"name": "Time", "type": "time"}, {"name": "Value", "type": "number"}]}
    data: dict[str, Any] = {"values": [[0] * len(values), list(values)]}
    return {"status": 200, "frames": [{"schema": schema, "data": data | ({"entities": entities} if entities else {})}]}


def tried(grafana: Grafana, *arguments: str | Path) -> tuple[int, str]:
    run = CliRunner().invoke(application("grafana"), ["grafana", "try", grafana.url, *map(str, arguments)])
    return run.exit_code, run.output


def test_every_dashboard_is_loaded_and_every_question_asked_once(grafana: Grafana, token: Path) -> None:
    asked: list[dict[str, Any]] = []

    def answer(query: dict[str, Any]) -> dict[str, Any]:
        asked.append(query)
        return figures(1.0)

    grafana.query = answer
    code, said = tried(grafana, "--token-file", token, "--choose", "model=credit")
    assert (code, said.count("questions got figures")) == (0, len(PAGES))
    assert grafana.dashboards == {uid: {**one, "id": None} for uid, one in dashboards().items()}
    assert grafana.folders == {"driftline": {"uid": "driftline", "title": "Driftline"}}
    assert len(asked) == ASKED
    assert {query["datasource"]["uid"] for query in asked} == {"prom"}
    left = {word for query in asked for word in query["expr"].replace("(", " ").split() if "$" in word}
    assert all("$__rate_interval" in word for word in left), "Grafana's own variables are left, ours are filled in"
    assert any('ml_model_name="credit"' in query["expr"] for query in asked)
    assert any('ml_field_name="a ml_field_name"' in query["expr"] for query in asked), "the first value there is"
    assert any("max by (ml_model_version, region)" in query["expr"] for query in asked), "a label that is not ours"


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ({"status": 200, "frames": []}, "no data"),
        (figures(None), "no data"),
        (figures(None, entities=[None, {"NaN": [0]}]), "NaN or infinite"),
        ({"status": 400, "error": "bad_data: unknown function", "frames": []}, "unknown function"),
    ],
)
@pytest.mark.usefixtures("two_pages")
def test_a_question_without_figures_is_named_and_the_exit_code_is_1(
    grafana: Grafana, token: Path, answer: dict[str, Any], complaint: str
) -> None:
    grafana.query = lambda query: answer if "slo_sli" in query["expr"] else figures(1.0)
    code, said = tried(grafana, "--token-file", token)
    assert code == 1
    lines = [line for line in said.splitlines() if complaint in line]
    assert [line.split(":")[0].strip() for line in lines] == ["Objectives B", "Share of good events A"]


@pytest.mark.usefixtures("two_pages")
def test_a_dashboard_that_grafana_does_not_take_is_said_and_asked_all_the_same(grafana: Grafana, token: Path) -> None:
    grafana.provisioned = {"driftline-fleet"}
    code, said = tried(grafana, "--token-file", token)
    (line,) = [line for line in said.splitlines() if "not taken" in line]
    assert (code, line.startswith("Driftline / Fleet: "), "Cannot save provisioned dashboard" in line) == (
        1,
        True,
        True,
    )


@pytest.mark.usefixtures("two_pages")
def test_which_prometheus_is_asked_must_be_clear(grafana: Grafana, token: Path) -> None:
    other = {"uid": "other", "name": "Other", "type": "prometheus", "isDefault": False}
    grafana.sources = [{**grafana.sources[0], "isDefault": False}, other]
    code, said = tried(grafana, "--token-file", token)
    assert (code, "prom, other" in said, "--datasource" in said) == (2, True, True)
    grafana.asked.clear()
    assert tried(grafana, "--token-file", token, "--datasource", "other")[0] == 0
    assert "GET /api/datasources" not in grafana.asked, "only an admin may list them"
    grafana.sources = [{**other, "type": "loki"}]
    assert tried(grafana, "--token-file", token)[0] == 2


def test_without_a_grafana_or_its_token_nothing_can_be_tried(grafana: Grafana, token: Path) -> None:
    token.write_text("another")
    code, said = tried(grafana, "--token-file", token)
    assert (code, "401" in said) == (2, True)
    run = CliRunner().invoke(application("grafana"), ["grafana", "try", f"http://127.0.0.1:{free_port()}"])
    assert (run.exit_code, "no Grafana answers" in run.output.replace("\n", " ")) == (2, True)
    assert tried(grafana, "--choose", "model")[0] == 2


@pytest.mark.usefixtures("two_pages")
def test_the_token_may_be_in_the_environment(grafana: Grafana, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIFTLINE_GRAFANA_TOKEN", TOKEN)
    assert tried(grafana)[0] == 0
