"""Counts in, verdicts out: is this more than chance does, and does it matter?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.block import Block, furthest
from driftline.processors.detectors.library import Chance, Library
from driftline.processors.detectors.pair import Pair
from driftline.processors.detectors.scoring import errors, score
from driftline.processors.detectors.verdict import Status, Verdict, verdicts
from driftline.processors.statistics.levels import field_level
from driftline.processors.statistics.reach import largest
from driftline.processors.statistics.renewal import kept, level_for_rate
from driftline.processors.statistics.table import MINIMUM_EFFECTS, STATISTICS
from driftline.processors.statistics.unseen import unseen_psi

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

IN_REACH = 0.2
"""A limit of `psi` that ten observations or more can always exceed, wherever they fall."""
_OF = {row.name: row.function for row in STATISTICS if row.function is not None}


class Judge:
    """Judges the fields of a model, keeping the null tails it has computed. Not thread-safe: one judge, one lock.

    Cost: 20 ms for 500 fields whose tails are kept, some 40 ms where all are new (`python -m tests.benchmarks
    evaluation`): then only those near a limit are worked out exactly at once, see `curves.Curves`. A field of two
    buckets keeps none and takes 0.5 ms.

    Args:
        capacity: tails kept of each kind; one takes about 1 kB.

    >>> import numpy as np
    >>> same = Pair(np.array([25, 25, 25, 25]), np.array([500, 500, 500, 500]), ordered=True)
    >>> moved = Pair(np.array([5, 15, 30, 50]), np.array([500, 500, 500, 500]), ordered=True)
    >>> [verdict.status for verdict in Judge().judge([same, moved], alpha=0.01)]
    ['ok', 'drift']
    """

    def __init__(self, capacity: int = 20_000) -> None:
        self._library = Library(capacity)

    def judge(
        self,
        pairs: Sequence[Pair],
        *,
        alpha: float | None = None,
        budget_per_look: float | None = None,
        minimum_effect: Mapping[str, float] | None = None,
        minimum_observations: int = 10,
    ) -> list[Verdict]:
        """One verdict per pair, in their order.

        Args:
            pairs: the fields of one model at one look; those that decide and have something to judge share `alpha`, or
                the budget.
            alpha: chance, in (0, 1), that any of them is in drift at this look although nothing has changed.
            budget_per_look: or else: how many of them may, at one look in a row of looks, come into drift for nothing,
                in (0, 1). Windows that overlap stay in drift for some looks; each stay is one alarm.
            minimum_effect: floors of the limits by statistic, over the defaults of the table and under the pair's own.
                A floor for a statistic that does not decide changes nothing.
            minimum_observations: windows that hold fewer are not judged, unless the pair asks for another number.

        Raises:
            ValueError: neither `alpha` nor `budget_per_look` is given, or both are.
        """
        groups = _groups(pairs, minimum_observations)
        fields = max(sum(int((group.open & group.decides).sum()) for group in groups), 1)
        levels = _levels(alpha, budget_per_look, fields)
        floors = {**MINIMUM_EFFECTS, **(minimum_effect or {})}
        found: dict[int, Verdict] = {}
        for group in groups:
            found.update(zip(group.at, self._verdicts(group, levels, floors), strict=True))
        return [found[at] for at in range(len(pairs))]

    def _verdicts(self, group: _Group, levels: Callable[[Block], Floats], floors: Mapping[str, float]) -> list[Verdict]:
        """The verdicts of fields that have equally many buckets."""
        counted, open_ = group.counted, group.open
        rows = group.block.rows(counted)
        found = score(rows) if counted.any() else {}
        scores, binning = _widened(found, counted), _widened(errors(rows, found), counted)
        judged = {name: values[open_] for name, values in scores.items()}
        unseen = group.unseen
        if "psi" in judged:
            judged["psi"] = np.maximum(judged["psi"] - unseen[open_], 0.0)
        block = group.block.rows(open_)
        nulls = self._library.chance(block, judged, levels(block)) if open_.any() else Chance({}, {})
        limits = _widened(nulls.limits, open_)
        if "psi" in limits:
            limits["psi"] = limits["psi"] + unseen
        able = self._able(group.block, limits, open_, levels)
        decided = {
            name: np.where(group.decides & able, np.maximum(values, group.floors(name, floors)), np.nan)
            for name, values in limits.items()
        }
        return verdicts(group.statuses(able), scores, decided, _widened(nulls.p_values, open_), binning)

    def _able(self, block: Block, limits: Mapping[str, Floats], open_: Mask, levels: Callable[[Block], Floats]) -> Mask:
        """Whether some window of its size could be in drift, (F,); True for what is not judged anyhow.

        A reference of a few rows can have limits that no window exceeds: to call such a field `ok` would be a lie.
        Limits go with the window, so where those of this one are out of reach, those of the windows furthest off
        decide.
        """
        able = np.ones(len(open_), dtype=np.bool_)
        doubtful = _doubtful(block, limits, open_)
        if doubtful.any():
            some = block.rows(doubtful)
            found = [self._over(replace(some, current=window), levels) for window in furthest(some)]
            able[doubtful] = np.any(found, axis=0)
        return able

    def _over(self, block: Block, levels: Callable[[Block], Floats]) -> Mask:
        """Whether each field is over a limit, floors left out, (F,)."""
        scores = score(block)
        limits = self._library.chance(block, scores, levels(block)).limits
        return np.asarray(np.any([scores[name] > limits[name] for name in limits], axis=0))


@dataclass(frozen=True)
class _Group:
    """Pairs with equally many buckets: `at` their positions, `fewest` what each must hold to be judged, (F,)."""

    at: Sequence[int]
    pairs: Sequence[Pair]
    block: Block
    fewest: NDArray[np.int64]

    @classmethod
    def of(cls, at: Sequence[int], pairs: Sequence[Pair], minimum_observations: int) -> _Group:
        own = [pair.minimum_observations for pair in pairs]
        fewest = [max(minimum_observations if least is None else least, 1) for least in own]
        return cls(at, pairs, Block.of(pairs), np.array(fewest))

    @cached_property
    def counted(self) -> Mask:
        """Fields that have scores: something on both sides, not all in one bucket."""
        return np.asarray((self.block.observations > 0) & (self.block.known > 0) & (self.block.occupied > 1))

    @cached_property
    def open(self) -> Mask:
        """Fields that can be in drift."""
        return np.asarray(self.counted & (self.block.observations >= self.fewest))

    @cached_property
    def decides(self) -> Mask:
        return np.array([pair.decides for pair in self.pairs])

    def statuses(self, able: Mask) -> list[Status]:
        """What is known of each field before its verdict: `ok` where it can be in drift; `able` as of `Judge`."""
        few = (self.block.observations < self.fewest) | (self.block.known == 0) | ~able
        statuses: list[Status] = np.where(
            few, "not_enough_samples", np.where(self.block.occupied < 2, "constant", "ok")
        ).tolist()
        return statuses

    @cached_property
    def unseen(self) -> Floats:
        """What the last bucket may add to `psi` where it holds what the reference has no name for, (F,)."""
        unnamed = np.array([pair.unnamed for pair in self.pairs])
        if not unnamed.any():
            return np.zeros(len(unnamed))
        return np.where(unnamed, unseen_psi(self.block.reference, self.block.observations), 0.0)

    def floors(self, name: str, below: Mapping[str, float]) -> Floats:
        """The floor of each field's limit of one statistic."""
        common = below.get(name, 0.0)
        return np.array([(pair.minimum_effect or {}).get(name, common) for pair in self.pairs])


