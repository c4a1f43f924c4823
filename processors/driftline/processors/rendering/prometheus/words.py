"""What alerts say, as templates that the server fills in when one fires."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from driftline.processors.alerting import identity_label_names
from driftline.processors.documents import write_duration
from driftline.processors.monitor import Monitor, Objective
from driftline.processors.rendering.series import ENVIRONMENT, MODEL, VARIANT, VERSION
from driftline.processors.slo import Pair

_KNOWN: Final = (MODEL, VERSION, VARIANT, ENVIRONMENT)


def plain(text: str) -> str:
    """A text that no template takes for an action.

    >>> plain("a {{ b")
    'a {{ "{{" }} b'
    """
    return text.replace("{{", '{{ "{{" }}')


def subject(monitor: Monitor) -> str:
    """Whose alert it is, as far as is known: `credit 7 canary in production, region eu`.

    >>> from driftline.processors.monitor import Spec
    >>> subject(Monitor("credit", "credit", Spec()))[:52]
    'credit{{ with $labels.ml_model_version }} {{ . }}{{ '
    """
    segments = (name for name in identity_label_names(monitor) if name not in _KNOWN)
    parts = [(VERSION, " "), (VARIANT, " "), (ENVIRONMENT, " in "), *((name, f", {name} ") for name in segments)]
    known = (f"{{{{ with $labels.{label} }}}}{before}{{{{ . }}}}{{{{ end }}}}" for label, before in parts)
    return plain(monitor.model) + "".join(known)


def burn_words(monitor: Monitor, objective: Objective, pairs: Sequence[Pair]) -> str:
    """Of which objective, how fast, and over which windows."""
    period = objective.calendar or write_duration(objective.window)
    windows = " or ".join(f"{pair.long} and {pair.short} (limit {pair.factor})" for pair in pairs)
    return (
        f"Objective {plain(objective.name)}, {objective.objective:g} % over {period}: {subject(monitor)} burns its "
        f'error budget at least {{{{ $value | printf "%.1f" }}}} times faster than allowed, over {windows}.'
    )


def listed(lead: str, expression: str, labels: Iterable[str], monitor: Monitor, *, valued: bool = True) -> str:
    """A template that asks Prometheus for what else there is to say, the largest first.

    Args:
        lead: what stands before the list: ` Fields: `.
        expression: with `%s` where the matchers of the alert's identity go; at most five of its series are listed.
        labels: what names one of its series.
        monitor: whose identities they are.
        valued: whether the value of each follows it; of what is only there or not it says nothing.
    """
    names = identity_label_names(monitor)
    asked = f"topk(5, {expression.replace('%s', ','.join(f'{name}=%q' for name in names))})"
    values = " ".join(f"$labels.{name}" for name in names * expression.count("%s"))
    one = " ".join(f"{{{{ $one.Labels.{label} }}}}" for label in labels)
    between = f"{{{{ if $at }}}}, {{{{ else }}}}{lead}{{{{ end }}}}"
    value = ' ({{ $one.Value | printf "%.3g" }})' if valued else ""
    return f"{{{{ range $at, $one := query (printf `{asked}` {values}) }}}}{between}{one}{value}{{{{ end }}}}"
