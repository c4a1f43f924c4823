"""The telemetry contract: constants, data, YAML and schema file say the same."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from driftline.processors.findings import State
from driftline.semconv import SCHEMA_URL, attributes, events, metrics, registry, values
from driftline.semconv.registry import definitions
from tests.semconv.registry_yaml import FOLDER, render

SCHEMA_FILE = FOLDER.parent / "schemas" / f"{SCHEMA_URL.rsplit('/', 1)[1]}.yaml"
RULES = json.loads((Path(__file__).parent / "registry.schema.json").read_text(encoding="utf-8"))

PUBLISHED = {  # the public surface of contract 1.0.0: (instrument, unit, attributes beyond the identity)
    "ml.prediction.duration": ("histogram", "s", {"error.type"}),
    "ml.predictions": ("counter", "{prediction}", {"error.type"}),
    "ml.field.distribution": ("histogram", "", {"ml.field.name", "ml.field.role"}),
    "ml.field.categories": ("counter", "{observation}", {"ml.field.name", "ml.field.role", "ml.field.category"}),
    "ml.field.defects": ("counter", "{observation}", {"ml.field.name", "ml.field.role", "ml.field.defect"}),
    "ml.drift.score": ("gauge", "", {"ml.field.name", "ml.field.role", "ml.drift.statistic"}),
    "ml.drift.error": ("gauge", "", {"ml.field.name", "ml.field.role", "ml.drift.statistic"}),
    "ml.drift.limit": ("gauge", "", {"ml.field.name", "ml.field.role", "ml.drift.statistic"}),
    "ml.drift.p_value": ("gauge", "", {"ml.field.name", "ml.field.role", "ml.drift.statistic"}),
    "ml.drift.level": ("gauge", "", {"ml.field.name", "ml.field.role"}),
    "ml.drift.detected": ("gauge", "", {"ml.field.name", "ml.field.role"}),
    "ml.drift.fields": ("gauge", "", set()),
    "ml.drift.contribution": ("gauge", "", {"ml.field.name", "ml.field.role", "ml.drift.output"}),
    "ml.window.observations": ("gauge", "", {"ml.field.name", "ml.field.role"}),
    "ml.rows.score": ("gauge", "", {"ml.field.name", "ml.field.role", "ml.rows.statistic"}),
    "ml.rows.limit": ("gauge", "", {"ml.field.name", "ml.field.role", "ml.rows.statistic"}),
    "ml.rows.p_value": ("gauge", "", {"ml.field.name", "ml.field.role", "ml.rows.statistic"}),
    "ml.rows.detected": ("gauge", "", {"ml.field.name", "ml.field.role"}),
    "ml.rows.driver": ("gauge", "", {"ml.field.name", "ml.field.role"}),
    "ml.rows.observations": ("gauge", "", {"ml.field.name", "ml.field.role"}),
    "ml.quality.defect_share": ("gauge", "", {"ml.field.name", "ml.field.role", "ml.field.defect"}),
    "ml.quality.level": ("gauge", "", {"ml.field.name", "ml.field.role", "ml.quality.check"}),
    "ml.quality.detected": ("gauge", "", {"ml.field.name", "ml.field.role", "ml.quality.check"}),
    "ml.field.status": ("gauge", "", {"ml.field.name", "ml.field.role", "ml.monitor.state"}),
    "ml.monitor.status": ("gauge", "", {"ml.monitor.state"}),
    "ml.reference.info": ("gauge", "", {"ml.reference.id", "ml.reference.kind"}),
    "ml.reference.age": ("gauge", "s", {"ml.reference.id", "ml.reference.kind"}),
    "ml.performance.score": ("gauge", "", {"ml.performance.metric", "ml.performance.kind"}),
    "ml.performance.lower": ("gauge", "", {"ml.performance.metric", "ml.performance.kind"}),
    "ml.performance.upper": ("gauge", "", {"ml.performance.metric", "ml.performance.kind"}),
    "ml.performance.limit": ("gauge", "", {"ml.performance.metric", "ml.performance.kind"}),
    "ml.performance.detected": ("gauge", "", {"ml.performance.metric", "ml.performance.kind"}),
    "ml.performance.error": ("gauge", "", {"ml.performance.metric", "ml.performance.kind"}),
    "ml.performance.observations": ("gauge", "", {"ml.performance.kind"}),
    "ml.performance.age": ("gauge", "s", {"ml.performance.kind"}),
    "ml.concept_drift.score": ("gauge", "", {"ml.concept_drift.detector"}),
    "ml.concept_drift.limit": ("gauge", "", {"ml.concept_drift.detector"}),
    "ml.concept_drift.detected": ("gauge", "", {"ml.concept_drift.detector"}),
    "ml.fairness.score": ("gauge", "", {"ml.fairness.metric", "ml.fairness.attribute", "ml.fairness.group"}),
    "ml.fairness.lower": ("gauge", "", {"ml.fairness.metric", "ml.fairness.attribute", "ml.fairness.group"}),
    "ml.fairness.upper": ("gauge", "", {"ml.fairness.metric", "ml.fairness.attribute", "ml.fairness.group"}),
    "ml.fairness.limit": ("gauge", "", {"ml.fairness.metric", "ml.fairness.attribute", "ml.fairness.group"}),
    "ml.fairness.detected": ("gauge", "", {"ml.fairness.metric", "ml.fairness.attribute", "ml.fairness.group"}),
    "ml.fairness.observations": ("gauge", "", {"ml.fairness.attribute", "ml.fairness.group"}),
    "ml.outcome.coverage": ("gauge", "", set()),
    "ml.outcome.age": ("gauge", "s", set()),
    "slo.objective": ("gauge", "", {"slo.name"}),
    "slo.sli": ("gauge", "", {"slo.name"}),
    "slo.error_budget.remaining": ("gauge", "", {"slo.name"}),
    "slo.burn_rate": ("gauge", "", {"slo.name", "slo.window"}),
    "slo.events": ("counter", "{event}", {"slo.name", "slo.result"}),
}


def test_the_contract_is_the_published_one() -> None:
    ours = {
        metric.name: (metric.instrument, metric.unit, set(metric.attributes))
        for metric in registry.METRICS.values()
        if metric.identified
    }
    assert ours == PUBLISHED


def test_only_seconds_and_bytes_give_a_gauge_a_unit() -> None:
    gauges = [metric for metric in registry.METRICS.values() if metric.instrument is definitions.Instrument.GAUGE]
    assert {metric.unit for metric in gauges} <= {"", "s", "By"}


@pytest.mark.parametrize("metric", registry.METRICS.values(), ids=lambda metric: metric.name)
def test_the_sentence_beside_a_metrics_constant_is_that_of_its_row(metric: definitions.Metric) -> None:
    assert _sentences(metrics)[metric.name] == metric.docstring


@pytest.mark.parametrize("attribute", registry.ATTRIBUTES.values(), ids=lambda attribute: attribute.name)
def test_the_sentence_beside_an_attributes_constant_is_that_of_its_row(attribute: definitions.Attribute) -> None:
    assert _sentences(attributes)[attribute.name].rstrip(".") == attribute.sentence.rstrip(".")


@pytest.mark.parametrize(
    ("module", "table"),
    [(metrics, registry.METRICS), (attributes, registry.ATTRIBUTES), (events, registry.EVENTS)],
    ids=["metrics", "attributes", "events"],
)
def test_every_constant_has_a_row_and_a_sentence(module: ModuleType, table: dict[str, object]) -> None:
    named = {value for name, value in vars(module).items() if name.isupper() and isinstance(value, str)}
    assert named == set(table)
    assert named == set(_sentences(module))


def test_every_attribute_that_a_signal_names_has_a_row() -> None:
    named = {name for metric in registry.METRICS.values() for name in metric.attributes}
    named |= {name for event in registry.EVENTS.values() for name in (*event.required, *event.optional)}
    named |= {name for span in registry.SPANS.values() for name in span.attributes}
    named |= {name for entity in registry.ENTITIES.values() for name in (*entity.identity, *entity.description)}
    assert named <= set(registry.ATTRIBUTES)


def test_every_attribute_of_ours_is_named_by_a_signal() -> None:
    text = "".join(render().values())
    unused = [
        attribute.name
        for attribute in registry.ATTRIBUTES.values()
        if attribute.ours and f"ref: {attribute.name.removesuffix('.')}\n" not in text
    ]
    assert unused == []


def test_the_states_of_the_contract_are_those_of_a_finding() -> None:
    assert [str(state) for state in values.MonitorState] == [str(state) for state in State]


@pytest.mark.parametrize("name", list(render()))
def test_the_yaml_is_what_the_code_says(name: str) -> None:
    checked_in = (FOLDER / name).read_text(encoding="utf-8")
    assert checked_in == render()[name], "run `make registry`"


def test_no_yaml_lies_beside_that_the_code_does_not_write() -> None:
    assert {path.name for path in FOLDER.glob("*.yaml")} == set(render())


def test_the_yaml_read_alone_holds_the_same_names_units_kinds_and_sentences() -> None:
    read = {row["name"]: (row["instrument"], row["unit"], row["brief"]) for row in _read("metrics.yaml")["metrics"]}
    said = {
        metric.name: (metric.instrument, metric.unit, metric.sentence[0].upper() + metric.sentence[1:] + ".")
        for metric in registry.METRICS.values()
    }
    assert read == said
    assert {row["name"] for row in _read("events.yaml")["events"]} == set(registry.EVENTS)
    assert _read("manifest.yaml")["schema_url"] == SCHEMA_URL


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.name)
def test_the_yaml_obeys_the_rules_of_a_registry(path: Path) -> None:
    Draft202012Validator.check_schema(RULES)
    Draft202012Validator(RULES).validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.pop("file_format"),
        lambda file: file["metrics"][0].pop("unit"),
        lambda file: file["metrics"][0].update(instrument="dial"),
        lambda file: file["metrics"][0].update(name="Ml.Predictions"),
        lambda file: file["metrics"][0].update(unti="s"),
    ],
)
def test_a_spoilt_registry_breaks_the_rules(spoil: Callable[[dict[str, Any]], object]) -> None:
    file = _read("metrics.yaml")
    spoil(file)
    assert not Draft202012Validator(RULES).is_valid(file)


def test_the_schema_file_is_of_the_contracts_version() -> None:
    file = yaml.safe_load(SCHEMA_FILE.read_text(encoding="utf-8"))
    assert file["schema_url"] == SCHEMA_URL
    assert SCHEMA_FILE.stem in file["versions"]


def test_opentelemetrys_own_parser_reads_the_schema_file(real_part: Callable[[str, str], Path]) -> None:
    program = real_part("schema_check", "0.0.19")
    read = subprocess.run([program, SCHEMA_FILE], capture_output=True, text=True, timeout=30, check=True)
    assert read.stdout.split() == ["1.1.0", SCHEMA_URL, "1"]


def test_opentelemetrys_own_parser_refuses_a_spoilt_schema_file(
    real_part: Callable[[str, str], Path], tmp_path: Path
) -> None:
    spoilt = tmp_path / "spoilt.yaml"
    spoilt.write_text(SCHEMA_FILE.read_text(encoding="utf-8").replace("1.1.0", "9.9.9"), encoding="utf-8")
    refused = subprocess.run(
        [real_part("schema_check", "0.0.19"), spoilt], capture_output=True, text=True, timeout=30, check=False
    )
    assert refused.returncode == 1
    assert "major version" in refused.stderr


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return content


def _sentences(module: ModuleType) -> dict[str, str]:
    """The text below each string constant of a module, by the constant's value."""
    body = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")).body
    found = {}
    for constant, below in pairwise(body):
        match constant, below:
            case ast.AnnAssign(value=ast.Constant(value=str(name))), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = re.sub(r"\s+", " ", text)
    return found