def _doubtful(block: Block, limits: Mapping[str, Floats], open_: Mask) -> Mask:
    """Judged fields of which no window of their size would be over the limits there are, (F,)."""
    doubtful = np.asarray(open_ & ~(limits.get("psi", np.full(len(open_), np.nan)) <= IN_REACH))
    if doubtful.any():
        some = block.rows(doubtful)
        most = {name: largest(_OF[name], some.observations, some.reference) for name in limits}
        doubtful[doubtful] = ~np.any([limits[name][doubtful] < most[name] for name in limits], axis=0)
    return doubtful


def _levels(alpha: float | None, budget: float | None, fields: int) -> Callable[[Block], Floats]:
    """The level of each field of a block, (F,), where so many fields share what there is."""
    if (alpha is None) == (budget is None):
        raise ValueError("a judge needs either `alpha`, for one look, or `budget_per_look`, for a row of looks")
    if alpha is not None:
        level = field_level(alpha, fields)
        return lambda block: np.full(len(block.current), level)
    rate = (budget or 0.0) / fields
    return lambda block: level_for_rate(rate, *_renewal(block))


def _renewal(block: Block) -> tuple[Floats, NDArray[np.int64], Mask]:
    """How each field's window passes into the next: what is kept, degrees of freedom, whether `ks` decides too."""
    unchanged = kept(block.overlap[:, 0], block.observations, block.known, block.overlap[:, 1])
    return unchanged, block.occupied - 1, np.full(len(unchanged), block.ordered)


def _groups(pairs: Sequence[Pair], minimum_observations: int) -> list[_Group]:
    alike: dict[tuple[int, bool], list[int]] = defaultdict(list)
    for at, pair in enumerate(pairs):
        alike[len(pair.current), pair.ordered].append(at)
    return [_Group.of(at, [pairs[i] for i in at], minimum_observations) for at in alike.values()]


def _widened(columns: Mapping[str, Floats], rows: Mask) -> dict[str, Floats]:
    """Columns over the chosen rows as columns over all, NaN elsewhere."""
    if rows.all():
        return dict(columns)
    wide = {name: np.full(len(rows), np.nan) for name in columns}
    for name, values in columns.items():
        wide[name][rows] = values
    return wide
