"""The house: layout, sizes, the wheel, the lock. The floors themselves are import-linter's."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hatchling.build import build_wheel

HOUSE = Path(__file__).parents[2]
ROOTS = ("instrumentation", "processors", "exporters")
SOURCES = sorted(path for root in ROOTS for path in (HOUSE / root).rglob("*.py"))

PUBLIC = {  # what users import; adding is fine, losing is not
    "driftline.instrumentation": {"ModelRecorder"},
    "driftline.processors": {"Profile", "check"},
    "driftline.processors.pipeline": {"Pipeline", "Exporter", "ExportError"},
    "driftline.semconv": {"SCHEMA_URL", "OTHER_CATEGORY", "attributes", "events", "metrics", "spans"},
    "driftline.semconv.registry": {"ATTRIBUTES", "ENTITIES", "EVENTS", "METRICS", "SPANS"},
}


@pytest.mark.parametrize("root", ROOTS)
def test_no_root_shuts_the_namespace(root: str) -> None:
    assert not (HOUSE / root / "driftline" / "__init__.py").exists()
    assert not (HOUSE / root / "__init__.py").exists()


@pytest.mark.parametrize("root", ROOTS)
def test_a_root_holds_the_namespace_and_nothing_else(root: str) -> None:
    inside = {path.name for path in (HOUSE / root).iterdir()} - {"README.md", "__pycache__"}
    assert inside == {"driftline"}


def test_every_room_of_the_namespace_is_typed() -> None:
    rooms = [path.parent for root in ROOTS for path in (HOUSE / root / "driftline").glob("*/__init__.py")]
    assert rooms
    assert [room for room in rooms if not (room / "py.typed").exists()] == []


def test_no_test_folder_is_a_package() -> None:
    assert list((HOUSE / "tests").rglob("__init__.py")) == []


def test_every_module_says_what_it_is_for() -> None:
    assert [path for path in SOURCES if not ast.get_docstring(_parsed(path))] == []


def test_no_file_is_over_three_hundred_lines() -> None:
    lengths = {str(path.relative_to(HOUSE)): path.read_text(encoding="utf-8").count("\n") for path in SOURCES}
    assert {path: lines for path, lines in lengths.items() if lines > 300} == {}


def test_no_function_is_over_forty_lines() -> None:
    assert [f"{path.relative_to(HOUSE)}: {name}" for path in SOURCES for name in _long_functions(path)] == []


def test_nothing_is_left_to_do() -> None:
    unfinished = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    assert [path for path in SOURCES if unfinished.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("module", PUBLIC)
def test_what_users_import_is_there(module: str) -> None:
    there = import_module(module)
    assert [name for name in sorted(PUBLIC[module]) if not hasattr(there, name)] == []


def test_the_wheel_holds_every_file_of_the_three_roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HOUSE)
    with zipfile.ZipFile(tmp_path / build_wheel(str(tmp_path))) as wheel:
        held = set(wheel.namelist())
    wanted = {
        str(path.relative_to(HOUSE / root))
        for root in ROOTS
        for path in (HOUSE / root / "driftline").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - held == set()
    assert {"driftline/semconv/registry/metrics.yaml", "driftline/semconv/schemas/1.0.0.yaml"} <= held
    assert [name for name in held if name.startswith("driftline") and name.endswith("LICENSE")]


def test_every_entry_point_leads_somewhere() -> None:
    project = _project()
    points = [*project["scripts"].values()]
    points += [point for group in project["entry-points"].values() for point in group.values()]
    for point in points:
        module, _, name = point.partition(":")
        assert hasattr(import_module(module), name), point


def test_the_lock_holds_hashes_and_no_addresses() -> None:
    lock = (HOUSE / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    packages = re.findall(r"^(\S+)==(?:[^\n]*\\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)?", lock, re.MULTILINE)
    hashed = re.findall(r"^(\S+)==[^\n]*\\\n    --hash=sha256:[0-9a-f]{64}", lock, re.MULTILINE)
    assert packages == hashed


def test_the_lock_names_every_dependency() -> None:
    project = _project()
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    wanted = {_name(line) for group in groups for line in group} - {"driftline"}
    lock = (HOUSE / "requirements.lock").read_text(encoding="utf-8")
    locked = {_name(line) for line in re.findall(r"^[a-z0-9][^\s=]*==", lock, re.MULTILINE)}
    assert wanted - locked == set(), "run `make lock`"


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!;~ ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def _project() -> dict[str, Any]:
    with (HOUSE / "pyproject.toml").open("rb") as file:
        project: dict[str, Any] = tomllib.load(file)["project"]
        return project


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _long_functions(path: Path) -> Iterator[str]:
    for function in ast.walk(_parsed(path)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
            if (body[-1].end_lineno or 0) - body[0].lineno >= 40:
                yield function.name


def test_the_processor_starts_without_what_only_tables_and_judging_need() -> None:
    """Arrow and scipy take half a second between them; they are imported when they are first used."""
    asked = "import sys, driftline.processors.cli.assembly; print(*{name.partition('.')[0] for name in sys.modules})"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=120, check=True)
    assert {"pyarrow", "scipy", "sqlalchemy", "pandas", "sklearn"} & set(told.stdout.split()) == set()
