"""The code takes its names from the contract: no literals, no labels that the registry lacks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from driftline.semconv import attributes, metrics, registry

HOUSE = Path(__file__).parents[2]
SOURCES = [
    path
    for root in ("instrumentation", "processors", "exporters")
    for path in sorted((HOUSE / root).rglob("*.py"))
    if "semconv" not in path.parts
]
METHODS = {"count", "_count", "gauge"}
NAMES = {
    *registry.METRICS,
    *registry.EVENTS,
    *(name for name in registry.ATTRIBUTES if name.startswith(("ml.", "slo."))),
}


def test_no_name_of_the_contract_is_written_twice() -> None:
    assert [found for path in SOURCES for found in _literals(path)] == []


def test_every_health_reading_has_its_metric_and_its_labels_in_the_registry() -> None:
    calls = [(path, call) for path in SOURCES for call in _readings(path)]
    assert calls
    assert [_place(path, call) for path, call in calls if not _labels(call) <= _registered(call)] == []


def _literals(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and node.value in NAMES:
            yield _place(path, node)


def _readings(path: Path) -> Iterator[ast.Call]:
    """Calls of `count` and `gauge` whose first argument is a constant of `metrics`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            match node.args:
                case [ast.Attribute(value=ast.Name(id="metrics")), *_]:
                    yield node


def _registered(call: ast.Call) -> set[str]:
    named = call.args[0]
    assert isinstance(named, ast.Attribute)
    return set(registry.METRICS[getattr(metrics, named.attr)].attributes)


def _labels(call: ast.Call) -> set[str]:
    """Names of the keyword arguments, those of a literal `**{attributes.KIND: ...}` included."""
    labels = {keyword.arg for keyword in call.keywords if keyword.arg}
    for keyword in call.keywords:
        if isinstance(keyword.value, ast.Dict) and keyword.arg is None:
            labels |= {getattr(attributes, key.attr) for key in keyword.value.keys if isinstance(key, ast.Attribute)}
    return labels - {"amount", "value"}


def _place(path: Path, node: ast.expr) -> str:
    return f"{path.relative_to(HOUSE)}:{node.lineno}: {ast.unparse(node)}"
