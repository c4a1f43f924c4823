"""Monitor files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest
import yaml

from driftline.processors.documents import DocumentError, parse_duration, published
from driftline.processors.monitor import load_monitors
from driftline.processors.monitor.kinds import SCHEMA_ID, MonitorFile
from tests.locked import only_as_locked

PUBLISHED = Path(__file__).parents[3] / "processors/driftline/processors/monitor/monitor.schema.json"
HEAD = "apiVersion: driftline.dev/v1\nkind: ModelMonitor\nmetadata: {name: credit}\n"
DEFAULTS = "apiVersion: driftline.dev/v1\nkind: ModelMonitorDefaults\n"
WHOLE = """\
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: credit, labels: {team: risk}}
spec:
  model: {name: credit}
  reference: {profile: credit.profile.json}
  window: {length: 5m, every: 10s}
  staleAfter: 15m
  drift: {falseAlarms: 1 per 30d, minimumEffect: {psi: 0.02}, minimumObservations: 10, severity: ticket}
  fields:
    - {name: zip, drift: {enabled: false}}
    - {name: "tmp_*", ignore: true}
    - name: request_latency
      metric: {name: http.server.request.duration, where: {http.route: /predict}}
    - name: plan
      metric: {name: app.requests, by: app.plan}
  segments: [region, [region, channel]]
  exclusions:
    - {from: 2026-11-27T00:00:00+01:00, to: 2026-11-30T00:00:00+01:00, reason: Black Friday}
  slos:
    - {name: availability, objective: 99.9, sli: {availability: {}}}
    - {name: fast, objective: 99, sli: {latency: {threshold: 250ms}}}
    - {name: steady, objective: 90, sli: {drift: {}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "credit.profile.json").write_text('{"driftline": "profile/v1"}')
    return tmp_path


def put(folder: Path, text: str, name: str = "credit.yaml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def refused(folder: Path, text: str) -> str:
    with pytest.raises(DocumentError) as caught:
        load_monitors([put(folder, text)])
    return str(caught.value)


def test_the_monitor_of_the_design_is_read_whole(folder: Path) -> None:
    monitor = next(iter(load_monitors([put(folder, WHOLE)])))
    spec = monitor.spec
    assert (monitor.name, monitor.model, monitor.labels) == ("credit", "credit", {"team": "risk"})
    assert spec.reference is not None
    assert spec.reference.profile == str(folder / "credit.profile.json")
    assert spec.segments == ("region", ("region", "channel"))
    assert spec.exclusions[0].reason == "Black Friday"
    assert [slo.name for slo in spec.slos] == ["availability", "fast", "steady"]
    assert not monitor.rule("zip").enabled
    assert monitor.rule("tmp_x").ignore
    assert not monitor.rule("age").ignore
    assert monitor.rule("age").minimum_effect == {"psi": 0.02}


@only_as_locked("pydantic")
def test_the_published_schema_is_the_one_of_the_code() -> None:
    assert PUBLISHED.read_text() == published(MonitorFile, SCHEMA_ID), (
        "run: python -m driftline.processors.monitor > .../monitor.schema.json"
    )


def test_the_published_schema_takes_the_monitor_of_the_design() -> None:
    schema = json.loads(PUBLISHED.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(json.dumps(yaml.safe_load(WHOLE), default=lambda time: time.isoformat())), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(HEAD + "spec: {windwo: {}}"), schema)


def test_a_name_is_all_a_monitor_needs(folder: Path) -> None:
    monitor = next(iter(load_monitors([put(folder, HEAD)])))
    window = monitor.spec.window
    assert (window.length, window.every) == (parse_duration("5m"), parse_duration("10s"))
    assert (window.reaches_back_for, window.longest_ns) == (500, parse_duration("7d"))
    assert monitor.spec.stale_after == parse_duration("15m")
    assert monitor.budget_per_look == pytest.approx(1 / 259_200)


def test_a_window_with_a_length_does_not_reach_back_unless_it_says_so(folder: Path) -> None:
    plain = next(iter(load_monitors([put(folder, HEAD + "spec: {window: {length: 1h}}")]))).spec.window
    assert (plain.reaches_back_for, plain.longest_ns) == (None, parse_duration("1h"))
    asked = next(iter(load_monitors([put(folder, HEAD + "spec: {window: {length: 1h, observations: 50}}")])))
    assert asked.spec.window.reaches_back_for == 50


@pytest.mark.parametrize(
    ("spec", "line", "words"),
    [
        ("  window: {lenght: 5m}", 5, "spec.window.lenght: unknown key; did you mean `length`?"),
        ("  window:\n    every: 10", 6, "spec.window.every: 10 is not a duration"),
        ("  window: {length: 1s, every: 5s}", 5, "`every` is longer than `length`"),
        ("  window: {longest: 1m}", 5, "`longest` is shorter than `length`"),
        ("  reference: {trailing: {length: 1m}}", 5, "is shorter than the window: make it at least 5m"),
        ("  reference: {seasonal: {period: 9m}}", 5, "holds less than two windows"),
        ("  reference: {seasonal: {period: 24h, timeZone: Berlin}}", 5, "`Berlin` is no time zone: write a name such"),
        ("  reference: {rest: {}}\n  window: {length: 5m}", 5, "there are none: write `segments`"),
        ("  reference: {rest: {}}\n  segments: [region]", 5, "write `window: {length: 5m}` without `observations`"),
        ("  reference: {learn: {}, profile: x}", 5, "exactly one of"),
        ("  reference: {profile: absent.json}", 5, "does not exist: make it with `driftline profile`"),
        ("  drift: {falseAlarms: never}", 5, "'never' is not a rate"),
        ("  drift: {minimumEffect: {pis: 1}}", 5, "`pis` is no statistic; did you mean `psi`?"),
        ("  drift: {minimumEffect: {psi: -1}}", 5, "below 0"),
        ("  drift: {severity: loud}", 5, "spec.drift.severity"),
        ("  exclusions:\n    - {from: 2026-11-27T00:00:00, to: 2026-11-28T00:00:00Z, reason: x}", 6, "timezone"),
        ("  exclusions:\n    - {from: 2026-11-28T00:00:00Z, to: 2026-11-27T00:00:00Z, reason: x}", 6, "swap them"),
        ("  fields:\n    - {ignore: true}", 6, "spec.fields[0].name: is missing"),
        ('  fields:\n    - {name: "a*", metric: {name: m}}', 6, "without `*`"),
        ("  segments: [a, [b, {}]]", 5, "spec.segments[1][1]"),
        ("  slos:\n    - {name: a, objective: 100, sli: {availability: {}}}", 6, "less than 100"),
        ("  slos:\n    - {name: a, objective: 99, sli: {}}", 6, "exactly one of"),
        ("  window: 5", 5, "needs `key: value` lines below it"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_what_to_write(folder: Path, spec: str, line: int, words: str) -> None:
    message = refused(folder, f"{HEAD}spec:\n{spec}\n")
    assert words in message
    assert f"credit.yaml:{line}: " in message


def test_two_objectives_on_one_foreign_histogram_are_refused_unless_each_says_whose_streams_are_whose(
    folder: Path,
) -> None:
    slos = "[{name: quick, objective: 99, sli: {latency: {threshold: 1s, metric: {name: m}}}}]"
    put(folder, f"{HEAD}spec: {{slos: {slos}}}", "a.yaml")
    put(folder, f"{HEAD.replace('credit', 'fraud')}spec: {{slos: {slos}}}", "b.yaml")
    with pytest.raises(DocumentError, match=r"b.yaml:4: spec.slos: `quick` watches the metric m.*`credit` \(.*a.yaml"):
        load_monitors([folder])
    where = "model: {where: {service.name: fraud}}"
    put(folder, f"{HEAD.replace('credit', 'fraud')}spec: {{{where}, slos: {slos}}}", "b.yaml")
    assert len(load_monitors([folder])) == 2


def test_two_models_that_claim_one_foreign_metric_are_refused_naming_both_files(folder: Path) -> None:
    spec = "spec: {fields: [{name: latency, metric: {name: m, where: {route: /a}}}]}"
    put(folder, HEAD + spec, "a.yaml")
    put(folder, HEAD.replace("credit", "fraud") + spec, "b.yaml")
    with pytest.raises(
        DocumentError, match=r"b.yaml.*`latency` watches the metric m.*monitor `credit` \(.*a.yaml"
    ) as said:
        load_monitors([folder])
    assert "model: {where: ...}" in str(said.value)
    put(folder, HEAD.replace("credit", "fraud") + spec.replace("/a", "/b"), "b.yaml")
    assert len(load_monitors([folder])) == 2, "no stream can be both"
    where = spec.replace("spec: {", "spec: {model: {where: {service.name: fraud}}, ")
    put(folder, HEAD.replace("credit", "fraud") + where, "b.yaml")
    assert len(load_monitors([folder])) == 2, "this one says which streams are its"


def test_every_fault_of_every_file_is_named_at_once(folder: Path) -> None:
    put(folder, HEAD + "spec: {windwo: {}, staleAfter: 5}", "a.yaml")
    put(folder, "kind: Pod\n", "b.yaml")
    with pytest.raises(DocumentError) as caught:
        load_monitors([folder])
    assert len(caught.value.faults) == 3
    assert "did you mean" in str(caught.value)
    assert "b.yaml:1: kind: 'Pod' is no kind of monitor file" in str(caught.value)


def test_a_document_without_a_kind_says_which_to_write(folder: Path) -> None:
    assert "write `kind: ModelMonitor`" in refused(folder, "spec: {}\n")


def test_a_folder_is_read_not_deeper_and_without_dot_names_and_profiles(folder: Path) -> None:
    put(folder, HEAD)
    put(folder, HEAD.replace("credit", "fraud"), "fraud.yml")
    put(folder, json.dumps(yaml.safe_load(HEAD.replace("credit", "churn"))), "churn.json")
    put(folder, HEAD.replace("credit", "hidden"), ".hidden.yaml")
    put(folder, "no monitor", "notes.txt")
    (folder / "deeper").mkdir()
    put(folder / "deeper", HEAD.replace("credit", "deep"))
    assert sorted(monitor.name for monitor in load_monitors([folder])) == ["churn", "credit", "fraud"]


def test_one_file_may_hold_several_monitors(folder: Path) -> None:
    path = put(folder, HEAD + "---\n" + HEAD.replace("credit", "fraud"))
    assert [monitor.name for monitor in load_monitors([path])] == ["credit", "fraud"]


def test_two_monitors_for_one_model_and_version_are_refused_naming_both(folder: Path) -> None:
    put(folder, HEAD, "a.yaml")
    put(folder, HEAD.replace("name: credit", "name: other") + "spec: {model: {name: credit}}", "b.yaml")
    with pytest.raises(DocumentError, match=r"`credit` .*a.yaml.* and `other`"):
        load_monitors([folder])
    put(folder, HEAD.replace("name: credit", "name: other") + "spec: {model: {name: credit, version: 7}}", "b.yaml")
    assert len(load_monitors([folder])) == 2


def test_the_monitor_that_asks_for_more_serves_first_and_the_defaults_serve_the_rest(folder: Path) -> None:
    put(folder, HEAD, "a.yaml")
    put(folder, HEAD.replace("name: credit", "name: seven") + "spec: {model: {name: credit, version: 7}}", "b.yaml")
    put(folder, HEAD.replace("name: credit", "name: stage") + "spec: {model: {name: credit, environment: s}}", "c.yaml")
    monitors = load_monitors([folder])
    assert monitors.for_identity("credit", "7", "s").name == "seven"
    assert monitors.for_identity("credit", "8", "s").name == "stage"
    assert monitors.for_identity("credit", "8").name == "credit"
    unknown = monitors.for_identity("fraud", "1")
    assert (unknown.name, unknown.declared) == ("fraud", False)


def test_the_defaults_lie_under_every_monitor_and_serve_models_without_one(folder: Path) -> None:
    spec = "spec: {window: {length: 1h, every: 1m}, drift: {severity: page}, fields: [{name: a, ignore: true}]}\n"
    put(folder, DEFAULTS + spec, "defaults.yaml")
    put(folder, HEAD + "spec: {window: {every: 5m}, fields: [{name: b, ignore: true}]}")
    monitors = load_monitors([folder])
    merged = monitors.for_identity("credit").spec
    assert (merged.window.length, merged.window.every) == (parse_duration("1h"), parse_duration("5m"))
    assert merged.window.reaches_back_for is None
    assert merged.drift.severity == "page"
    assert [entry.name for entry in merged.fields] == ["a", "b"]
    assert monitors.for_identity("fraud").spec.window.every == parse_duration("1m")
    assert monitors.for_identity("fraud").rule("a").ignore


def test_there_is_one_document_of_defaults(folder: Path) -> None:
    put(folder, DEFAULTS, "a.yaml")
    put(folder, DEFAULTS, "b.yaml")
    with pytest.raises(DocumentError, match=r"b.yaml:1: a second ModelMonitorDefaults, the first is in .*a.yaml"):
        load_monitors([folder])


def test_a_later_entry_adjusts_an_earlier_one(folder: Path) -> None:
    fields = '[{name: "*", drift: {enabled: false}}, {name: age, drift: {enabled: true, minimumEffect: {ks: 0.2}}}]'
    monitor = next(iter(load_monitors([put(folder, HEAD + f"spec: {{fields: {fields}}}")])))
    assert not monitor.rule("zip").enabled
    assert monitor.rule("age").enabled
    assert monitor.rule("age").minimum_effect == {"ks": 0.2}
    assert monitor.rule("age") is monitor.rule("age")


def test_a_bracket_in_a_field_name_is_itself(folder: Path) -> None:
    monitor = next(iter(load_monitors([put(folder, HEAD + 'spec: {fields: [{name: "a[0]", ignore: true}]}')])))
    assert monitor.rule("a[0]").ignore
    assert not monitor.rule("a0").ignore


def test_a_version_is_the_text_that_was_written(folder: Path) -> None:
    put(folder, HEAD + "spec: {model: {version: 1.10}}")
    assert load_monitors([folder]).for_identity("credit", "1.10").declared


def test_a_changed_added_or_removed_file_is_noticed_profiles_too(folder: Path) -> None:
    path = put(folder, HEAD + "spec: {reference: {profile: credit.profile.json}}")
    monitors = load_monitors([folder])
    assert not monitors.changed()
    put(folder, HEAD.replace("credit", "fraud"), "fraud.yaml")
    assert monitors.changed()
    monitors = load_monitors([folder])
    os.utime(folder / "credit.profile.json", ns=(1, 1))
    assert monitors.changed()
    monitors = load_monitors([folder])
    path.unlink()
    assert monitors.changed()


def test_a_flood_of_unknown_models_keeps_no_monitor_for_each() -> None:
    monitors = load_monitors([])
    for number in range(20_500):
        monitors.for_identity(f"model-{number}")
    assert len(monitors._undeclared) <= 10_000
