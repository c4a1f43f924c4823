"""The labels of an alert. Rules and what is pushed carry the same ones, so that Alertmanager sees one alert."""

from __future__ import annotations

from typing import Final

from driftline.processors.alerting.names import Alert, Severity
from driftline.processors.findings import Identity
from driftline.processors.measurements import identity_attributes
from driftline.processors.monitor import Monitor
from driftline.semconv import attributes
from driftline.semconv.prometheus import label_name

ALERT_NAME: Final = "alertname"
SEVERITY: Final = "severity"
MONITOR: Final = "monitor"
OWNER: Final = "owner"
TIER: Final = "tier"
SLO_NAME: Final = label_name(attributes.SLO_NAME)
CAUSE: Final = "cause"
"""Of an alert that no processor could push: what one rule resolves must not end what another rule, or a push, found."""
_IDENTITY: Final = (
    attributes.ML_MODEL_NAME,
    attributes.ML_MODEL_VERSION,
    attributes.ML_MODEL_VARIANT,
    attributes.DEPLOYMENT_ENVIRONMENT_NAME,
)


def labels_of(
    alert: Alert, severity: Severity, monitor: Monitor, identity: Identity, *, slo: str | None = None
) -> dict[str, str]:
    """Every label of one alert, sorted by name; what is not known is left out.

    Args:
        alert: which one.
        severity: `page`, `ticket` or `info`.
        monitor: whose alert it is.
        identity: the model's version, variant, environment and segment that it is about.
        slo: the objective's name, of a burn.

    >>> from driftline.processors.monitor import Spec
    >>> labels = labels_of(Alert.DRIFT, Severity.TICKET, Monitor("risk", "credit", Spec()), Identity("credit", "7"))
    >>> [f"{name}={value}" for name, value in labels.items()]
    ['alertname=ModelDrift', 'ml_model_name=credit', 'ml_model_version=7', 'monitor=risk', 'severity=ticket']
    """
    named = {ALERT_NAME: str(alert)} | ({} if slo is None else {SLO_NAME: slo})
    return dict(sorted({**identity_labels(identity), **monitor_labels(severity, monitor), **named}.items()))


def monitor_labels(severity: Severity, monitor: Monitor) -> dict[str, str]:
    """The labels that a rule writes itself: `metadata.labels` and, over them, severity, monitor, owner and tier.

    A label of `metadata.labels` that would hide one of the identity is left out: alerts of two versions would be one.

    >>> from driftline.processors.monitor import Spec
    >>> monitor_labels(Severity.PAGE, Monitor("credit", "credit", Spec(owner="risk"), {"app.kubernetes.io/name": "c"}))
    {'app_kubernetes_io_name': 'c', 'severity': 'page', 'monitor': 'credit', 'owner': 'risk'}
    """
    taken = {ALERT_NAME, SLO_NAME, *identity_label_names(monitor)}
    given = {label_name(name): value for name, value in monitor.labels.items()}
    return {name: value for name, value in given.items() if name not in taken} | _own(severity, monitor)


def _own(severity: Severity, monitor: Monitor) -> dict[str, str]:
    known = {SEVERITY: str(severity), MONITOR: monitor.name, OWNER: monitor.spec.owner, TIER: monitor.spec.tier}
    return {name: value for name, value in known.items() if value is not None}


def identity_labels(identity: Identity) -> dict[str, str]:
    """The labels of an identity, as the Prometheus page spells them.

    >>> identity_labels(Identity("credit", environment="production", segment=(("customer.region", "eu"),)))
    {'ml_model_name': 'credit', 'deployment_environment_name': 'production', 'customer_region': 'eu'}
    """
    return {label_name(name): value for name, value in identity_attributes(identity).items()}


def identity_label_names(monitor: Monitor) -> tuple[str, ...]:
    """What rules of a monitor aggregate by: the labels any of its identities may have, segments' attributes last.

    >>> from driftline.processors.monitor import Spec
    >>> identity_label_names(Monitor("credit", "credit", Spec(segments=("region", ("region", "channel")))))[4:]
    ('region', 'channel')
    """
    segments = [(each,) if isinstance(each, str) else each for each in monitor.spec.segments]
    names = (*_IDENTITY, *(name for each in segments for name in each))
    return tuple(dict.fromkeys(label_name(name) for name in names))
