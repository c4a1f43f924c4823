"""The kinds of value that every file of ours has: strict objects, text, durations."""

from __future__ import annotations

from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic.alias_generators import to_camel

from driftline.processors.documents.durations import PATTERN, parse_duration


class Entry(BaseModel):
    """An object of a file: keys in camelCase, unknown ones refused, unchangeable once read."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, allow_inf_nan=False, use_attribute_docstrings=True
    )


class Choice(Entry):
    """An object of which exactly one key is given; every field of it defaults to None.

    >>> class Way(Choice):
    ...     mail: str | None = None
    ...     chat: str | None = None
    >>> Way(chat="#risk").chosen
    'chat'
    """

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        names = list(type(self).model_fields)
        if sum(getattr(self, name) is not None for name in names) != 1:
            raise ValueError(f"needs exactly one of {', '.join(map(self.example, names))}")
        return self

    @classmethod
    def example(cls, name: str) -> str:
        """A key as a message shows it; a choice may write its value out."""
        return f"`{name}`"

    @property
    def chosen(self) -> str:
        """The name of the one that is given."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)


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


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"`{name}` is no time zone: write a name such as `UTC` or `Europe/Berlin`") from error
    return name


TimeZone = Annotated[Text, AfterValidator(_known_zone)]
"""The name of a time zone this machine knows."""
