"""Drafted monitors can be loaded as they are, whatever the names in them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given
from hypothesis import strategies as some
from typer.testing import CliRunner

from driftline.processors.cli.app import application
from driftline.processors.drafting import Known, KnownField, draft, known_of_profile, known_of_traffic
from driftline.processors.monitor import Monitor, load_monitors
from driftline.processors.profile import Profile

texts = some.text(some.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


def loaded(folder: Path, text: str) -> Monitor:
    (folder / "drafted.yaml").write_text(text, encoding="utf-8")
    (monitor,) = load_monitors([folder / "drafted.yaml"])
    return monitor


def profile_of(folder: Path) -> Path:
    numbers = np.random.default_rng(1)
    table = {
        "age": numbers.normal(40, 9, 900),
        "unit": np.full(900, 3.0),
        "currency": ["EUR"] * 900,
        "visitor": [f"v{at}" for at in range(900)],
    }
    path = folder / "credit.profile.json"
    Profile.from_table(table, model="credit", roles={"visitor": "feature"}).save(path)
    return path


@given(model=texts, field=texts, owner=texts, attribute=texts)
def test_any_name_is_written_so_that_it_is_read_as_it_was(model: str, field: str, owner: str, attribute: str) -> None:
    known = Known(model, "somewhere", (KnownField(field, "feature", "it is odd"),), segments=(attribute,), learns=True)
    with TemporaryDirectory() as folder:
        monitor = loaded(Path(folder), draft(known, owner))
    assert (monitor.name, monitor.spec.owner, monitor.spec.segments) == (model, owner, (attribute,))
    assert monitor.spec.fields[0].name == field


def test_fields_that_would_only_make_noise_do_not_alarm(tmp_path: Path) -> None:
    known = known_of_profile(Profile.load(profile_of(tmp_path)), "credit.profile.json")
    monitor = loaded(tmp_path, draft(known))
    enabled = {field.name: monitor.rule(field.name).enabled for field in known.fields}
    assert enabled == {"age": True, "unit": True, "currency": True, "visitor": False}
    assert monitor.spec.reference is not None
    assert monitor.spec.reference.profile == str(tmp_path / "credit.profile.json")


def test_traffic_gives_fields_segments_and_a_window_that_holds_enough() -> None:
    def field(name: str, observations: int, status: str = "ok") -> dict[str, object]:
        window = {"start": "2026-11-24T14:00:00Z", "end": "2026-11-24T14:05:00Z", "observations": observations}
        return {"field": name, "role": "feature", "status": status, "window": window, "reference": {"kind": "learned"}}

    whole = {"fields": [field("age", 60), field("unit", 0, "no_data")]}
    part = {"fields": [field("age", 30)], "segment": {"region": "eu"}}
    known = known_of_traffic({"model": "credit", "identities": [whole, part]}, "127.0.0.1:8088")
    assert (known.segments, known.per_second, known.learns) == (("region",), 0.2, True)
    doubts = [(each.name, each.doubt) for each in known.fields]
    assert doubts == [("age", None), ("unit", "it is in the reference and does not arrive")]
    assert "observations: 500}   # reaches back" in draft(known)


def test_a_file_that_is_there_is_kept_unless_told_otherwise(tmp_path: Path) -> None:
    profile, target = profile_of(tmp_path), tmp_path / "deploy" / "credit.yaml"
    target.parent.mkdir()
    arguments = ["init", str(profile), "-o", str(target), "--owner", "risk"]
    run = CliRunner().invoke
    assert run(application("init"), arguments).exit_code == 0
    (monitor,) = load_monitors([target])
    assert monitor.spec.reference is not None
    assert Path(monitor.spec.reference.profile or "").resolve() == profile.resolve()
    again = run(application("init"), arguments)
    assert (again.exit_code, "is there already" in again.output) == (2, True)
    assert run(application("init"), [*arguments, "--force"]).exit_code == 0


def test_without_a_profile_and_a_model_it_says_what_to_give() -> None:
    ended = CliRunner().invoke(application("init"), ["init"])
    assert (ended.exit_code, "its name with --model" in ended.output) == (2, True)
