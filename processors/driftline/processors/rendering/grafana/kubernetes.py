"""Grafana's files as Kubernetes objects: for the sidecar of Grafana's Helm chart, and for Grafana's operator.

Sources: helm-charts, `charts/grafana`, values of `sidecar`; grafana-operator, `grafana.integreatly.org/v1beta1`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from driftline.processors.rendering.documents import document_text
from driftline.processors.rendering.errors import RenderError
from driftline.processors.rendering.grafana.provisioning.sources import FOLDER
from driftline.processors.rendering.prometheus.kubernetes import object_name

_DASHBOARDS: Final = "grafana/dashboards"
_LABELS: Final = {
    _DASHBOARDS: "grafana_dashboard",
    "grafana/provisioning/datasources": "grafana_datasource",
    "grafana/provisioning/alerting": "grafana_alert",
}
"""Folders to the label by which the sidecar finds their files. The chart brings its own provider of dashboards."""
_SIDECAR: Final = (
    f"Into the folder {FOLDER}: the chart's values `sidecar.dashboards.folderAnnotation: grafana_folder` and "
    "`sidecar.dashboards.provider.foldersFromFilesStructure: true`."
)
_OPERATOR: Final = "For Grafanas with the label `dashboards: grafana`. Apply these or the ConfigMaps, not both."


def objects(files: Mapping[str, str]) -> dict[str, str]:
    """The objects of files by their paths: `grafana/sidecar` is for the one, `grafana/operator` for the other.

    Raises:
        RenderError: two files would be one object.
    """
    found: dict[str, str] = {}
    for path, text in _objects(files):
        if path in found:
            raise RenderError(f"two monitors would both be {path}: give one another `metadata.name`")
        found[path] = text
    return found


def _objects(files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for path, text in files.items():
        place = PurePosixPath(path)
        label = _LABELS.get(str(place.parent))
        if label is None:
            continue
        name = place.stem if label == "grafana_dashboard" else object_name(f"grafana-{place.parent.name}-{place.stem}")
        config_map = _config_map(name, label, place.name, text)
        yield f"grafana/sidecar/{name}.configmap.yaml", config_map
        if label == "grafana_dashboard":
            yield f"grafana/operator/{name}.grafanadashboard.yaml", _dashboard(name, text)


def _config_map(name: str, label: str, file: str, text: str) -> str:
    metadata: dict[str, Any] = {"name": name, "labels": {"app.kubernetes.io/name": "driftline", label: "1"}}
    notes = []
    if label == "grafana_dashboard":
        metadata["annotations"] = {"grafana_folder": FOLDER}
        notes = [_SIDECAR]
    return document_text({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {file: text}}, notes)


def _dashboard(name: str, text: str) -> str:
    document = {
        "apiVersion": "grafana.integreatly.org/v1beta1",
        "kind": "GrafanaDashboard",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/name": "driftline"}},
        "spec": {"instanceSelector": {"matchLabels": {"dashboards": "grafana"}}, "folder": FOLDER, "json": text},
    }
    return document_text(document, [_OPERATOR])
