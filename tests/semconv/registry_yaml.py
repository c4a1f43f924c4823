"""The registry as YAML for OpenTelemetry Weaver. `python -m tests.semconv.registry_yaml` (`make registry`) writes it.

Source: OpenTelemetry Weaver, "Semantic Convention Definition Language v2" (`file_format: definition/2`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from driftline.semconv import SCHEMA_URL, attributes, registry
from driftline.semconv.registry import Attribute, Entity, Event, Metric, Span

FOLDER: Final = Path(registry.__file__).parent
_HEADER: Final = "# Written by `make registry` from driftline.semconv.registry: change it there.\n"
_OPENTELEMETRY: Final = "1.44.0"
_CAPTURED: Final = {attributes.ML_PREDICTION_VALUE, attributes.ML_PREDICTION_SCORE, attributes.ML_FEATURE_PREFIX}
"""What stands on a span only where somebody asked for it."""
_IDENTITY_GROUP: Final = "attributes.ml.identity"

Row = dict[str, Any]
T = TypeVar("T")


def render() -> dict[str, str]:
    """The text of each file by its name."""
    files: dict[str, Row] = {
        "manifest.yaml": _manifest(),
        "attributes.yaml": _definitions("attributes", _attribute, _ours()) | {"attribute_groups": [_identity_group()]},
        "metrics.yaml": _definitions("metrics", _metric, registry.METRICS.values()),
        "events.yaml": _definitions("events", _event, registry.EVENTS.values()),
        "spans.yaml": _definitions("spans", _span, registry.SPANS.values()),
        "entities.yaml": _definitions("entities", _entity, registry.ENTITIES.values()),
    }
    return {
        name: _HEADER + yaml.safe_dump(content, sort_keys=False, width=110, allow_unicode=True)
        for name, content in files.items()
    }


def _definitions(signal: str, word: Callable[[T], Row], things: Iterable[T]) -> Row:
    return {"file_format": "definition/2", signal: [word(thing) for thing in things]}


def _manifest() -> Row:
    archive = "https://github.com/open-telemetry/semantic-conventions/archive/refs/tags"
    opentelemetry = {
        "schema_url": f"https://opentelemetry.io/schemas/{_OPENTELEMETRY}",
        "registry_path": f"{archive}/v{_OPENTELEMETRY}.zip[model]",
    }
    return {
        "schema_url": SCHEMA_URL,
        "description": "Driftline: models in production, their drift, quality and objectives.",
        "stability": "development",
        "dependencies": [opentelemetry],
    }


def _ours() -> list[Attribute]:
    return [attribute for attribute in registry.ATTRIBUTES.values() if attribute.ours]


def _attribute(attribute: Attribute) -> Row:
    row: Row = {"key": attribute.name.removesuffix("."), "type": attribute.type, **_said(attribute.sentence)}
    if attribute.values:
        row["type"] = {"members": [_member(str(value)) for value in attribute.values]}
    if attribute.examples:
        row["examples"] = list(attribute.examples)
    return row


def _member(value: str) -> Row:
    return {"id": value, "value": value, "stability": "development"}


def _identity_group() -> Row:
    others = (attributes.ML_MODEL_VERSION, attributes.ML_MODEL_VARIANT, attributes.DEPLOYMENT_ENVIRONMENT_NAME)
    refs = [_ref(attributes.ML_MODEL_NAME, "required"), *(_ref(name, "recommended") for name in others)]
    return {"id": _IDENTITY_GROUP, "visibility": "internal", "attributes": refs}


def _metric(metric: Metric) -> Row:
    refs = [_ref(name, "required" if metric.identified else "recommended") for name in metric.attributes]
    return {
        "name": metric.name,
        "instrument": str(metric.instrument),
        "unit": metric.unit,
        **_said(metric.sentence),
        "attributes": ([{"ref_group": _IDENTITY_GROUP}] if metric.identified else []) + refs,
    }


def _event(event: Event) -> Row:
    refs = [_ref(name, "required") for name in event.required] + [_ref(name, "recommended") for name in event.optional]
    return {"name": event.name, **_said(event.sentence), "attributes": [{"ref_group": _IDENTITY_GROUP}, *refs]}


def _span(span: Span) -> Row:
    refs = [_ref(name, "opt_in" if name in _CAPTURED else "recommended") for name in span.attributes]
    return {
        "type": span.type,
        "kind": span.kind,
        "name": {"note": span.name},
        **_said(span.sentence),
        "attributes": [{"ref_group": _IDENTITY_GROUP}, *refs],
    }


def _entity(entity: Entity) -> Row:
    return {
        "type": entity.type,
        **_said(entity.sentence),
        "identity": [
            _ref(name, "required" if name == attributes.ML_MODEL_NAME else "recommended") for name in entity.identity
        ],
        "description": [_ref(name, "recommended") for name in entity.description],
    }


def _ref(name: str, level: str) -> Row:
    if name == attributes.ERROR_TYPE:
        return {"ref": name, "requirement_level": {"conditionally_required": "If and only if the call failed."}}
    return {"ref": name.removesuffix("."), "requirement_level": level}


def _said(sentence: str) -> Row:
    return {"brief": f"{sentence[0].upper()}{sentence[1:]}.", "stability": "development"}


if __name__ == "__main__":
    for file, text in render().items():
        (FOLDER / file).write_text(text, encoding="utf-8")
        sys.stdout.write(f"registry: wrote {FOLDER / file}\n")
