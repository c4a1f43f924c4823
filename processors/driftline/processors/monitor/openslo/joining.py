"""Brings the objectives of OpenSLO documents to the monitors they are for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from driftline.processors.documents import Document, DocumentError, validate
from driftline.processors.monitor.objectives import Objective
from driftline.processors.monitor.openslo.reading import labels_of, objectives_of
from driftline.processors.monitor.openslo.shapes import Service, Sli, Slo


@dataclass(slots=True)
class Joined:
    """What a set of OpenSLO documents adds to monitors, by the name of its service."""

    slos: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Entries for a monitor's `slos`."""
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    """Labels of the service."""
    written: dict[str, Document] = field(default_factory=dict)
    """The first document that names the service."""
    notices: list[str] = field(default_factory=list)
    """What is in the documents and not used, a sentence each."""


def join(documents: Sequence[Document]) -> Joined:
    """Read OpenSLO documents.

    Args:
        documents: of `apiVersion: openslo/v1`, each valid by its shape.

    Raises:
        DocumentError: an SLO asks for what is not known here, or two of one service have one name.
    """
    found = Joined()
    indicators = {each.value["metadata"]["name"]: validate(Sli, each) for each in _of(documents, "SLI")}
    for document in _of(documents, "Service"):
        service = validate(Service, document)
        found.labels[service.metadata.name] = dict(labels_of(service.metadata))
        found.written.setdefault(service.metadata.name, document)
    for document in _of(documents, "SLO"):
        _add(found, document, validate(Slo, document), indicators)
    found.notices += _unused(documents)
    return found


def _add(found: Joined, document: Document, slo: Slo, indicators: dict[str, Sli]) -> None:
    service = slo.spec.service
    found.written.setdefault(service, document)
    there = found.slos.setdefault(service, [])
    for entry in objectives_of(document, slo, indicators):
        validate(Objective, Document(document.file, entry, {(): document.line(("spec", "indicator"))}))
        if any(entry["name"] == other["name"] for other in there):
            message = f"service `{service}` has two objectives `{entry['name']}`: give each its own name"
            raise DocumentError([document.fault(("metadata", "name"), message)])
        there.append(entry)
    if slo.spec.alert_policies:
        found.notices.append(f"{slo.metadata.name}: its alert policies are not used, burn alarms come from the table")


def _of(documents: Iterable[Document], kind: str) -> list[Document]:
    return [document for document in documents if document.value["kind"] == kind]


def _unused(documents: Sequence[Document]) -> list[str]:
    kinds = Counter(document.value["kind"] for document in documents)
    return [
        f"{count} {kind} document{'s' if count > 1 else ''} of OpenSLO not used: a monitor says where alarms go"
        for kind, count in sorted(kinds.items())
        if kind not in {"SLO", "SLI", "Service"}
    ]
