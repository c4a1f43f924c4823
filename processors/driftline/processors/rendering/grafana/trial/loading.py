"""What must be in a Grafana before it is asked: a folder, the dashboards, a data source.

Source: Grafana documentation, "HTTP API": Folder, Dashboard, Data source.
"""

from __future__ import annotations

from typing import Any, Final

from driftline.exporters.grafana import Client
from driftline.processors.pipeline import ExportError
from driftline.processors.rendering.grafana.errors import GrafanaError

TIMEOUT: Final = 30.0
"""Seconds that one request may take."""


def prometheus_source(client: Client, wanted: str | None) -> str:
    """The uid of the data source to ask: the one wanted, else the default Prometheus, else the only one.

    Only an admin may list data sources: who names one need not be.

    Raises:
        ExportError: Grafana refused, or nobody answered.
        GrafanaError: there is none, or several.
    """
    if wanted is not None:
        return wanted
    sources = [each for each in client.ask("GET", "/api/datasources", timeout=TIMEOUT) if each["type"] == "prometheus"]
    default = [each for each in sources if each["isDefault"]]
    candidates = default or sources
    if len(candidates) != 1:
        found = ", ".join(each["uid"] for each in candidates) or "none"
        raise GrafanaError(f"of Prometheus data sources there is {found}, not one: say which with --datasource UID")
    return str(candidates[0]["uid"])


def ensure_folder(client: Client, uid: str, title: str) -> None:
    """Make the folder where it is not there. Raises ExportError."""
    try:
        client.ask("GET", f"/api/folders/{uid}", timeout=TIMEOUT)
    except ExportError:
        client.ask("POST", "/api/folders", timeout=TIMEOUT, json={"uid": uid, "title": title})


def load(client: Client, dashboard: dict[str, Any], folder: str) -> str:
    """Save the dashboard, over what has its uid, and read it back; returns its path in Grafana.

    Raises:
        ExportError: Grafana refused it, as it does where the dashboard is provisioned from a file.
        GrafanaError: what it keeps has other panels.
    """
    said = {"dashboard": {**dashboard, "id": None}, "folderUid": folder, "overwrite": True}
    saved = client.ask("POST", "/api/dashboards/db", timeout=TIMEOUT, json=said)
    kept = client.ask("GET", f"/api/dashboards/uid/{dashboard['uid']}", timeout=TIMEOUT)["dashboard"]
    wanted, found = ([panel["title"] for panel in each["panels"]] for each in (dashboard, kept))
    if wanted != found:
        raise GrafanaError(f"{dashboard['uid']}: Grafana keeps the panels {found}, not {wanted}")
    return str(saved["url"])
