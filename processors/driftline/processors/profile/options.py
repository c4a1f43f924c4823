"""What the maker of a profile may decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import get_args

from driftline.processors.profile.errors import ProfileError
from driftline.processors.profile.fields import Role

ROLES: tuple[str, ...] = get_args(Role)
KINDS = ("numeric", "categorical")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to profile a table.

    Args:
        roles: column to role; a column with a role is kept whatever it looks like.
        kinds: column to `numeric` or `categorical`.
        ignore: columns to leave out.
        bins: buckets of a numeric field, about; 2 or more.
        max_categories: categories of a field that go by name, the most frequent ones; the rest is `other`.
        threshold: score from which on the model decides for the positive class; a bound of every score field.
        positive: the outcome class that a field named `score` speaks for. Without it `true` or `1`.
        model: name of the model.
        version: its version.

    Raises:
        ProfileError: an unknown role or kind, a number out of range.
    """

    roles: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()
    bins: int = 20
    max_categories: int = 256
    threshold: float = 0.5
    positive: str | None = None
    model: str | None = None
    version: str | None = None

    def __post_init__(self) -> None:
        _known("role", self.roles, ROLES)
        _known("kind", self.kinds, KINDS)
        if self.bins < 2 or self.max_categories < 1:
            raise ProfileError("a profile needs 2 bins or more, and 1 category or more")
        if both := sorted(self.ignore & (set(self.roles) | set(self.kinds))):
            raise ProfileError(f"{', '.join(both)}: ignored, and given a role or kind: say one or the other")

    def check_columns(self, columns: list[str]) -> None:
        """Raise ProfileError when a column the options name is not there."""
        for name in (*self.roles, *self.kinds, *self.ignore):
            if name not in columns:
                raise ProfileError(f"the table has no column {name}: {_suggestion(name, columns)}")


def _known(what: str, given: Mapping[str, str], allowed: tuple[str, ...]) -> None:
    for column, value in given.items():
        if value not in allowed:
            raise ProfileError(f"{column}: no {what} {value!r}: choose one of {', '.join(allowed)}")


def _suggestion(name: str, columns: list[str]) -> str:
    near = get_close_matches(name, columns, n=1)
    return f"did you mean {near[0]}?" if near else f"its columns are {', '.join(columns)}"
