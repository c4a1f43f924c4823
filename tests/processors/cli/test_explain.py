"""`driftline explain`: against a real processor, and what it prints."""

from __future__ import annotations

import io
import json
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import typer
from rich.console import Console

from driftline.instrumentation import ModelRecorder
from driftline.processors.cli.explain import time_text
from driftline.processors.cli.explain_table import show
from driftline.processors.profile import Profile
from tests.processors.pipeline.people import WINDOW, People, spec
from tests.processors.pipeline.world import EVERY, World
from tests.servers.driftline import DRIFTLINE, Processor, running_processor
from tests.servers.processes import eventually, free_port

MONITOR = """
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: loans}
spec:
  window: {length: 60s, every: 1s}
"""


def explain(control: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = os.environ | {"DRIFTLINE_CONTROL": control, "COLUMNS": "200"}
    command = [str(DRIFTLINE), "explain", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environ)


def profile(folder: Path) -> Path:
    random = np.random.default_rng(1)
    age, wage = random.normal(40, 9, 5000), random.normal(3, 1, 5000)
    found = Profile.from_table({"age": age, "wage": wage, "score": 1 / (1 + np.exp((40 - age) / 9))}, model="loans")
    found.save(folder / "loans.profile.json")
    return folder / "loans.profile.json"


def record_until(recorder: ModelRecorder, done: Callable[[], bool]) -> None:
    """Older people than the model was trained on, until `done`."""
    random = np.random.default_rng(2)

    def step() -> bool:
        age = random.normal(55, 9, 500)
        recorder.record({"age": age, "wage": random.normal(3, 1, 500)}, score=1 / (1 + np.exp((40 - age) / 9)))
        return done()

    eventually(step, timeout=40, what="the drift")


def drifting(processor: Processor) -> bool:
    return processor.value("ml_drift_detected", ml_field_name="age") == 1


@pytest.mark.end_to_end
def test_an_alarm_is_explained_while_it_lasts_and_after_a_restart(tmp_path: Path) -> None:
    port = free_port()
    flags = ("--state", tmp_path / "state", "--otlp-http", f"127.0.0.1:{port}")
    with running_processor(tmp_path, *flags, monitor=MONITOR) as processor:
        recorder = ModelRecorder(
            "loans", "1", reference=profile(tmp_path), endpoint=f"http://127.0.0.1:{port}", interval=0.2
        )
        record_until(recorder, lambda: drifting(processor))
        control = processor.addresses["control"]
        told = explain(control, "loans")
        assert (told.returncode, told.stderr) == (1, "")
        assert told.stdout.startswith("loans 1 drifts since ")
        assert "it moves the score by +0." in told.stdout
        found = json.loads(explain(control, "loans", "--field", "age", "--json").stdout)
        (identity,) = found["identities"]
        assert identity["explanation"]["contributions"][0]["field"] == "age"
        assert [each["field"] for each in identity["fields"]] == ["age"]
        contribution = processor.value("ml_drift_contribution", ml_field_name="age", ml_drift_output="score")
        assert (contribution or 0) > 0.1
        unknown = explain(control, "debts")
        assert unknown.returncode == 2
        assert "known here: loans" in unknown.stderr
        recorder.close()

    with running_processor(tmp_path, *flags, monitor=MONITOR) as processor:
        eventually(lambda: processor.value("ml_drift_fields") is not None, timeout=20, what="the first look")
        began = identity["since"]
        then = explain(processor.addresses["control"], "loans", "--at", began)
        assert then.returncode == 1
        assert "at its worst at " in then.stdout
        assert "it moves the score by +0." in then.stdout


def test_nobody_there_says_what_to_start() -> None:
    ended = explain(f"127.0.0.1:{free_port()}", "loans")
    assert ended.returncode == 2
    assert "driftline run" in ended.stderr


@pytest.mark.parametrize("given", ["noon", "25:00", "2026-13-01", "1-2-3"])
def test_what_is_no_time_is_refused(given: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no time: write 2026-"):
        time_text(given, datetime(2026, 11, 24, tzinfo=UTC))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """`credit`, in drift in one of its two regions."""
    world = World.of(spec(tmp_path_factory.mktemp("credit"), f"{WINDOW}\n  segments: [region]"))
    people = People(world)
    for _ in range(2):
        people.send(1400, region="us")
        people.send(600, mean=55, region="eu")
        world.look()
        world.now += EVERY
    return world


def printed(world: World, field: str | None = None, at_ns: int | None = None) -> str:
    to = Console(file=io.StringIO(), width=120)
    show(world.pipeline.board.explain("credit", field, at_ns), to, field=field, at="noon")
    assert isinstance(to.file, io.StringIO)
    return to.file.getvalue()


def test_the_whole_is_told_in_full_and_its_segments_by_their_sentence(world: World) -> None:
    told = printed(world)
    assert told.startswith("credit 7 drifts since 08:00 UTC: `age`")
    assert told.count("credit 7 (region=eu) drifts") == 1
    assert told.count("moves it by") == 1
    assert "the fields, each by itself, add up to" in told
    assert "carries it" in told
    assert told.count("reference") == 12, "six bins of each of the two fields in drift"


def test_a_field_that_is_named_is_drawn_whole_though_not_in_drift(world: World) -> None:
    told = printed(world, "plan")
    rows = [line.split() for line in told.splitlines() if line.endswith("reference") or "reference " in line]
    assert [row[0] for row in rows[:3]] == ["a", "b", "c"]
    assert "█" in told


def test_no_alarm_at_that_time_says_so(world: World) -> None:
    assert printed(world, at_ns=0) == "credit: no alarm was going on at noon\n"


def test_a_reference_that_knows_no_output_ranks_by_level(world: World) -> None:
    found = world.pipeline.board.explain("credit")
    for identity in found["identities"]:
        identity["explanation"].pop("output", None)
        for each in identity["explanation"]["contributions"]:
            each.pop("shift", None)
    to = Console(file=io.StringIO(), width=120)
    show(found, to, field=None, at=None)
    assert isinstance(to.file, io.StringIO)
    assert "moves it by" not in to.file.getvalue()
    assert "level" in to.file.getvalue()
