"""Checks a document against the shape it must have, and words what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from driftline.processors.documents.faults import DocumentError, Fault
from driftline.processors.documents.loader import Document, Where

Shape = TypeVar("Shape", bound=BaseModel)


def validate(shape: type[Shape], document: Document) -> Shape:
    """The document as an object of `shape`.

    Raises:
        DocumentError: with a fault for everything that is wrong: file, line, path, what to write instead.
    """
    try:
        return shape.model_validate(document.value)
    except ValidationError as error:
        raise DocumentError(list(_faults(shape, document, error))) from error


def suggestion(word: str, known: list[str]) -> str:
    """What was probably meant, else what there is.

    >>> suggestion("lenght", ["length", "every"])
    'did you mean `length`?'
    >>> suggestion("x", ["length", "every"])
    'known here: every, length'
    """
    if not known:
        return "nothing can be set here: write `{}`"
    close = get_close_matches(word, known, n=1)
    return f"did you mean `{close[0]}`?" if close else f"known here: {', '.join(sorted(known))}"


def _faults(shape: type[BaseModel], document: Document, error: ValidationError) -> Iterator[Fault]:
    seen: set[tuple[Where, str]] = set()
    for detail in error.errors(include_url=False):
        where = _in_file(document, detail["loc"], missing=detail["type"] == "missing")
        message = _message(shape, detail)
        if (where, message) not in seen:  # each arm of a union complains for itself
            seen.add((where, message))
            yield document.fault(where, message)


def _in_file(document: Document, location: Where, *, missing: bool) -> Where:
    """The part of a location that stands in the file; a missing key is added, a union's arm is not."""
    where: Where = ()
    for part in location:
        if (*where, part) in document.lines:
            where = (*where, part)
    return (*where, location[-1]) if missing else where


def _message(shape: type[BaseModel], detail: ErrorDetails) -> str:
    location, kind = detail["loc"], detail["type"]
    if kind == "extra_forbidden":
        return f"unknown key; {suggestion(str(location[-1]), _known(shape, location[:-1]))}"
    if kind == "missing":
        return "is missing: write it"
    if kind in {"model_type", "model_attributes_type", "dict_type"}:
        return "needs `key: value` lines below it"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    return f"{detail['msg'][:1].lower()}{detail['msg'][1:]}; it says {detail['input']!r}"


def _known(shape: type[BaseModel], location: Where) -> list[str]:
    """Keys of the object at a location of the shape."""
    here: set[type[BaseModel]] = {shape}
    for part in location:
        here = {found for model in here for found in _below(model, part)} or here
    return [field.alias or name for model in here for name, field in model.model_fields.items()]


def _below(model: type[BaseModel], part: str | int) -> Iterator[type[BaseModel]]:
    for name, field in model.model_fields.items():
        if part in {name, field.alias}:
            yield from _models(field.annotation)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in {Annotated, Union, UnionType, tuple, list, dict}:
        for part in get_args(annotation):
            yield from _models(part)
