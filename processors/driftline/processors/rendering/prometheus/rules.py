"""What a rule is, before any tool's spelling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from driftline.processors.alerting import Alert


@dataclass(frozen=True, slots=True)
class Record:
    """A recording rule: the value of `expression` is kept as series `name`."""

    name: str
    expression: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlertRule:
    """An alerting rule: it fires for each series that `expression` gives for `hold_ns` together."""

    alert: Alert
    expression: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    """Templates that know the labels and the value of the alert, and nothing else: Grafana can fill them in too."""
    detail: str = ""
    """A template that asks further series, to follow the description where the tool can ask; Grafana cannot."""
    hold_ns: int = 0
    """How long the expression must give it; 0: at once, because the processor has decided already."""
    keep_ns: int = 0
    """How long it fires on after the expression gave nothing, so that a gap or a flicker is no end."""


Rule = Record | AlertRule


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that are evaluated one after the other, so that a later one sees what an earlier one recorded."""

    name: str
    rules: tuple[Rule, ...]
    every_ns: int | None = None
    """How often; None: as often as the server does by default."""
    notes: tuple[str, ...] = ()
    """What a reader of the file should know: what was rescaled, what was left out, and why."""

    @property
    def alerts(self) -> tuple[AlertRule, ...]:
        """Its alerting rules."""
        return tuple(rule for rule in self.rules if isinstance(rule, AlertRule))
