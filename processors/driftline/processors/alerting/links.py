"""Where an alert leads: its runbook, and the dashboard page that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from driftline.processors.alerting.labels import SLO_NAME
from driftline.processors.alerting.names import Alert
from driftline.semconv import attributes
from driftline.semconv.prometheus import label_name


@dataclass(frozen=True, slots=True)
class Links:
    """Base addresses, without a slash at the end."""

    runbooks: str = "https://driftline.dev/docs/runbooks"
    """Where this repository's `docs/runbooks` can be read: `<runbooks>/ModelDrift.md`."""
    dashboards: str = "http://localhost:3000/d"
    """A Grafana with our dashboards: `<dashboards>/driftline-model?var-model=credit`. Default: Grafana's own port."""

    @classmethod
    def at(cls, runbooks: str | None = None, dashboards: str | None = None) -> Links:
        """Those addresses; None leaves the default, a slash at the end is dropped.

        >>> Links.at(dashboards="http://grafana/d/").dashboards
        'http://grafana/d'
        """
        given = {"runbooks": runbooks, "dashboards": dashboards}
        return cls(**{name: url.rstrip("/") for name, url in given.items() if url is not None})

    def runbook(self, alert: Alert) -> str:
        """The runbook of an alert.

        >>> Links().runbook(Alert.DRIFT)
        'https://driftline.dev/docs/runbooks/ModelDrift.md'
        """
        return f"{self.runbooks}/{alert}.md"


_CHOICES: Final = {
    "model": label_name(attributes.ML_MODEL_NAME),
    "version": label_name(attributes.ML_MODEL_VERSION),
    "environment": label_name(attributes.DEPLOYMENT_ENVIRONMENT_NAME),
    "slo": SLO_NAME,
}
"""Variables of the dashboards to the labels that choose them; `slo` is on alerts of burn alone."""

PAGES: Final[Mapping[Alert, str]] = {
    Alert.DRIFT: "driftline-model",
    Alert.ROW_DRIFT: "driftline-model",
    Alert.DATA_QUALITY: "driftline-quality",
    Alert.PERFORMANCE: "driftline-performance",
    Alert.FAIRNESS: "driftline-segments",
    Alert.CONCEPT_DRIFT: "driftline-performance",
    Alert.ERROR_BUDGET_BURN: "driftline-slo",
    Alert.STALE: "driftline-model",
    Alert.TELEMETRY_ABSENT: "driftline-model",
    Alert.OUTCOME_COVERAGE: "driftline-performance",
}
"""The uid of the dashboard that shows an alert."""


def dashboard_url(alert: Alert, labels: Mapping[str, str], links: Links) -> str:
    """The page of an alert whose labels are known; a variable without a label stays at its default.

    >>> dashboard_url(Alert.DRIFT, {"ml_model_name": "a&b", "ml_model_version": "7"}, Links())
    'http://localhost:3000/d/driftline-model?var-model=a%26b&var-version=7'
    """
    chosen = [f"var-{name}={quote(labels[label], safe='')}" for name, label in _CHOICES.items() if label in labels]
    return f"{links.dashboards}/{PAGES[alert]}?{'&'.join(chosen)}"


def dashboard_template(alert: Alert, model: str, links: Links) -> str:
    """The same for a rule, whose labels a template fills in when it fires. The model is known.

    >>> dashboard_template(Alert.STALE, "credit", Links())[:92]
    'http://localhost:3000/d/driftline-model?var-model=credit{{ with $labels.ml_model_version }}&'
    """
    chosen = (
        f"{{{{ with $labels.{label} }}}}&var-{name}={{{{ . | urlquery }}}}{{{{ end }}}}"
        for name, label in list(_CHOICES.items())[1:]
        if alert is Alert.ERROR_BUDGET_BURN or label != SLO_NAME
    )
    return f"{links.dashboards}/{PAGES[alert]}?var-model={quote(model, safe='')}{''.join(chosen)}"
