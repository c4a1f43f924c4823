"""The reference profile as the recorder needs it: bounds, ranges, categories, kinds, roles. Read with `json` alone."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.instrumentation.recorder.errors import ReferenceProfileError
from driftline.instrumentation.recorder.values import Kind
from driftline.semconv import FieldRole

_log = logging.getLogger("driftline.instrumentation")

FORMAT = "profile/v1"

Source = str | os.PathLike[str] | Mapping[str, Any]
"""A path, JSON text, or the profile as a dict."""


@dataclass(frozen=True, slots=True)
class ReferenceField:
    """One column of the profile. `bounds`, (B-1,), and the range are a numeric field's, `categories` the others'."""

    name: str
    role: FieldRole
    kind: Kind
    bounds: NDArray[np.float64] | None = None
    low: float = -np.inf
    high: float = np.inf
    categories: frozenset[str] = frozenset()
    open_ended: bool = False
    """Whether training had categories the profile does not list: a value outside of it is then not known to be new."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A profile: its fields, whom it belongs to, and the very text to announce."""

    id: str
    model: str | None
    version: str | None
    fields: Mapping[str, ReferenceField]
    text: str

    def of_role(self, role: FieldRole) -> tuple[ReferenceField, ...]:
        return tuple(field for field in self.fields.values() if field.role is role)


def read_reference(source: Source) -> Reference:
    """Read a profile from a path, from JSON text (it begins with `{`), or from a dict.

    Raises:
        ReferenceProfileError: no such file, not JSON, not a profile, bounds that do not ascend.

    >>> profile = {"driftline": "profile/v1", "id": "a1", "fields": [
    ...     {"name": "age", "kind": "numeric", "min": 18, "max": 90, "bounds": [30, 50], "counts": [1, 2, 1]}]}
    >>> field = read_reference(profile).fields["age"]
    >>> field.bounds.tolist(), field.low, field.role.value
    ([30.0, 50.0], 18.0, 'feature')
    """
    text = _text(source)
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ReferenceProfileError(f"{_shown(source)} is not JSON: write it with `driftline profile`") from error
    if not isinstance(document, dict) or document.get("driftline") != FORMAT:
        raise ReferenceProfileError(
            f'{_shown(source)} is not a profile ("driftline": "{FORMAT}"): write it with `driftline profile`'
        )
    try:
        return _reference(document, text)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReferenceProfileError(
            f"{_shown(source)} is damaged ({error}): write it with `driftline profile`"
        ) from error


def reference_or_none(source: Source | None, failed: Callable[[Exception], None]) -> Reference | None:
    """The profile; None without one, or when it cannot be read, which is logged and given to `failed`."""
    if source is None:
        return None
    try:
        return read_reference(source)
    except ReferenceProfileError as error:
        _log.error("Driftline goes on without a reference: %s", error)
        failed(error)
        return None


def _text(source: Source) -> str:
    if isinstance(source, Mapping):
        return json.dumps(dict(source))
    if isinstance(source, str) and source.lstrip().startswith("{"):
        return source
    try:
        return Path(source).read_text(encoding="utf-8")
    except (OSError, ValueError, TypeError) as error:
        raise ReferenceProfileError(f"cannot read the reference profile {source}: {error}") from error


def _shown(source: object) -> str:
    return f"the reference profile {source}" if isinstance(source, os.PathLike) else "the reference profile"


def _reference(document: Mapping[str, Any], text: str) -> Reference:
    model = document.get("model") or {}
    fields = [_field(one) for one in document["fields"]]
    return Reference(
        id=str(document.get("id", "")),
        model=model.get("name"),
        version=None if model.get("version") is None else str(model["version"]),
        fields={field.name: field for field in fields},
        text=text,
    )


def _field(one: Mapping[str, Any]) -> ReferenceField:
    name, role, kind = str(one["name"]), FieldRole(one.get("role", "feature")), Kind(one["kind"])
    if kind is Kind.CATEGORICAL:
        return ReferenceField(
            name, role, kind, categories=frozenset(map(str, one["categories"])), open_ended=bool(one.get("other"))
        )
    bounds = np.array(one["bounds"], dtype=np.float64)
    if not np.isfinite(bounds).all() or (np.diff(bounds) <= 0).any():
        raise ValueError(f"the bounds of {name} do not ascend")
    low, high = one.get("min"), one.get("max")
    return ReferenceField(
        name, role, kind, bounds, -np.inf if low is None else float(low), np.inf if high is None else float(high)
    )
