"""Every rule of one monitor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from driftline.processors.monitor import Monitor
from driftline.processors.rendering.errors import RenderError
from driftline.processors.rendering.options import Options
from driftline.processors.rendering.prometheus.alerts import alert_group
from driftline.processors.rendering.prometheus.objective_rules import objective_groups
from driftline.processors.rendering.prometheus.rules import Group
from driftline.processors.rendering.prometheus.scope import scope_of
from driftline.processors.slo import plan


def rules_of(monitor: Monitor, among: Iterable[Monitor] = (), options: Options | None = None) -> tuple[Group, ...]:
    """The rules of a monitor: two groups for each objective, then the alerts that the processor decides.

    Args:
        monitor: whose.
        among: all monitors that are in force beside it: what is theirs is left to them.
        options: default: all defaults.

    Raises:
        RenderError: an objective is left without any pair of burn windows.

    >>> from driftline.processors.monitor import Spec
    >>> [rule.alert.value for rule in rules_of(Monitor("credit", "credit", Spec()))[-1].alerts][:4]
    ['ModelDrift', 'ModelDataQuality', 'ModelStale', 'ModelTelemetryAbsent']
    """
    chosen = options or Options()
    scope = scope_of(monitor, among, chosen.selector)
    groups: list[Group] = []
    for objective in monitor.spec.slos:
        if not any(pair.fires for pair in plan(objective.objective, objective.period_ns)):
            raise RenderError(
                f"{monitor.name}: no pair of burn windows is left for `{objective.name}`: `driftline validate` says why"
            )
        groups += objective_groups(monitor, objective, scope, chosen)
    return (*groups, alert_group(monitor, scope, chosen))


def notes_of(monitors: Iterable[Monitor], options: Options | None = None) -> Iterator[str]:
    """What a person should know of the rules of these monitors: what was rescaled or left out, and why; each once."""
    together = list(monitors)
    for monitor in together:
        said = (note for group in rules_of(monitor, together, options) for note in group.notes)
        yield from (f"{monitor.name}: {note}" for note in dict.fromkeys(said))
