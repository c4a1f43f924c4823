"""What an alert says beside its labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from driftline.processors.alerting.links import Links
from driftline.processors.alerting.names import Alert

_SUMMARIES: Final[Mapping[Alert, str]] = {
    Alert.DRIFT: "Model {model} is in drift.",
    Alert.ROW_DRIFT: "Rows of model {model} are not like those of its reference.",
    Alert.DATA_QUALITY: "The data of model {model} is not what it was.",
    Alert.PERFORMANCE: "Model {model} performs worse than its monitor allows.",
    Alert.FAIRNESS: "Model {model} treats groups of people more differently than its monitor allows.",
    Alert.CONCEPT_DRIFT: "The outcomes of model {model} have changed.",
    Alert.ERROR_BUDGET_BURN: "Model {model} burns an error budget too fast.",
    Alert.STALE: "Model {model} sends no data any more.",
    Alert.TELEMETRY_ABSENT: "Nothing is known of model {model}.",
    Alert.OUTCOME_COVERAGE: "Too few outcomes of model {model} are known.",
}


def summary(alert: Alert, model: str) -> str:
    """One sentence that is the same for every alert of the name and the model.

    >>> summary(Alert.DRIFT, "credit")
    'Model credit is in drift.'
    """
    return _SUMMARIES[alert].format(model=model)


def annotations_of(alert: Alert, model: str, *, description: str, dashboard: str, links: Links) -> dict[str, str]:
    """The annotations of one alert.

    Args:
        alert: which one.
        model: the model's name.
        description: why, in a sentence or more; a finding's `why`, or a rule's template.
        dashboard: the address of the page that shows it: `dashboard_url` or `dashboard_template`.
        links: where runbooks are read.

    >>> list(annotations_of(Alert.DRIFT, "credit", description="Because.", dashboard="http://d", links=Links()))
    ['summary', 'description', 'runbook_url', 'dashboard_url']
    """
    return {
        "summary": summary(alert, model),
        "description": description,
        "runbook_url": links.runbook(alert),
        "dashboard_url": dashboard,
    }
