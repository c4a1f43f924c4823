"""The profile: what a model's fields looked like when it was trained. JSON of the published schema, `profile/v1`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from driftline.processors.profile.errors import ProfileError
from driftline.processors.profile.fields import CategoricalField, NumericField
from driftline.processors.profile.text import readable

VERSION: Literal["profile/v1"] = "profile/v1"
SCHEMA_ID = "https://driftline.dev/schemas/profile.schema.json"

ProfileField = Annotated[NumericField | CategoricalField, Field(discriminator="kind")]


class ModelName(BaseModel):
    """Which model was trained on these rows; empty where nobody said."""

    model_config = ConfigDict(frozen=True, extra="allow")

    name: str | None = Field(default=None, description="The model's name, `ml.model.name`.")
    version: str | None = Field(default=None, description="The model's version, `ml.model.version`.")


class Source(BaseModel):
    """Where the rows came from."""

    model_config = ConfigDict(frozen=True, extra="allow")

    sha256: str | None = Field(default=None, description="SHA-256 of the files' bytes, in name order.")
    merged: tuple[str, ...] | None = Field(default=None, description="Ids of the profiles this one was merged from.")


class Profile(BaseModel):
    """The reference distributions of a model's fields. Frozen; equal content has an equal `id`.

    >>> profile = Profile.from_table({"age": [31.0, 45.0, 52.0], "plan": ["a", "b", "a"]}, model="credit")
    >>> profile.model_name, profile.rows, [field.name for field in profile.fields]
    ('credit', 3, ['age', 'plan'])
    >>> Profile.from_dict(profile.to_dict()) == profile
    True
    """

    model_config = ConfigDict(frozen=True, extra="allow", title="Driftline profile")

    driftline: Literal["profile/v1"] = Field(description="What this document is, and its version.")
    id: str = Field(default="", description="SHA-256 of the content: of the canonical JSON without this key.")
    model: ModelName = ModelName()
    source: Source = Source()
    rows: int = Field(ge=0, description="Rows the profile was made from.")
    duplicates: int | None = Field(
        default=None,
        ge=0,
        description="Rows equal, in every feature, to one before them among the same 100,000; absent: not counted.",
    )
    fields: tuple[ProfileField, ...] = Field(description="The fields, in the order of the table.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        names = [field.name for field in self.fields]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"fields named twice: {', '.join(repeated)}: every field needs its own name")
        if not self.id:
            object.__setattr__(self, "id", self.content_hash())
        return self

    @property
    def model_name(self) -> str | None:
        return self.model.name

    @property
    def model_version(self) -> str | None:
        return self.model.version

    def field(self, name: str) -> NumericField | CategoricalField | None:
        """The field of this name, or None."""
        return self._by_name.get(name)

    def with_role(self, role: str) -> list[NumericField | CategoricalField]:
        """The fields of this role, in the order of the table."""
        return [field for field in self.fields if field.role == role]

    @cached_property
    def _by_name(self) -> Mapping[str, NumericField | CategoricalField]:
        return {field.name: field for field in self.fields}

    def content_hash(self) -> str:
        """SHA-256 (hex) of the canonical JSON without `id`: sorted keys, no blanks, UTF-8, Python's numbers.

        Differs from `id` when a file was edited by hand.
        """
        content = {key: value for key, value in self.to_dict().items() if key != "id"}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """The profile as JSON values; a figure that does not exist is left out."""
        return self.model_dump(mode="json", exclude_none=True)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Profile:
        """The profile that these JSON values are. Raises ProfileError when they are none."""
        version = content.get("driftline") if isinstance(content, Mapping) else None
        if version != VERSION:
            raise ProfileError(_not_ours(version))
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            raise ProfileError(_first(error, content)) from error

    @classmethod
    def from_json(cls, text: str | bytes) -> Profile:
        """The profile in this text. Raises ProfileError when there is none."""
        try:
            content = json.loads(text)
        except ValueError as error:
            raise ProfileError(f"not JSON ({error}): make a profile with `driftline profile DATA -o OUT`") from error
        return cls.from_dict(content)

    @classmethod
    def load(cls, path: str | Path) -> Profile:
        """Read a file. Raises ProfileError, naming the file, when it cannot be read or is no profile."""
        try:
            return cls.from_json(Path(path).read_bytes())
        except OSError as error:
            raise ProfileError(
                f"{path}: {error.strerror}: make a profile with `driftline profile DATA -o OUT`"
            ) from error
        except ProfileError as error:
            raise ProfileError(f"{path}: {error}") from error

    def to_json(self) -> str:
        """The text of the file: indented, a list of numbers on one line."""
        return readable(self.to_dict())

    def save(self, path: str | Path) -> None:
        """Write the file. Raises ProfileError when it cannot be written."""
        try:
            Path(path).write_text(self.to_json(), encoding="utf-8")
        except OSError as error:
            raise ProfileError(f"{path}: {error.strerror}: choose a file that can be written") from error

    @classmethod
    def from_table(
        cls,
        table: Any,
        *,
        roles: Mapping[str, str] | None = None,
        kinds: Mapping[str, str] | None = None,
        model: str | None = None,
        version: str | None = None,
        **options: Any,
    ) -> Profile:
        """Profile the rows of a table: paths, a mapping of arrays, a DataFrame, an Arrow table.

        Args:
            table: whatever `driftline.processors.tables.open_table` takes.
            roles: column to `feature`, `prediction`, `score`, `outcome`. Columns named `prediction`, `score`,
                `score.<class>` and `outcome` have that role anyway; all others are features.
            kinds: column to `numeric` or `categorical`, where the type of the values misleads.
            model: name of the model.
            version: its version.
            options: the rest of `driftline.processors.profile.Options`: `ignore`, `bins`, `max_categories`,
                `threshold`, `positive`; and `like`, `blocks`, `told`, `progress` of
                `build_profile`.

        Raises:
            TableError: the table cannot be read.
            ProfileError: a column named in the options is not there, no rows, nothing left to profile.
        """
        from driftline.processors.profile.build import build_profile_of

        return build_profile_of(table, roles=roles or {}, kinds=kinds or {}, model=model, version=version, **options)


def _not_ours(version: object) -> str:
    if version is None:
        return f'not a profile (no "driftline": "{VERSION}"): make one with `driftline profile DATA -o OUT`'
    return f"is {version!r}, this Driftline reads {VERSION!r}: upgrade Driftline, or make the profile again"


def _first(error: ValidationError, content: Mapping[str, Any]) -> str:
    """The first thing wrong, with the name of the field it is in."""
    first = error.errors(include_url=False)[0]
    where = [str(part) for part in first["loc"] if part not in ("numeric", "categorical")]
    if len(where) > 1 and where[0] == "fields":
        named = content["fields"][int(where[1])]
        where[1] = str(named.get("name", where[1])) if isinstance(named, Mapping) else where[1]
    place = ".".join(where)
    return f"{place + ': ' if place else ''}{first['msg'].removeprefix('Value error, ')} ({error.error_count()} in all)"
