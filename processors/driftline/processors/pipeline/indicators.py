"""What an objective counts at a look: good, bad and unknown events, by its indicator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from driftline.processors.findings import Finding, Kind, State, Traffic
from driftline.processors.monitor import Objective as Promise
from driftline.processors.pipeline.promises import Ledger
from driftline.processors.pipeline.sightings import Seen
from driftline.processors.pipeline.thresholds import good_buckets
from driftline.processors.slo import Counts
from driftline.semconv import FieldRole

_NOTHING = Counts()
_GOOD, _BAD, _UNKNOWN = Counts(good=1), Counts(bad=1), Counts(unknown=1)


def counts_of(
    promise: Promise, ledger: Ledger, seen: Seen, found: Sequence[Finding], traffic: Traffic | None
) -> Counts:
    """The events since the look before; of predictions, the ledger's base moves on."""
    if (look := _LOOKS.get(promise.sli.kind)) is not None:
        return look(promise, seen, found)
    good, bad = predictions_of(promise, traffic)
    before, ledger.base = ledger.base, (good, bad)
    fell = good < before[0] or bad < before[1]  # the identity was forgotten, and counts from zero again
    return Counts(good, bad) if fell else Counts(good - before[0], bad - before[1])


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


def _drift(_: Promise, __: Seen, found: Sequence[Finding]) -> Counts:
    state = next((each.status for each in found if each.kind is Kind.MODEL), None)
    if state is State.MUTED:
        return _NOTHING
    return {State.OK: _GOOD, State.DRIFT: _BAD}.get(state or State.NO_DATA, _UNKNOWN)


def _quality(_: Promise, __: Seen, found: Sequence[Finding]) -> Counts:
    checks = [each for each in found if each.kind is Kind.QUALITY and each.level is not None]
    return _BAD if any(each.violated for each in checks) else _GOOD if checks else _UNKNOWN


def _freshness(promise: Promise, seen: Seen, found: Sequence[Finding]) -> Counts:
    fresh = promise.sli.freshness
    of = fresh.of if fresh is not None else "predictions"
    if of == "predictions":
        return _BAD if seen.stale else _UNKNOWN if seen.silent_seconds is None else _GOOD
    if of == "features":
        return _features(found)
    age = seen.known_seconds if of == "model" else _reference_age(found)
    if age is None or fresh is None or fresh.within is None:
        return _UNKNOWN
    return _GOOD if age * 1e9 <= fresh.within else _BAD


def _features(found: Sequence[Finding]) -> Counts:
    """Bad when a field of the reference does not arrive, or nothing does."""
    features = [each for each in found if each.kind is Kind.FIELD and each.role == FieldRole.FEATURE]
    known = [each.status for each in features if each.reference is not None]
    return _BAD if State.NO_DATA in known else _GOOD if known else _UNKNOWN


def _reference_age(found: Sequence[Finding]) -> float | None:
    """Of the oldest reference that anything is compared with, in seconds."""
    return max((each.reference.age_seconds for each in found if each.reference is not None), default=None)


_LOOKS: Final[Mapping[str, Callable[[Promise, Seen, Sequence[Finding]], Counts]]] = {
    "drift": _drift,
    "quality": _quality,
    "freshness": _freshness,
}
"""Indicators that count looks. The others count predictions."""
