"""What the join forgets: old cohorts, orphans nobody came for, and the oldest of both when there is no room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from driftline.processors.outcomes.census import Census
from driftline.processors.outcomes.cohorts import Cohorts

if TYPE_CHECKING:
    from driftline.processors.outcomes.store import Store

_SPARE = 0.05


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many were dropped."""

    predictions: int = 0
    orphans: int = 0


def forget_old(store: Store, census: Census, now_ns: int) -> Forgotten:
    """Drop whole cohorts that are older than their monitor keeps them, and orphans older than any is kept."""
    dropped, longest = 0, 0
    for number, source in store.sources.items():
        whole, *segments = census.of(number, source)
        longest = max(longest, whole.wanted.keep)
        before = whole.start_of(max(now_ns - whole.wanted.keep, 0))
        dropped += _forget(store, number, [whole, *segments], before)
    return Forgotten(dropped, store.forget_orphans(now_ns - longest) if longest else 0)


def make_room(store: Store, census: Census, most_rows: int, needed: int) -> Forgotten:
    """Drop orphans that fill more than half of the limit, then the oldest cohorts, but never a model's newest, until
    there is room for `needed` rows, or for a share of the limit: not each record makes room anew.
    """
    wanted = most_rows - max(needed, int(most_rows * _SPARE))
    orphans, dropped = 0, 0
    if store.orphans > most_rows // 2:
        kept = int(most_rows // 2 * (1 - _SPARE))
        orphans = store.forget_orphans(store.orphan_age(store.orphans - kept) + 1)
    oldest = sorted(
        (start, number)
        for number, source in store.sources.items()
        for whole in census.of(number, source)[:1]
        for start in whole.starts()[:-1]
    )
    for start, number in oldest:
        if rows(store) <= wanted:
            break
        cohorts = census.of(number, store.sources[number])
        dropped += _forget(store, number, cohorts, start + cohorts[0].wanted.cohort)
    return Forgotten(dropped, orphans)


def rows(store: Store) -> int:
    """What counts against the limit: predictions, and outcomes without one."""
    return store.predictions + store.orphans


def _forget(store: Store, number: int, cohorts: list[Cohorts] | tuple[Cohorts, ...], before_ns: int) -> int:
    held = cohorts[0].starts()
    for each in cohorts:
        each.forget_before(before_ns)
    return store.forget(number, before_ns) if held and held[0] < before_ns else 0
