"""`driftline reference`, `mute` and `unmute` against a real processor."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from driftline.instrumentation import ModelRecorder
from driftline.processors.monitor import load_monitors
from driftline.processors.profile import Profile
from tests.servers.driftline import DRIFTLINE, Processor, running_processor
from tests.servers.processes import free_port

MONITOR = """
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: loans}
spec:
  window: {length: 2s, every: 1s}
"""


def run(processor: Processor | str, *arguments: str) -> subprocess.CompletedProcess[str]:
    address = processor if isinstance(processor, str) else processor.addresses["control"]
    environ = os.environ | {"DRIFTLINE_CONTROL": address, "COLUMNS": "200"}
    command = [str(DRIFTLINE), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environ)


def said(processor: Processor, *arguments: str) -> str:
    ended = run(processor, *arguments)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


class Traffic:
    """A model server whose traffic has drifted, while it is entered."""

    def __init__(self, profile: Path, port: int) -> None:
        self._recorder = ModelRecorder(
            "loans", "1", reference=profile, endpoint=f"http://127.0.0.1:{port}", interval=0.2
        )
        self._stop = Event()
        self._thread = Thread(target=self._send)

    def _send(self) -> None:
        random = np.random.default_rng(5)
        while not self._stop.wait(0.1):
            self._recorder.record({"age": random.normal(70, 9, 200)})

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._recorder.close()


@pytest.mark.end_to_end
def test_a_change_is_accepted_a_campaign_muted_and_both_outlive_a_restart(tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    profile = Profile.from_table({"age": random.normal(40, 9, 5000)}, model="loans", version="1")
    profile.save(tmp_path / "loans.json")
    port = free_port()
    flags = ("--state", tmp_path / "state", "--otlp-http", f"127.0.0.1:{port}")

    def becomes(processor: Processor, name: str) -> None:
        processor.wait_for("ml_field_status", 1, timeout=30, ml_field_name="age", ml_monitor_state=name)

    with running_processor(tmp_path, *flags, monitor=MONITOR) as first, Traffic(tmp_path / "loans.json", port):
        becomes(first, "drift")
        (tmp_path / "drafted.yaml").write_text(said(first, "init", "--model", "loans", "-o", "-"))
        (drafted,) = load_monitors([tmp_path / "drafted.yaml"])
        assert (drafted.model, drafted.rule("age").enabled) == ("loans", True)
        assert "age: accepted with" in said(first, "reference", "accept", "loans", "--by", "ann", "--reason", "merger")
        becomes(first, "ok")
        assert "accepted" in said(first, "reference", "list", "loans")
        assert "muted until" in said(first, "mute", "loans", "--for", "3d", "--reason", "sale", "--by", "ann")
        becomes(first, "muted")
    with running_processor(tmp_path, *flags, monitor=MONITOR) as second, Traffic(tmp_path / "loans.json", port):
        becomes(second, "muted")
        assert "(1 ended)" in said(second, "unmute", "loans")
        becomes(second, "ok")
        (listed,) = json.loads(said(second, "reference", "list", "loans", "--json"))["fields"]
        assert listed["reference"]["accepted"]["by"] == "ann"
        assert listed["reference"]["accepted"]["reason"] == "merger"
        assert "1 accepted windows taken back" in said(second, "reference", "reset", "loans", "--field", "age")
        becomes(second, "drift")
        ended = run(second, "reference", "accept", "laons")
        assert (ended.returncode, "known here: loans" in ended.stderr) == (2, True)


def test_without_a_processor_a_command_says_what_to_start() -> None:
    ended = run(f"127.0.0.1:{free_port()}", "mute", "loans", "--for", "3d", "--reason", "sale")
    assert ended.returncode == 2
    assert "start it with `driftline run`, or say where it is with --control HOST:PORT" in ended.stderr


def test_a_length_that_is_none_is_refused_before_anybody_is_asked() -> None:
    ended = run("127.0.0.1:1", "mute", "loans", "--for", "long", "--reason", "sale")
    assert ended.returncode == 2
    assert "'long' is not a duration" in " ".join(ended.stderr.split())
