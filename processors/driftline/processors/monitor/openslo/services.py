"""Which monitor the objectives of an OpenSLO service go to."""

from __future__ import annotations

from collections.abc import Sequence

from driftline.processors.documents import Document
from driftline.processors.monitor.kinds import API_VERSION
from driftline.processors.monitor.openslo.joining import Joined


def services(written: Sequence[Document], joined: Joined) -> list[tuple[Document, str | None]]:
    """Every `ModelMonitor` document with the service whose objectives it takes.

    Args:
        written: the monitors that files hold.
        joined: what OpenSLO documents add.

    Returns:
        Each monitor with the service of its own name, else of its model's where no monitor has that name, else None;
        then, for each service that is left with objectives, a monitor that says no more than its name.
    """
    names = {_name(document) for document in written}
    found = [(document, _service(document, names, joined)) for document in written]
    taken = {service for _, service in found}
    return found + [(_bare(each, joined.written[each]), each) for each in joined.slos if each not in taken]


def _service(document: Document, names: set[str], joined: Joined) -> str | None:
    name, model = _name(document), _model(document)
    if name in joined.written:
        return name
    return model if model in joined.written and model not in names else None


def _name(document: Document) -> str:
    return str(document.value["metadata"]["name"])


def _model(document: Document) -> str | None:
    model = (document.value.get("spec") or {}).get("model") or {}
    return None if model.get("name") is None else str(model["name"])


def _bare(service: str, document: Document) -> Document:
    value = {"apiVersion": API_VERSION, "kind": "ModelMonitor", "metadata": {"name": service}, "spec": {}}
    return Document(document.file, value, {(): document.line(())})
