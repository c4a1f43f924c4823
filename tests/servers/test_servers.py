"""The room that gets real servers."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.servers import cache, parts
from tests.servers.processes import Process, eventually, free_port
from tests.servers.recipes import DebianPackage, GoModule, GoPackage, NpmPackages, RecipeError


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_two_who_want_the_same_binary_make_it_once() -> None:
    made: list[Path] = []

    def make(folder: Path) -> Path:
        made.append(folder)
        (folder / "program").write_text("#!/bin/sh\n", encoding="utf-8")
        return folder / "program"

    target = cache.place("program", "1")
    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(lambda _: cache.keep(target, make), range(4)))
    assert len(made) == 1
    assert set(kept) == {target}
    assert target.stat().st_mode & 0o111


def test_a_recipe_that_dies_half_way_leaves_nothing_that_looks_finished() -> None:
    def make(folder: Path) -> Path:
        (folder / "program").write_text("half", encoding="utf-8")
        raise RecipeError("no")

    target = cache.place("program", "1")
    with pytest.raises(RecipeError):
        cache.keep(target, make)
    assert not target.exists()
    assert [path.name for path in target.parent.iterdir()] == ["program.lock"]


def test_another_source_is_another_place() -> None:
    assert cache.place("program", "1", "a") != cache.place("program", "1", "b")


def test_a_missing_part_names_the_command_that_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(parts.MissingPartError, match="Debian's package prometheus"):
        parts.find("prometheus", "2.42")
    with pytest.raises(parts.MissingPartError, match="make servers"):
        parts.find_or_build("prometheus", "3.16.0")


def test_an_unknown_part_says_which_are_known() -> None:
    with pytest.raises(LookupError, match=r"prometheus 3\.16\.0"):
        parts.find("prometheus", "1.0")


def test_a_program_on_path_serves_only_in_its_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "prometheus"
    program.write_text("#!/bin/sh\necho prometheus, version 2.42.0+ds >&2\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert parts.find("prometheus", "2.42") == program
    with pytest.raises(parts.MissingPartError):
        parts.find("prometheus", "3.16.0")


def test_recipes_without_their_tool_say_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RecipeError, match="not a Debian"):
        DebianPackage("prometheus", "usr/bin/prometheus").make(tmp_path)
    with pytest.raises(RecipeError, match="`go` is not on PATH"):
        GoPackage("example.test/program@v1.0.0").make(tmp_path)
    with pytest.raises(RecipeError, match="`go` is not on PATH"):
        GoModule("example.test/program@v1.0.0", "cmd/program", ("page.html.gz",)).make(tmp_path)
    (tmp_path / "package.json").write_text("{}", encoding="utf-8")
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    with pytest.raises(RecipeError, match="`npm` is not on PATH"):
        NpmPackages(tmp_path).make(tmp_path)


def test_a_process_is_ended_with_the_children_it_left(tmp_path: Path) -> None:
    story = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with Process([sys.executable, "-c", story], log=tmp_path / "log") as process:
        process.wait_for(lambda: process.output.endswith("\n"), timeout=20, what="a child")
        child = int(process.output)
        assert _lives(child)
    assert process.returncode is not None
    eventually(lambda: not _lives(child), timeout=5, what="the child's end")


def test_waiting_for_a_process_that_died_shows_what_it_said(tmp_path: Path) -> None:
    with (
        Process([sys.executable, "-c", "raise SystemExit('no configuration')"], log=tmp_path / "log") as process,
        pytest.raises(RuntimeError, match="no configuration"),
    ):
        process.wait_for(lambda: None, timeout=20, what="readiness")


def test_free_ports_are_free() -> None:
    assert 1024 <= free_port() <= 65535


def _lives(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    try:
        return "\nState:\tZ" not in status.read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
