"""The demo as a user starts it: the drift is found, named and healed; and nothing is left, whatever ends it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sysconfig
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.end_to_end

DRIFTLINE = str(Path(sysconfig.get_path("scripts")) / "driftline")


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environ = os.environ | {"TMPDIR": str(folder)}
    command = [DRIFTLINE, "demo", *arguments]
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def left_behind(folder: Path) -> list[str]:
    """Processes whose command names this test's folder: the servers of the demo do."""
    lines = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in command:
            lines.append(command)
    return lines


def test_the_airline_drifts_is_named_and_heals(tmp_path: Path) -> None:
    process = start(tmp_path, "--duration", "30", "--json")
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    told = json.loads(out.splitlines()[-1])
    assert (told["model"], told["drifted"], told["healed"]) == ("flights", ["airline"], True)
    assert 0 < told["seconds_to_detection"] < 12
    assert told["predictions"] > 500
    assert list(tmp_path.iterdir()) == []
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_after_it_is_interrupted(tmp_path: Path, number: signal.Signals) -> None:
    process = start(tmp_path, "--duration", "60")
    end = time.monotonic() + 120
    while not list(tmp_path.glob("*/model.log")):
        assert time.monotonic() < end
        assert process.poll() is None
        time.sleep(0.1)
    assert left_behind(tmp_path)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number, out + err
    assert list(tmp_path.iterdir()) == []
    assert left_behind(tmp_path) == []


def test_a_story_too_short_to_be_told_is_refused(tmp_path: Path) -> None:
    process = start(tmp_path, "--duration", "5")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "20 seconds or more" in err
