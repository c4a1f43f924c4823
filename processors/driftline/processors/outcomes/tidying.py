"""What the join forgets: old cohorts, orphans nobody came for, and the oldest of both when there is no room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from driftline.processors.outcomes.census import Census

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
    before, longest = {}, 0
    for number, source in store.sources.items():
        whole = census.of(number, source)[0]
        longest = max(longest, whole.wanted.keep)
        before[number] = whole.start_of(max(now_ns - whole.wanted.keep, 0))
    return Forgotten(_forget(store, census, before), store.forget_orphans(now_ns - longest) if longest else 0)


def make_room(store: Store, census: Census, most_rows: int, needed: int) -> Forgotten:
    """Drop orphans that fill more than half of the limit, then the oldest cohorts, but never a model's newest, until
    there is room for `needed` rows, or for a share of the limit: not each record makes room anew.
    """
    wanted = most_rows - max(needed, int(most_rows * _SPARE))
    orphans = 0
    if store.orphans > most_rows // 2:
        kept = int(most_rows // 2 * (1 - _SPARE))
        orphans = store.forget_orphans(store.orphan_age(store.orphans - kept) + 1)
    before: dict[int, int] = {}
    for _, together in groupby(_oldest(store, census), key=lambda each: each[0]):
        if rows(store) - store.old(before) <= wanted:
            break
        before |= {number: end_ns for _, number, end_ns in together}
    return Forgotten(_forget(store, census, before), orphans)


def rows(store: Store) -> int:
    """What counts against the limit: predictions, and outcomes without one."""
    return store.predictions + store.orphans


def _oldest(store: Store, census: Census) -> list[tuple[int, int, int]]:
    """(start, source, end) of every cohort but each model's newest, the oldest first."""
    return sorted(
        (start, number, start + whole.wanted.cohort)
        for number, source in store.sources.items()
        for whole in census.of(number, source)[:1]
        for start in whole.starts()[:-1]
    )


def _forget(store: Store, census: Census, before_ns: Mapping[int, int]) -> int:
    """Forget what each source predicted before; all at once, as each time everything held is walked through."""
    dropped = store.forget(before_ns) if store.old(before_ns) else 0
    for number, before in before_ns.items():
        for each in census.of(number, store.sources[number]):
            each.forget_before(before)
    return dropped
