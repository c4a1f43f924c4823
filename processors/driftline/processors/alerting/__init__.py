"""The vocabulary of alerts: their names, labels and links, the same for rules and for what is pushed."""

from __future__ import annotations

from driftline.processors.alerting.annotations import annotations_of, summary
from driftline.processors.alerting.labels import (
    identity_label_names,
    identity_labels,
    labels_of,
    monitor_labels,
)
from driftline.processors.alerting.links import Links, dashboard_template, dashboard_url
from driftline.processors.alerting.names import SEVERITIES, Alert, Severity

__all__ = [
    "SEVERITIES",
    "Alert",
    "Links",
    "Severity",
    "annotations_of",
    "dashboard_template",
    "dashboard_url",
    "identity_label_names",
    "identity_labels",
    "labels_of",
    "monitor_labels",
    "summary",
]
