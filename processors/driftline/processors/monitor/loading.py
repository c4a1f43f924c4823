"""Reads monitor files and lays the defaults under them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from driftline.processors.documents import Document, DocumentError, Fault, read_documents, validate
from driftline.processors.documents.validation import suggestion
from driftline.processors.monitor.fitting import misfits
from driftline.processors.monitor.kinds import ModelMonitor, ModelMonitorDefaults
from driftline.processors.monitor.monitors import Monitor, MonitorSet, monitor_files, stamps
from driftline.processors.monitor.openslo import API_VERSION as OPENSLO
from driftline.processors.monitor.openslo import KINDS as OPENSLO_KINDS
from driftline.processors.monitor.openslo import Joined, join, services
from driftline.processors.monitor.sharing import refuse_shared_metrics
from driftline.processors.monitor.spec import Spec

_KINDS: dict[str, type[BaseModel]] = {
    "ModelMonitor": ModelMonitor,
    "ModelMonitorDefaults": ModelMonitorDefaults,
}
_JOINED = ("fields", "exclusions")


def load_monitors(paths: Iterable[str | Path]) -> MonitorSet:
    """Read monitor files, or folders of them, into one set.

    Args:
        paths: files, or folders of which the `*.yaml`, `*.yml` and `*.json` count, not deeper, dot names skipped.

    Returns:
        The monitors, each merged over the `ModelMonitorDefaults` among the files: maps by key, `fields` and
        `exclusions` after those of the defaults, everything else replaced. Objectives of OpenSLO documents come after a
        monitor's own; a service without a monitor of its name, or for its model, gets one with every default.

    Raises:
        DocumentError: anything wrong, all faults at once, each with file, line and what to write instead.
    """
    places = [Path(path) for path in paths]
    documents = _read([file for place in places for file in monitor_files(place)])
    defaults = _only_defaults([each for each in documents if _kind(each) == "ModelMonitorDefaults"])
    under = _resolved(defaults) if defaults else {}
    promised = join([each for each in documents if _is_openslo(each)])
    written = [each for each in documents if _kind(each) == "ModelMonitor"]
    monitors = [_monitor(each, under, promised, service) for each, service in services(written, promised)]
    _refuse_twins(monitors)
    refuse_shared_metrics(monitors)
    found = [monitor for monitor, _ in monitors]
    loose = MonitorSet(found, Spec.model_validate(under), paths=places)
    seen = stamps(places, loose.profiles())
    return MonitorSet(found, loose.defaults, paths=places, stamps=seen, notices=promised.notices)


def _read(files: Sequence[Path]) -> list[Document]:
    documents: list[Document] = []
    faults: list[Fault] = []
    for file in files:
        try:
            for document in read_documents(file):
                validate(_kinds(document)[_kind(document)], document)
                _resolved(document)
                documents.append(document)
        except DocumentError as error:
            faults += error.faults
    if faults:
        raise DocumentError(faults)
    return documents


def _is_openslo(document: Document) -> bool:
    return isinstance(document.value, dict) and document.value.get("apiVersion") == OPENSLO


def _kinds(document: Document) -> Mapping[str, type[BaseModel]]:
    return OPENSLO_KINDS if _is_openslo(document) else _KINDS


def _kind(document: Document) -> str:
    kind = document.value.get("kind") if isinstance(document.value, dict) else None
    known = _kinds(document)
    if not isinstance(kind, str) or kind not in known:
        message = f"is missing: write `kind: {next(iter(known))}`"
        if kind is not None:
            message = f"{kind!r} is no kind of monitor file; {suggestion(str(kind), list(known))}"
        raise DocumentError([document.fault(("kind",), message)])
    return kind


def _only_defaults(found: Sequence[Document]) -> Document | None:
    if len(found) > 1:
        first = f"{found[0].file}:{found[0].line(())}"
        message = f"a second ModelMonitorDefaults, the first is in {first}: there can be one, join them"
        raise DocumentError([found[1].fault((), message)])
    return found[0] if found else None


def _resolved(document: Document) -> dict[str, Any]:
    """The spec with its profile's path made absolute."""
    spec = dict(document.value.get("spec") or {})
    reference = spec.get("reference") or {}
    if reference.get("profile") is not None:
        path = (document.file.parent / str(reference["profile"])).absolute()
        if not path.exists():
            message = f"{path} does not exist: make it with `driftline profile`, or correct the path"
            raise DocumentError([document.fault(("spec", "reference", "profile"), message)])
        spec["reference"] = {"profile": str(path)}
    return spec


def _monitor(
    document: Document, under: Mapping[str, Any], promised: Joined, service: str | None
) -> tuple[Monitor, Document]:
    spec = merge(under, _resolved(document))
    if service in promised.slos:
        spec["slos"] = [*spec.get("slos", ()), *promised.slos[service]]
    merged = {**document.value, "spec": spec}
    read = validate(ModelMonitor, Document(document.file, merged, document.lines))
    if faults := [document.fault(where, message) for where, message in misfits(read.spec)]:
        raise DocumentError(faults)
    name = read.metadata.name
    model = read.spec.model.name or name
    labels = {**promised.labels.get(service or "", {}), **read.metadata.labels}
    return Monitor(name, model, read.spec, labels=labels, file=document.file), document


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """One spec laid over another: maps by key, `fields` and `exclusions` joined, a reference and the rest replaced.

    >>> merge({"drift": {"severity": "page"}, "fields": [1]}, {"drift": {"minimumObservations": 20}, "fields": [2]})
    {'drift': {'severity': 'page', 'minimumObservations': 20}, 'fields': [1, 2]}
    """
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        if key in _JOINED and isinstance(below, list) and isinstance(value, list):
            merged[key] = below + value
        elif key != "reference" and isinstance(below, dict) and isinstance(value, dict):
            merged[key] = merge(below, value)
        else:
            merged[key] = value
    return merged


def _refuse_twins(monitors: Sequence[tuple[Monitor, Document]]) -> None:
    seen: dict[tuple[str, str | None, str | None], tuple[Monitor, Document]] = {}
    for monitor, document in monitors:
        key = monitor.model, monitor.spec.model.version, monitor.spec.model.environment
        if key in seen:
            first, written = seen[key]
            place = f"{written.file}:{written.line(('metadata', 'name'))}"
            message = (
                f"monitors `{first.name}` ({place}) and `{monitor.name}` are both for model `{monitor.model}`"
                f"{f' version {key[1]}' if key[1] else ''}: keep one, or give one a `model.version`"
            )
            raise DocumentError([document.fault(("metadata", "name"), message)])
        seen[key] = monitor, document
