"""Reads YAML and JSON and remembers on which line every key and entry stands.

YAML is read by the rules a reader expects today: only `true` and `false` are booleans, a date is text, and a number
remembers how it was written, so that `version: 1.10` names version 1.10. A key given twice is an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from driftline.processors.documents.faults import DocumentError, Fault

Where: TypeAlias = tuple[str | int, ...]
LARGEST_BYTES = 8 << 20


class Whole(int):
    """An integer that knows how it was written."""

    text: str


class Decimal(float):
    """A number with a fraction that knows how it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file: its value, and the line of each of its keys and entries, by path, from 1."""

    file: Path
    value: Any
    lines: dict[Where, int]

    def line(self, where: Where) -> int:
        """Line of a path, or of the nearest thing around it that stands in the file."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def fault(self, where: Where, message: str) -> Fault:
        return Fault(self.file, self.line(where), dotted(where), message)


def dotted(where: Where) -> str:
    """A path as its author reads it.

    >>> dotted(("spec", "fields", 0, "name"))
    'spec.fields[0].name'
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where).removeprefix(".")


def read_documents(path: Path) -> list[Document]:
    """Read every document of a file; empty ones are skipped.

    Raises:
        DocumentError: the file cannot be read, is not YAML or JSON, is above 8 MiB, or gives a key twice.
    """
    text = _text(path)
    try:
        if path.suffix == ".json":
            json.loads(text)  # YAML is laxer: a file that says it is JSON must be JSON
            text = text.replace("\t", " ")  # the one thing that JSON allows between tokens and YAML does not
        return [Reader(path).read(node) for node in yaml.compose_all(text, _Loader) if node is not None]
    except json.JSONDecodeError as error:
        raise DocumentError([Fault(path, error.lineno, "", f"not JSON: {error.msg}")]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DocumentError([Fault(path, line, "", f"not YAML: {error.problem}")]) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise DocumentError([Fault(path, 1, "", f"not YAML: {error}")]) from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise DocumentError([Fault(path, 1, "", "is larger than 8 MiB: this is no file that a person wrote")])
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DocumentError([Fault(path, 1, "", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise DocumentError([Fault(path, 1, "", "is not UTF-8 text: save it as UTF-8")]) from error


class _Loader(yaml.SafeLoader):
    """The safe loader with the scalars of YAML 1.2."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _form, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_form})$"), list(_first))


class Reader:
    """Turns one tree of nodes into values and lines."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lines: dict[Where, int] = {}
        self._open: set[int] = set()

    def read(self, node: yaml.Node) -> Document:
        value = self._value(node, ())
        return Document(self._file, value, self._lines)

    def _value(self, node: yaml.Node, where: Where) -> Any:
        self._lines.setdefault(where, node.start_mark.line + 1)
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if id(node) in self._open:
            raise self._error(node, where, "an alias that holds itself: write the value out")
        self._open.add(id(node))
        value = self._mapping(node, where) if isinstance(node, yaml.MappingNode) else self._sequence(node, where)
        self._open.discard(id(node))
        return value

    def _sequence(self, node: yaml.Node, where: Where) -> list[Any]:
        return [self._value(entry, (*where, position)) for position, entry in enumerate(node.value)]

    def _mapping(self, node: yaml.Node, where: Where) -> dict[str, Any]:
        own: dict[str, Any] = {}
        inherited: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag.endswith(":merge"):
                inherited |= dict(self._inherited(value, where))
                continue
            name = self._name(key, where)
            if name in own:
                raise self._error(key, (*where, name), "this key stands here twice: keep one")
            self._lines[*where, name] = key.start_mark.line + 1
            own[name] = self._value(value, (*where, name))
        return inherited | own

    def _inherited(self, node: yaml.Node, where: Where) -> Iterator[tuple[str, Any]]:
        for part in reversed(node.value) if isinstance(node, yaml.SequenceNode) else [node]:
            if not isinstance(part, yaml.MappingNode):
                raise self._error(part, where, "`<<` takes a mapping, or a list of them")
            yield from self._value(part, where).items()

    def _name(self, key: yaml.Node, where: Where) -> str:
        if not isinstance(key, yaml.ScalarNode):
            raise self._error(key, where, "a key must be text")
        return str(key.value)

    def _error(self, node: yaml.Node, where: Where, message: str) -> DocumentError:
        return DocumentError([Fault(self._file, node.start_mark.line + 1, dotted(where), message)])


def _scalar(node: yaml.ScalarNode) -> Any:
    kind, text = node.tag.rpartition(":")[2], str(node.value)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind not in {"int", "float"}:
        return text
    number = Whole(text) if kind == "int" and len(text) < 400 else Decimal(text)
    number.text = text
    return number
