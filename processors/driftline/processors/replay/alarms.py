"""Alarms of a history: from the look at which a model's verdict turns into drift to the one at which it leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from driftline.processors.findings import Finding, Identity, Kind, State
from driftline.processors.monitor import Monitor


@dataclass(slots=True)
class Alarm:
    """One alarm. Several fields at once, or staying, are one; `end_ns` None: it had not ended with the history."""

    identity: Identity
    begin_ns: int
    why: str
    end_ns: int | None = None
    level: float = 0.0
    """The worst while it lasted."""
    fields: dict[str, float] = field(default_factory=dict)
    """Fields that were in drift, with their worst level."""

    def lasted_ns(self, until_ns: int) -> int:
        """How long, counted to `until_ns` when it has not ended."""
        return (until_ns if self.end_ns is None else self.end_ns) - self.begin_ns


class Alarms:
    """Follows the verdicts of a history.

    >>> Alarms().in_drift_ns(until_ns=5)
    0
    """

    def __init__(self) -> None:
        self.all: list[Alarm] = []
        self.violations = 0
        """How often a check of quality began to be violated."""
        self._violated: set[str] = set()
        self._open: dict[Identity, Alarm] = {}

    def see(self, findings: Sequence[Finding], time_ns: int) -> None:
        """Take in the findings of one look."""
        for finding in findings:
            if finding.kind is Kind.MODEL:
                self._model(finding, time_ns)
            elif finding.kind is Kind.QUALITY:
                self._check(finding)
        for finding in findings:
            if finding.kind is Kind.FIELD and finding.status is State.DRIFT and finding.field:
                alarm = self._open.get(finding.identity)
                if alarm is not None:
                    alarm.fields[finding.field] = max(finding.level or 0.0, alarm.fields.get(finding.field, 0.0))

    def in_drift_ns(self, until_ns: int) -> int:
        """How long any model or segment was in drift."""
        spans = sorted((alarm.begin_ns, alarm.begin_ns + alarm.lasted_ns(until_ns)) for alarm in self.all)
        total = reached = 0
        for begin, end in spans:
            total += max(end - max(begin, reached), 0)
            reached = max(reached, end)
        return total

    def _check(self, finding: Finding) -> None:
        if not finding.violated:
            self._violated.discard(finding.id)
        elif finding.id not in self._violated:
            self._violated.add(finding.id)
            self.violations += 1

    def _model(self, finding: Finding, time_ns: int) -> None:
        alarm = self._open.get(finding.identity)
        if finding.status is not State.DRIFT:
            if alarm is not None:
                alarm.end_ns = time_ns
                del self._open[finding.identity]
            return
        if alarm is None:
            alarm = self._open[finding.identity] = Alarm(finding.identity, time_ns, finding.why)
            self.all.append(alarm)
        alarm.level = max(alarm.level, finding.level or 0.0)


def expected(monitors: Iterable[Monitor], span_ns: int) -> float:
    """How many alarms the monitors' budgets allow in a span."""
    rates = [monitor.spec.drift.false_alarms for monitor in monitors]
    return sum(rate.events * span_ns / rate.period_ns for rate in rates)
