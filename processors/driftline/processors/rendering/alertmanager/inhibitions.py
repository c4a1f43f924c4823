"""Which alert hushes which: the one that explains it, of the same model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from driftline.processors.alerting import Alert, Severity, identity_label_names
from driftline.processors.alerting.labels import ALERT_NAME, MONITOR, SEVERITY, SLO_NAME
from driftline.processors.monitor import Monitor, MonitorSet
from driftline.processors.rendering.alertmanager.routes import Matcher, one_of
from driftline.semconv import attributes
from driftline.semconv.prometheus import label_name

MODEL = label_name(attributes.ML_MODEL_NAME)
_VERDICTS = (Alert.DRIFT, Alert.ROW_DRIFT, Alert.DATA_QUALITY)
"""What stands on the data that arrives."""


@dataclass(frozen=True, slots=True)
class Inhibition:
    """While an alert that `source` matches fires, one that `target` matches and that is alike in `equal` is hushed.

    Source and target never match the same alert, and both ask for a model: labels that both lack count as equal, and
    an alert without a model would hush everybody.
    """

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...]


def inhibitions(monitors: MonitorSet) -> Iterator[Inhibition]:
    """Absent telemetry hushes what is said of the model's data, as does a stale identity of its own; a page its ticket.

    A burn is never hushed by silence: a model that does not answer may be just what burns it.
    """
    identity = _identity(monitors)
    named = Matcher(MODEL, "!=", "")
    absent = Matcher(ALERT_NAME, "=", str(Alert.TELEMETRY_ABSENT))
    stale = Matcher(ALERT_NAME, "=", str(Alert.STALE))
    unknown = one_of(ALERT_NAME, (*_VERDICTS, Alert.STALE, Alert.OUTCOME_COVERAGE))
    yield Inhibition((absent, named), (unknown, named), (MONITOR, MODEL))
    yield Inhibition((stale, named), (one_of(ALERT_NAME, _VERDICTS), named), (MONITOR, *identity))
    ours = one_of(ALERT_NAME, Alert)
    yield Inhibition(
        (Matcher(SEVERITY, "=", str(Severity.PAGE)), ours, named),
        (Matcher(SEVERITY, "=", str(Severity.TICKET)), ours, named),
        (ALERT_NAME, MONITOR, *identity, SLO_NAME),
    )


def _identity(monitors: MonitorSet) -> tuple[str, ...]:
    """The labels that tell identities apart, those of every monitor's segments among them."""
    every = (*monitors, Monitor("", "", monitors.defaults))
    return tuple(dict.fromkeys(name for each in every for name in identity_label_names(each)))
