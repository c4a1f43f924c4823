from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import driftline.processors.profile as room
from driftline.processors.documents import published
from driftline.processors.profile import Profile, ProfileError
from driftline.processors.profile.model import SCHEMA_ID
from tests.locked import only_as_locked

PROFILE = Profile.from_table(
    {"age": [31.0, 45.0, None], "plan": ["a", "b", "a"], "score": [0.1, 0.6, 0.7], "outcome": [True, False, True]},
    model="credit",
    version="7",
)
PUBLISHED = Path(room.__file__).with_name("profile.schema.json")


@only_as_locked("pydantic")
def test_the_published_schema_is_that_of_the_code() -> None:
    assert PUBLISHED.read_text() == published(Profile, SCHEMA_ID)


def test_a_profile_is_valid_by_the_published_schema() -> None:
    jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_text())).validate(PROFILE.to_dict())


def test_the_document_has_the_shape_of_the_design() -> None:
    content = PROFILE.to_dict()
    assert list(content) == ["driftline", "id", "model", "source", "rows", "duplicates", "fields"]
    age, plan = content["fields"][:2]
    assert content["driftline"] == "profile/v1"
    assert content["model"] == {"name": "credit", "version": "7"}
    assert {"name", "role", "kind", "observations", "missing", "mean", "std", "min", "max", "bounds", "counts"} <= set(
        age
    )
    assert set(age["exponential"]) == {"scale", "zero", "positive", "negative"}
    assert plan["categories"] == {"a": 2, "b": 1}
    assert plan["other"] == 0


def test_a_saved_profile_loads_and_its_lists_are_on_one_line(tmp_path: Path) -> None:
    path = tmp_path / "credit.profile.json"
    PROFILE.save(path)
    assert Profile.load(path) == PROFILE
    assert sum('"bounds": [' in line and line.rstrip().endswith("],") for line in path.read_text().splitlines()) == 2


def test_equal_content_has_an_equal_id_and_other_content_another() -> None:
    again = Profile.from_table({"x": [1.0, 2.0]})
    assert again.id == Profile.from_table({"x": [1.0, 2.0]}).id
    assert again.id != Profile.from_table({"x": [1.0, 3.0]}).id
    edited = Profile.from_dict({**again.to_dict(), "model": {"name": "other"}})
    assert edited.id == again.id
    assert edited.content_hash() != edited.id


def test_keys_of_later_releases_survive_and_belong_to_the_content() -> None:
    content = {**PROFILE.to_dict(), "note": "checked"}
    again = Profile.from_dict(content)
    assert again.to_dict() == content
    assert again.content_hash() != PROFILE.id


def test_a_name_finds_its_field() -> None:
    field = PROFILE.field("plan")
    assert field is not None
    assert field.kind == "categorical"
    assert PROFILE.field("nothing") is None


def edit(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    content = copy.deepcopy(PROFILE.to_dict())
    change(content)
    return content


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.pop("driftline"), "not a profile"),
        (lambda c: c.update(driftline="profile/v9"), "'profile/v9'.*upgrade"),
        (lambda c: c.pop("rows"), "rows: Field required"),
        (lambda c: c["fields"][0].update(bounds=[2.0, 1.0, 3.0]), r"fields.age: bounds must ascend"),
        (lambda c: c["fields"][0]["counts"].append(1), "bounds need"),
        (lambda c: c["fields"][0].update(observations=9), "counts add up to 2, observations says 9"),
        (lambda c: c["fields"][0]["exponential"].update(zero=5), "exponential holds 7"),
        (lambda c: c["fields"][1].update(other=5), "categories and other add up to 8"),
        (lambda c: c["fields"].append(c["fields"][0]), "named twice: age"),
        (lambda c: c["fields"][2]["outcomes"].update(true=[1]), "counts, not 1"),
        (lambda c: c["fields"][1].update(kind="text"), "fields.plan"),
    ],
)
def test_a_bad_document_is_refused_with_the_place_and_the_reason(change: Any, message: str) -> None:
    with pytest.raises(ProfileError, match=message):
        Profile.from_dict(edit(change))


def test_what_cannot_be_read_or_written_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    for name in ("nope.json", "bad.json"):
        with pytest.raises(ProfileError, match=rf"{name}.*driftline profile DATA"):
            Profile.load(tmp_path / name)
    with pytest.raises(ProfileError, match="can be written"):
        PROFILE.save(tmp_path / "no" / "folder.json")
    with pytest.raises(ProfileError, match="not a profile"):
        Profile.from_json("[]")


def test_arrays_of_a_field_cannot_be_changed() -> None:
    field = PROFILE.field("age")
    assert isinstance(field, room.NumericField)
    with pytest.raises(ValueError, match="read-only"):
        field.counts_array[0] = 7
