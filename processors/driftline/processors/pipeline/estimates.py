"""One look at how good a monitor's models will turn out to be, from their scores alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from driftline.processors.estimation import estimated
from driftline.processors.findings import Finding, Performance
from driftline.processors.monitor import Monitor
from driftline.processors.pipeline.drifting import drifting_features
from driftline.processors.pipeline.exclusions import hushed
from driftline.processors.pipeline.references import reference_of
from driftline.processors.pipeline.sightings import Seen


def estimates_of(monitor: Monitor, seen: Sequence[Seen], findings: Sequence[Finding], now_ns: int) -> list[Performance]:
    """An estimate for each identity whose reference holds a score and what came of it.

    Args:
        monitor: which metrics and limits.
        seen: every identity of the look, versions and segments among them.
        findings: of the look: fields in drift put an estimate in doubt.
        now_ns: the time of the look.
    """
    return list(_estimates(monitor, seen, findings, now_ns))


def _estimates(
    monitor: Monitor, seen: Sequence[Seen], findings: Sequence[Finding], now_ns: int
) -> Iterator[Performance]:
    drifting = drifting_features(findings)
    for each in seen:
        found = _one(monitor, each, drifting.get(each.identity, ()), now_ns)
        if found is not None:
            yield found


def _one(monitor: Monitor, seen: Seen, drifting: Sequence[str], now_ns: int) -> Performance | None:
    model = seen.resolved.score if seen.resolved else None
    reference = reference_of(seen.resolved, model.scores[0].field, now_ns) if model else None
    if model is None or reference is None:
        return None
    found = estimated(
        model,
        seen.windows,
        monitor.spec.performance,
        identity=seen.identity,
        reference=reference,
        drifting=drifting,
        now_ns=now_ns,
    )
    scored = {each.field for each in model.scores}
    muted = any(hushed(monitor, seen.mutes, each) is not None for each in seen.windows if each.field in scored)
    if found is None or not muted:
        return found
    return found.without_verdict()
