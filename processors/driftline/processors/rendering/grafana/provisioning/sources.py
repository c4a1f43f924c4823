"""Where Grafana finds the figures, and where the dashboards."""

from __future__ import annotations

from typing import Any, Final

from driftline.processors.rendering.options import DataSource

FOLDER: Final = "Driftline"
"""Grafana's folder of the dashboards and the alerts."""
DASHBOARDS: Final = "/var/lib/grafana/dashboards/driftline"
"""Where the rendered dashboards must be on Grafana's machine."""


def data_source(source: DataSource) -> dict[str, Any]:
    """The Prometheus that scrapes `driftline run`. It is nobody's default: Grafana may have one already."""
    return {
        "datasources": [
            {
                "name": "Driftline Prometheus",
                "uid": source.uid,
                "type": "prometheus",
                "access": "proxy",
                "url": source.url,
                "isDefault": False,
                "editable": False,
                "jsonData": {"httpMethod": "POST", "prometheusType": "Prometheus", "timeInterval": source.interval},
            }
        ]
    }


def dashboard_provider() -> dict[str, Any]:
    """A folder on Grafana's machine that is read again every half minute."""
    return {
        "providers": [
            {
                "name": "driftline",
                "folder": FOLDER,
                "folderUid": "driftline",
                "type": "file",
                "allowUiUpdates": False,
                "disableDeletion": False,
                "updateIntervalSeconds": 30,
                "options": {"path": DASHBOARDS},
            }
        ]
    }
