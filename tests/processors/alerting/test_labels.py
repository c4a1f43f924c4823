"""Labels that two alerts of one thing share, and that alerts of two things do not."""

from __future__ import annotations

from driftline.processors.alerting import Alert, Severity, identity_label_names, labels_of, monitor_labels
from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor, Spec

CREDIT = Monitor("credit", "credit", Spec(owner="risk", tier="gold", segments=("region",)), {"team": "risk"})


def test_a_label_of_the_monitor_never_hides_one_of_the_identity() -> None:
    monitor = Monitor("credit", "credit", CREDIT.spec, {"region": "all", "ml.model.version": "x", "alertname": "x"})
    identity = Identity("credit", "7", segment=(("region", "eu"),))
    labels = labels_of(Alert.DRIFT, Severity.TICKET, monitor, identity)
    assert (labels["region"], labels["ml_model_version"], labels["alertname"]) == ("eu", "7", "ModelDrift")


def test_a_label_of_the_monitor_never_changes_severity_or_owner() -> None:
    monitor = Monitor("credit", "credit", CREDIT.spec, {"severity": "page", "owner": "x", "monitor": "y"})
    assert monitor_labels(Severity.INFO, monitor) == {
        "severity": "info",
        "monitor": "credit",
        "owner": "risk",
        "tier": "gold",
    }


def test_an_alert_has_the_labels_of_its_rule_and_of_its_series_and_no_others() -> None:
    identity = Identity("credit", "7", "canary", "production", (("region", "eu"),))
    labels = labels_of(Alert.ERROR_BUDGET_BURN, Severity.PAGE, CREDIT, identity, slo="fast")
    written, measured = set(monitor_labels(Severity.PAGE, CREDIT)), set(identity_label_names(CREDIT))
    assert set(labels) == written | measured | {"alertname", "slo_name"}


def test_two_identities_never_have_the_same_labels() -> None:
    identities = [
        Identity("credit"),
        Identity("credit", "7"),
        Identity("credit", None, "canary"),
        Identity("credit", None, None, "production"),
        Identity("credit", segment=(("region", "eu"),)),
    ]
    labels = [tuple(labels_of(Alert.DRIFT, Severity.TICKET, CREDIT, each).items()) for each in identities]
    assert len(set(labels)) == len(identities)
