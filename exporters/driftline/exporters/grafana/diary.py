"""What happened to models, from look to look: what wants a mark in the charts. No clock, no wire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from driftline.processors.findings import Finding, Identity, Kind, State

_AT_MOST = 1000
"""Marks that wait for a Grafana that is away; beyond it the oldest are given up."""


class Happening(StrEnum):
    """What a mark is of."""

    ALARM = "alarm"
    """From the model's drift to its end."""
    VERSION = "version"
    """A version of a known model sends its first data."""
    REFERENCE = "reference"
    """A person made a window the reference."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark. `end_ns` is None while it lasts; a moment ends when it starts."""

    happening: Happening
    identity: Identity
    start_ns: int
    end_ns: int | None
    text: str

    @property
    def key(self) -> tuple[Happening, Identity, int]:
        """What makes two marks one."""
        return self.happening, self.identity, self.start_ns


class Diary:
    """Keeps account of what Grafana must be told. Not thread-safe.

    Only the whole traffic is marked: a segment's alarm is its model's story too.

    >>> from driftline.processors.findings import Window
    >>> drift = Finding("1", Kind.MODEL, Identity("credit", "7"), None, None, State.DRIFT, Window(0, 9, 1), since_ns=5)
    >>> diary = Diary()
    >>> diary.look([drift])
    >>> [(mark.happening.value, mark.start_ns, mark.end_ns) for mark in diary.due()]
    [('alarm', 5, None)]
    """

    def __init__(self) -> None:
        self._due: dict[tuple[Happening, Identity, int], Mark] = {}
        self._alarms: dict[Identity, Mark] = {}
        self._versions: dict[Identity, set[str | None]] | None = None
        self._accepted: set[tuple[Happening, Identity, int]] = set()

    def look(self, findings: Iterable[Finding]) -> None:
        """Take up one look, whole."""
        whole = [each for each in findings if not each.segment]
        models = {each.identity: each for each in whole if each.kind is Kind.MODEL}
        for mark in (*self._alarmed(models), *self._new_versions(models), *self._new_references(whole)):
            self._due[mark.key] = mark
        for key in list(self._due)[:-_AT_MOST]:
            del self._due[key]

    def due(self) -> list[Mark]:
        """What must be told now, the oldest first."""
        return list(self._due.values())

    def told(self, mark: Mark) -> None:
        """Grafana knows it, as it is."""
        if self._due.get(mark.key) == mark:
            del self._due[mark.key]

    def _alarmed(self, models: Mapping[Identity, Finding]) -> Iterator[Mark]:
        for identity, finding in models.items():
            if finding.status is State.DRIFT and identity not in self._alarms:
                start_ns = finding.since_ns or finding.window.end_ns
                self._alarms[identity] = Mark(Happening.ALARM, identity, start_ns, None, finding.why)
                yield self._alarms[identity]
        latest = max((each.window.end_ns for each in models.values()), default=0)
        for identity in [each for each in self._alarms if latest and not _drifts(models.get(each))]:
            mark = self._alarms.pop(identity)
            yield replace(mark, end_ns=max(mark.start_ns, _changed_ns(models.get(identity), latest)))

    def _new_versions(self, models: Mapping[Identity, Finding]) -> Iterator[Mark]:
        """None at the first look: what is there already is no news, the processor is."""
        known, first = self._versions or {}, self._versions is None
        for identity, finding in models.items():
            versions = known.setdefault(replace(identity, version=None), set())
            if versions and identity.version not in versions and not first:
                at_ns = finding.window.end_ns
                text = f"{identity.model} {identity.version or 'without a version'} is seen"
                yield Mark(Happening.VERSION, identity, at_ns, at_ns, text)
            versions.add(identity.version)
        self._versions = known if models or not first else None

    def _new_references(self, findings: Iterable[Finding]) -> Iterator[Mark]:
        for each in findings:
            reference = each.reference
            if reference is None or reference.accepted_by is None or reference.accepted_ns is None:
                continue
            at_ns = reference.accepted_ns
            because = f": {reference.reason}" if reference.reason else ""
            text = f"{reference.accepted_by} accepted a reference of {each.model}{because}"
            mark = Mark(Happening.REFERENCE, each.identity, at_ns, at_ns, text)
            if mark.key not in self._accepted:
                self._accepted.add(mark.key)
                yield mark


def _drifts(finding: Finding | None) -> bool:
    return finding is not None and finding.status is State.DRIFT


def _changed_ns(finding: Finding | None, latest: int) -> int:
    """When an alarm ended: since when the model is in its present state; the look's time where it is in none."""
    return (finding.since_ns or finding.window.end_ns) if finding is not None else latest
