"""What an objective counts at a look: good, bad and unknown events, by its indicator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from driftline.processors.findings import Finding, Kind, Performance, State, Traffic
from driftline.processors.monitor import Objective as Promise
from driftline.processors.pipeline.sightings import Seen
from driftline.processors.pipeline.thresholds import good_buckets
from driftline.processors.slo import Counts
from driftline.semconv import FieldRole, PerformanceKind

_NOTHING = Counts()
_GOOD, _BAD, _UNKNOWN = Counts(good=1), Counts(bad=1), Counts(unknown=1)


@dataclass(frozen=True, slots=True)
class Look:
    """All that is known of one identity at a look."""

    seen: Seen
    found: Sequence[Finding]
    traffic: Traffic | None
    shown: Sequence[Performance]
    """What outcomes showed of it, cohort by cohort."""
    now_ns: int


def look_of(promise: Promise, look: Look) -> Counts | None:
    """The event of this look; None for an indicator that does not count looks."""
    counts = _LOOKS.get(promise.sli.kind)
    return counts(promise, look) if counts is not None else None


def predictions_of(promise: Promise, traffic: Traffic | None) -> tuple[int, int]:
    """Good and bad predictions of an identity, or observations of another histogram, since the start."""
    if traffic is None:
        return 0, 0
    if promise.sli.foreign:
        good, total = traffic.events.get(promise.name, (0, 0))
        return good, total - good
    if promise.sli.latency is None:
        good = traffic.predictions.get(None, 0)
        return good, sum(traffic.predictions.values()) - good
    good = total = 0
    for durations in traffic.durations.values():
        good += sum(durations.counts[: good_buckets(durations.bounds, promise.sli.latency.threshold / 1e9)])
        total += sum(durations.counts)
    return good, total - good


def cohorts_of(promise: Promise, shown: Iterable[Performance]) -> Iterator[tuple[int, Counts]]:
    """The start of each final cohort, and its outcomes as events: all good, all bad, or all unknown."""
    for each in _final(shown):
        outcomes = each.outcomes or 0
        if outcomes:
            yield each.window.start_ns, _cohort(promise, each, outcomes)


def _cohort(promise: Promise, shown: Performance, outcomes: int) -> Counts:
    wanted = promise.sli.performance
    figure = next((each for each in shown.figures if wanted is not None and each.metric == wanted.metric), None)
    if wanted is None or figure is None:
        return Counts(unknown=outcomes)
    if wanted.reached(figure.value):
        return Counts(good=outcomes)
    nearest = figure.upper if wanted.minimum is not None else figure.lower
    surely = nearest is not None and not wanted.reached(nearest)
    return Counts(bad=outcomes) if surely else Counts(unknown=outcomes)


def _final(shown: Iterable[Performance]) -> list[Performance]:
    return [each for each in shown if each.kind is PerformanceKind.REALIZED]


def _drift(_: Promise, look: Look) -> Counts:
    state = next((each.status for each in look.found if each.kind is Kind.MODEL), None)
    if state is State.MUTED:
        return _NOTHING
    return {State.OK: _GOOD, State.DRIFT: _BAD}.get(state or State.NO_DATA, _UNKNOWN)


def _quality(_: Promise, look: Look) -> Counts:
    checks = [each for each in look.found if each.kind is Kind.QUALITY and each.level is not None]
    return _BAD if any(each.violated for each in checks) else _GOOD if checks else _UNKNOWN


def _coverage(promise: Promise, look: Look) -> Counts:
    newest = max(_final(look.shown), key=lambda each: each.window.start_ns, default=None)
    if newest is None or newest.coverage is None or promise.sli.coverage is None:
        return _UNKNOWN
    return _GOOD if newest.coverage >= promise.sli.coverage.minimum else _BAD


def _freshness(promise: Promise, look: Look) -> Counts:
    fresh = promise.sli.freshness
    if fresh is None or fresh.of == "predictions":
        return _BAD if look.seen.stale else _UNKNOWN if look.seen.silent_seconds is None else _GOOD
    if fresh.of == "features":
        return _features(look.found)
    age = _AGES[fresh.of](look)
    if age is None or fresh.within is None:
        return _UNKNOWN
    return _GOOD if age * 1e9 <= fresh.within else _BAD


def _features(found: Sequence[Finding]) -> Counts:
    """Bad when a feature of the reference does not arrive."""
    features = [each for each in found if each.kind is Kind.FIELD and each.role == FieldRole.FEATURE]
    known = [each.status for each in features if each.reference is not None]
    return _BAD if State.NO_DATA in known else _GOOD if known else _UNKNOWN


def _reference_age(look: Look) -> float | None:
    """Of the oldest reference that anything is compared with, in seconds."""
    return max((each.reference.age_seconds for each in look.found if each.reference is not None), default=None)


def _labels_age(look: Look) -> float | None:
    """Seconds since the end of the newest cohort of which outcomes are known; 0 while it lasts."""
    ends = [each.window.end_ns for each in look.shown if each.outcomes]
    return max(look.now_ns - max(ends), 0) / 1e9 if ends else None


_AGES: Final[Mapping[str, Callable[[Look], float | None]]] = {
    "labels": _labels_age,
    "model": lambda look: look.seen.known_seconds,
    "reference": _reference_age,
}
_LOOKS: Final[Mapping[str, Callable[[Promise, Look], Counts]]] = {
    "drift": _drift,
    "quality": _quality,
    "freshness": _freshness,
    "coverage": _coverage,
}
"""Indicators that count looks. The others count predictions, or outcomes."""
