"""The kinds of value that every file of ours has: strict objects, text, durations."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema
from pydantic.alias_generators import to_camel

from driftline.processors.documents.durations import PATTERN, parse_duration


class Entry(BaseModel):
    """An object of a file: keys in camelCase, unknown ones refused, unchangeable once read."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, allow_inf_nan=False, use_attribute_docstrings=True
    )


def _as_written(value: Any) -> Any:
    return getattr(value, "text", value)


def _nanoseconds(value: Any) -> Any:
    if isinstance(value, str):
        return parse_duration(value)
    raise ValueError(f"{value!r} is not a duration: write a whole number and a unit, such as 250ms, 30s, 5m, 12h, 30d")


Text = Annotated[str, StringConstraints(min_length=1), BeforeValidator(_as_written)]
"""Text that is not empty; a number stands for itself as it was written."""

Duration = Annotated[
    int, BeforeValidator(_nanoseconds), WithJsonSchema({"type": "string", "pattern": PATTERN, "examples": ["5m"]})
]
"""A duration, in nanoseconds once read."""
