"""Mutes of a processor that ran at the time: a replay hushes what they hushed, when they did."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from driftline.processors.control.mute import mute_routes
from driftline.processors.health import Health
from driftline.processors.monitor import MonitorSet
from driftline.processors.pipeline import Pipeline
from driftline.processors.pipeline.actions import Action
from driftline.processors.replay import Columns, Replay, ReplayError, read_actions
from driftline.processors.state import Store
from tests.processors.replay.history import MINUTE, START, monitors, people, profile_of

WINDOW = "  window: {length: 5m, every: 1m}"
BEGIN, END = START + 10 * MINUTE, START + 40 * MINUTE
SPAN = "{from: 2027-01-15T08:10:00Z, to: 2027-01-15T08:40:00Z, reason: campaign}"
MUTED = Action(BEGIN, "muted", "credit", None, "ann", "campaign", END)


@pytest.fixture
def spec(tmp_path: Path) -> str:
    profile_of(people(8_000, 90, seed=2, shift_from=2), tmp_path)
    return f"  reference: {{profile: reference.json}}\n{WINDOW}"


def _replayed(configured: MonitorSet, *actions: Action) -> list[Mapping[str, Any]]:
    replay = Replay(configured, Columns("at"), actions=actions)
    return list(replay.lines(people(12_000, 60, shift_from=0.25), everything=True))


def _but_words(lines: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [{name: value for name, value in line.items() if name != "why"} for line in lines]


def test_a_mute_says_what_an_exclusion_of_the_same_time_says(tmp_path: Path, spec: str) -> None:
    muted = _replayed(monitors(tmp_path, spec), MUTED)
    excluded = _replayed(monitors(tmp_path, f"{spec}\n  exclusions: [{SPAN}]"))
    assert _but_words(muted) == _but_words(excluded)
    statuses = [line["status"] for line in muted if line.get("field") is None and line.get("status")]
    assert {"ok", "muted", "drift"} <= set(statuses)  # else nothing was told apart
    assert any("muted by ann until 2027-01-15 08:40 UTC, campaign" in line.get("why", "") for line in muted)


def test_what_is_unmuted_is_judged_from_then_on(tmp_path: Path, spec: str) -> None:
    ended = Action(START + 20 * MINUTE, "unmuted", "credit", None, "bob", "over")
    lines = _replayed(monitors(tmp_path, spec), ended, MUTED)
    states = {
        line["time"][11:16]: line["status"] for line in lines if "check" not in line and line.get("field") == "age"
    }
    assert (states["08:20"], states["08:21"]) == ("muted", "drift")  # a look falls just before its pane ends


def test_a_mute_of_one_field_hushes_that_alone_and_other_models_are_let_be(tmp_path: Path, spec: str) -> None:
    configured = monitors(tmp_path, spec)
    one = Action(BEGIN, "muted", "credit", "plan", "ann", "campaign", END)
    other = Action(BEGIN, "muted", "fraud", None, "ann", "campaign", END)
    lines = _replayed(configured, one, other)
    assert {line["field"] for line in lines if line.get("status") == "muted"} == {"plan"}


def test_actions_are_read_from_the_state_of_a_processor_that_is_stopped(tmp_path: Path, spec: str) -> None:
    folder = tmp_path / "state"
    store = Store.open(folder, health=Health())
    store.save(_ran(monitors(tmp_path, spec)).snapshot())
    with pytest.raises(ReplayError, match="stop the processor"):
        read_actions(folder, "credit")
    store.close()
    assert read_actions(folder, "credit") == [MUTED]
    assert read_actions(folder, "fraud") == []


def test_actions_are_read_from_what_the_control_port_answers(tmp_path: Path, spec: str) -> None:
    desk = _ran(monitors(tmp_path, spec)).desk
    transport = httpx.ASGITransport(Starlette(routes=mute_routes(desk, lambda: END)))

    async def asked() -> str:
        async with httpx.AsyncClient(transport=transport, base_url="http://control") as client:
            return (await client.get("/v1/models/credit/actions")).text

    (tmp_path / "actions.json").write_text(asyncio.run(asked()))
    assert read_actions(tmp_path / "actions.json", "credit") == [MUTED]


@pytest.mark.parametrize("text", ["{}", "no json", json.dumps({"actions": [{"at": "today"}]})])
def test_a_file_that_holds_no_actions_says_what_does(tmp_path: Path, text: str) -> None:
    (tmp_path / "file").write_text(text)
    with pytest.raises(ReplayError, match="/v1/models/credit/actions"):
        read_actions(tmp_path / "file", "credit")


def test_a_folder_without_a_state_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReplayError, match="name the folder of `driftline run --state`"):
        read_actions(tmp_path, "credit")


def _ran(configured: MonitorSet) -> Pipeline:
    """A pipeline whose model somebody muted."""
    pipeline = Pipeline(configured, started_ns=START)
    pipeline.desk.mute("credit", None, END, by="ann", reason="campaign", now_ns=BEGIN)
    return pipeline
