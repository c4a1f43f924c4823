"""What a replay says of a look: one JSON object for each verdict that changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from driftline.processors.findings import Finding, Identity, Kind, Reference, State, Statistic

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Changes:
    """Tells which findings say something else than at the look before."""

    def __init__(self) -> None:
        self._verdicts: dict[str, tuple[State, bool]] = {}
        self._seen: dict[str, Finding] = {}

    def fresh(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those of this look: a monitor that was not due repeats its last ones."""
        found = [finding for finding in findings if self._seen.get(finding.id) is not finding]
        self._seen.update((finding.id, finding) for finding in found)
        return found

    def of(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Those whose verdict is not that of the look before, or that are new.

        A check of quality is told of once it is violated, and when it no longer is.
        """
        for finding in findings:
            verdict = finding.status, finding.violated
            before = (finding.status, False) if finding.kind is Kind.QUALITY else None
            if self._verdicts.get(finding.id, before) != verdict:
                self._verdicts[finding.id] = verdict
                yield finding


def line(finding: Finding, time_ns: int) -> dict[str, Any]:
    """The finding as `driftline replay --json` prints it; what does not exist is null.

    `variant`, `environment` and `segment` are there only where there is one; `check`, its name, and `violated` only of
    a check of quality, of a field or (`field` null) of the model.
    """
    checked = {"check": finding.decided_by, "violated": finding.violated} if finding.kind is Kind.QUALITY else {}
    return {
        "time": rfc3339(time_ns),
        **identified(finding.identity),
        "field": finding.field,
        **checked,
        "status": finding.status.value,
        "level": finding.level,
        "reference": None if finding.reference is None else _reference(finding.reference),
        "statistics": {statistic.name: _statistic(statistic) for statistic in finding.statistics},
        "why": finding.why,
    }


def identified(identity: Identity) -> dict[str, Any]:
    """Whose it is.

    >>> identified(Identity("credit", "7"))
    {'model': 'credit', 'version': '7'}
    """
    named = {"variant": identity.variant, "environment": identity.environment, "segment": dict(identity.segment)}
    whole = {"model": identity.model, "version": identity.version}
    return whole | {name: value for name, value in named.items() if value}


def rfc3339(time_ns: int) -> str:
    """A time in UTC, with a fraction only where there is one.

    >>> rfc3339(1767225600 * 10**9), rfc3339(1767225600 * 10**9 + 250_000_000)
    ('2026-01-01T00:00:00Z', '2026-01-01T00:00:00.250Z')
    """
    time = _EPOCH + timedelta(microseconds=time_ns // 1000)
    text = time.isoformat(timespec="milliseconds" if time.microsecond else "seconds")
    return text.removesuffix("+00:00") + "Z"


def _reference(reference: Reference) -> dict[str, Any]:
    return {"id": reference.id, "kind": reference.kind, "observations": reference.observations}


def _statistic(statistic: Statistic) -> dict[str, float]:
    shown = {"score": statistic.score, "limit": statistic.limit, "p_value": statistic.p_value}
    return {name: value for name, value in shown.items() if value is not None}
