"""The alert on an error budget that burns too fast."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from textwrap import indent
from typing import Final

from driftline.processors.alerting import Alert, Severity, annotations_of, dashboard_template, monitor_labels
from driftline.processors.alerting.labels import SLO_NAME
from driftline.processors.documents import parse_duration
from driftline.processors.findings import State
from driftline.processors.monitor import Monitor, Objective
from driftline.processors.rendering.options import Options
from driftline.processors.rendering.prometheus import records
from driftline.processors.rendering.prometheus.decimals import budget_text
from driftline.processors.rendering.prometheus.records import Named
from driftline.processors.rendering.prometheus.rules import AlertRule
from driftline.processors.rendering.prometheus.scope import Scope
from driftline.processors.rendering.prometheus.words import burn_words
from driftline.processors.rendering.series import STATE
from driftline.processors.slo import Pair
from driftline.semconv import metrics

_ALERT: Final = Alert.ERROR_BUDGET_BURN
KEEP_NS: Final = parse_duration("5m")
"""A burn fires on this long, so that a missed scrape, or a restart that empties the short window, is no end."""


def burn_alert(
    monitor: Monitor, objective: Objective, pairs: Sequence[Pair], scope: Scope, options: Options
) -> Callable[[str], Iterator[AlertRule]]:
    """What gives the alert of one severity; nothing where no pair of it is in force.

    The pairs of a severity are one alert, as they are one for whoever is told: it fires when any of them holds, for the
    shortest time that one of them asks for.
    """

    def of(severity: str) -> Iterator[AlertRule]:
        own = [pair for pair in pairs if pair.fires and pair.severity == severity]
        if own:
            labels = monitor_labels(Severity(severity), monitor) | {SLO_NAME: objective.name}
            said = _said(monitor, objective, own, options)
            hold_ns = min(pair.hold_ns for pair in own)
            expression = _expression(Named(monitor.name, objective.name), objective, own, scope)
            yield AlertRule(_ALERT, expression, labels, said, hold_ns=hold_ns, keep_ns=KEEP_NS)

    return of


def _said(monitor: Monitor, objective: Objective, pairs: Sequence[Pair], options: Options) -> Mapping[str, str]:
    return annotations_of(
        _ALERT,
        monitor.model,
        description=burn_words(monitor, objective, pairs),
        dashboard=dashboard_template(_ALERT, monitor.model, options.links),
        links=options.links,
    )


def _expression(named: Named, objective: Objective, pairs: Sequence[Pair], scope: Scope) -> str:
    budget = budget_text(objective.objective)
    burning = "\nor\n".join(_pair(pair, named, budget) for pair in pairs)
    muted = scope.worst(metrics.ML_MONITOR_STATUS, f'{STATE}="{State.MUTED}"')
    return f"max by ({scope.by}) (\n{indent(burning, '  ')}\n)\nunless on ({scope.by}) ({muted} == 1)"


def _pair(pair: Pair, named: Named, budget: str) -> str:
    """The long window burns so at least, and the short one says that it still goes on."""
    surely, lately = named.of(records.lower(pair.long)), named.of(records.ratio(pair.short))
    return f"{surely} / {budget} > {pair.factor}\nand ignoring ({records.WINDOW}) {lately} / {budget} > {pair.factor}"
