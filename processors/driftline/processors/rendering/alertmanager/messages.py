"""What a notification says, as templates that Alertmanager fills in. A group holds one alert name of one model."""

from __future__ import annotations

from typing import Final

TITLE: Final = (
    '{{ if eq .Status "firing" }}{{ .CommonLabels.severity }}{{ else }}over{{ end }}: {{ .CommonAnnotations.summary }}'
)
"""One line."""
WHY: Final = "{{ range .Alerts }}{{ .Annotations.description }}\n{{ end }}"
"""Why, a line an alert."""
RUNBOOK: Final = "{{ .CommonAnnotations.runbook_url }}"
DASHBOARD: Final = "{{ (index .Alerts 0).Annotations.dashboard_url }}"
"""Of the first alert: versions have pages of their own."""
SLACK_TEXT: Final = f"{WHY}<{RUNBOOK}|runbook> · <{DASHBOARD}|dashboard>"
PAGERDUTY_SEVERITY: Final = (
    '{{ if eq .CommonLabels.severity "page" }}critical{{ else if eq .CommonLabels.severity "ticket" }}warning'
    "{{ else }}info{{ end }}"
)
PAGERDUTY_DETAILS: Final = {"why": WHY, "runbook": RUNBOOK, "dashboard": DASHBOARD}
