"""Processes of the demo end with it, and say why when they end before it."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from driftline.processors.demo.children import Child, ChildError


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_child_takes_its_own_children_with_it(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys, time\n"
        "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(inner.pid, flush=True); time.sleep(60)\n"
    )
    with Child("outer", [sys.executable, "-c", program], log=tmp_path / "log", environ=os.environ) as child:
        inner = int(child.stdout.readline())
        child.check()
        assert alive(inner)
    end = time.monotonic() + 10
    while alive(inner) and time.monotonic() < end:
        time.sleep(0.02)
    assert not alive(inner)
    with pytest.raises(ChildError, match="outer ended"):
        child.check()


def test_a_child_that_fails_shows_the_end_of_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no such model')"]
    with Child("the model server", command, log=tmp_path / "log", environ=os.environ) as child:
        child.stdout.read()
        with pytest.raises(ChildError, match=r"^the model server ended with code 1:\nno such model$"):
            check_for_a_while(child)


def check_for_a_while(child: Child) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        child.check()
        time.sleep(0.02)
