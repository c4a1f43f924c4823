"""Groups compared by every metric that can be told of them, into one finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from driftline.processors.detectors.fairness import Asked, compare
from driftline.processors.findings import Comparison, Fairness, Group, Identity, State, Window
from driftline.processors.monitor.fairness import Fairness as Wanted
from driftline.processors.pipeline.fairness import words
from driftline.processors.statistics.fairness import METRICS, Groups, NotComparableError

LARGEST_ALPHA = 0.25
"""No budget, however large, makes a verdict less sure than this."""


@dataclass(frozen=True, slots=True)
class Matter:
    """Whose groups are compared.

    Args:
        identity: the whole that the groups are parts of.
        attributes: what the groups differ in.
        names: of the groups, in the order of their counts.
        start_ns, end_ns: the stretch of the predictions.
        now_ns: when they are compared.
    """

    identity: Identity
    attributes: tuple[str, ...]
    names: Sequence[str]
    start_ns: int
    end_ns: int
    now_ns: int


def compared(matter: Matter, counts: Groups, wanted: Wanted, alpha: float) -> Fairness:
    """The finding of groups that arrived.

    Args:
        matter: whose groups.
        counts: of the groups; metrics that need outcomes are told where there are some.
        wanted: what the monitor asks.
        alpha: chance that any of the metrics says a treatment at its limit is beyond it.
    """
    told = [name for name, metric in METRICS.items() if wanted.shows(name) and _known(name, counts)]
    limited = sum(wanted.limit(name) is not None for name in told)
    part = min(alpha / max(limited, 1), LARGEST_ALPHA)
    found: list[Comparison] = []
    reasons: dict[str, str] = {}
    for name in told:
        try:
            found += _comparisons(matter, name, counts, wanted, part)
        except NotComparableError as error:
            reasons[name] = str(error)
    groups = _groups(matter.names, counts, wanted.minimum_observations)
    if not found:
        reason = next(iter(reasons.values()), "none of the `metrics` can be told without outcomes")
        return without(matter, State.NOT_ENOUGH_SAMPLES, reason, groups)
    why = words.compared(matter.attributes, found, groups)
    return _finding(matter, State.OK, groups, tuple(found), why)


def without(matter: Matter, status: State, reason: str, groups: tuple[Group, ...] = ()) -> Fairness:
    """The finding of groups that were not compared."""
    return _finding(matter, status, groups, (), words.not_compared(matter.attributes, reason, groups))


def _known(name: str, counts: Groups) -> bool:
    known = counts.scores if name == "calibration_gap" else counts.confusion
    return known is not None or not METRICS[name].outcomes


def _comparisons(matter: Matter, name: str, counts: Groups, wanted: Wanted, alpha: float) -> Iterator[Comparison]:
    asked = Asked(name, wanted.minimum_observations, _reference(matter, name, wanted), wanted.limit(name))
    found = compare(counts, asked, alpha)
    figures, whose = found.disparity.figures, found.disparity.groups
    for at, (value, lower, upper) in enumerate(np.stack(figures, axis=1).tolist()):
        group = matter.names[int(whose[at])] if METRICS[name].per_group else None
        beyond = None if found.beyond is None else bool(found.beyond[at])
        yield Comparison(name, value, lower, upper, group, asked.limit, beyond)


def _reference(matter: Matter, name: str, wanted: Wanted) -> int | None:
    """The position of the reference group; one that does not arrive cannot be compared with."""
    group = wanted.reference.get(",".join(matter.attributes)) if METRICS[name].per_group else None
    if group is None:
        return None
    if group not in matter.names:
        raise NotComparableError(f"the reference group `{group}` does not arrive")
    return list(matter.names).index(group)


def _groups(names: Sequence[str], counts: Groups, fewest: int) -> tuple[Group, ...]:
    held = zip(names, counts.favourable.tolist(), counts.predictions.tolist(), strict=True)
    return tuple(Group(name, total, good / total if total >= fewest else None) for name, good, total in held)


def _finding(
    matter: Matter, status: State, groups: tuple[Group, ...], comparisons: tuple[Comparison, ...], why: str
) -> Fairness:
    window = Window(matter.start_ns, matter.end_ns, sum(group.observations for group in groups))
    return Fairness(matter.identity, matter.attributes, window, matter.now_ns, status, groups, comparisons, why)
