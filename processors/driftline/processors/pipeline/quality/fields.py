"""The checks of quality of many fields at once: what arrived of each beside its reference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.quality import (
    Check,
    Steps,
    constant,
    distance_limit,
    of_another_kind,
    share_limits,
    unit_change,
)
from driftline.processors.pipeline.alignment import Aligned
from driftline.processors.pipeline.quality import words
from driftline.processors.pipeline.quality.allowance import Allowance
from driftline.processors.pipeline.sides import Side
from driftline.processors.windows import FieldWindow
from driftline.semconv import OTHER_CATEGORY, Defect, QualityCheck

MOST_UNITS = 16
"""Fields of a look whose unit is looked for: those furthest from their reference."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one check says of a field or a model."""

    name: QualityCheck
    check: Check
    why: str


@dataclass(frozen=True, slots=True)
class Facts:
    """One field: what arrived, what is usual, and both on common buckets where that can be.

    Args:
        window: counts and defects of what arrived.
        side: the reference.
        aligned: both on common buckets; None where they have none.
        fewest: with fewer values a check is not made.
        another_kind, kind: observations whose type is known to be another one, over what the categories of `window`
            tell, and which type that is.
        values: some of the values in order, where rows are at hand: finer than any buckets.
    """

    window: FieldWindow
    side: Side
    aligned: Aligned | None
    fewest: int = 10
    another_kind: int = 0
    kind: str = ""
    values: NDArray[np.float64] | None = None

    @property
    def dispersion(self) -> float:
        """Variance of shares over that of independent rows, the largest that is known of the field."""
        return max(self.side.dispersion.values(), default=1.0) if self.side.dispersion else 1.0


class _Share(NamedTuple):
    """Bad among all values, of the window and of the reference."""

    at: int
    name: QualityCheck
    bad: int
    window: int
    known: int
    reference: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Block:
    """Fields with equally many common buckets: positions (F,), counts of both sides, (F, B)."""

    at: NDArray[np.int64]
    current: NDArray[np.int64]
    reference: NDArray[np.int64]


def check_fields(facts: Sequence[Facts], allowance: Allowance, alpha: float) -> list[list[Said]]:
    """What every check says of every field, in their order; a check that cannot be made says nothing.

    Args:
        facts: the fields of one look.
        allowance: which checks are made, and what matters to them.
        alpha: chance, in (0, 1), that any check of any field finds something although nothing has changed.

    Cost: about 30 us a field (`python -m tests.benchmarks quality`).
    """
    said: list[list[Said]] = [[] for _ in facts]
    if not facts:
        return said
    levels = {name: alpha * part / len(facts) for name, part in allowance.parts.items()}
    dispersion = [each.dispersion for each in facts]
    _check_shares(facts, dispersion, allowance, levels, said)
    blocks = list(_blocks(facts))
    if QualityCheck.CONSTANT in levels:
        _check_constant(facts, blocks, levels[QualityCheck.CONSTANT], said)
    if QualityCheck.UNIT_CHANGE in levels:
        _check_units(facts, blocks, levels[QualityCheck.UNIT_CHANGE], allowance, said)
    return said


def _check_shares(
    facts: Sequence[Facts],
    dispersion: Sequence[float],
    allowance: Allowance,
    levels: dict[QualityCheck, float],
    said: list[list[Said]],
) -> None:
    shares = [share for at, each in enumerate(facts) for share in _shares(at, each) if share.name in levels]
    if not shares:
        return
    limits = share_limits(
        [share.window for share in shares],
        [share.known for share in shares],
        [share.reference for share in shares],
        level=[levels[share.name] for share in shares],
        minimum_effect=[allowance.effects.get(share.name, 0.0) for share in shares],
        dispersion=[dispersion[share.at] for share in shares],
    )
    for share, limit in zip(shares, limits.tolist(), strict=True):
        check = Check(share.bad / share.window, limit)
        name = facts[share.at].side.name
        why = words.share(name, share.name, check, share.known / share.reference, share.note)
        said[share.at].append(Said(share.name, check, why))


def _shares(at: int, facts: Facts) -> Iterator[_Share]:
    window, side, defects = facts.window, facts.side, facts.window.defects
    observed = window.observations
    missing, invalid = defects.get(Defect.MISSING, 0), defects.get(Defect.INVALID, 0)
    offered = observed + missing + invalid
    if side.offered and offered >= facts.fewest:
        yield _Share(at, QualityCheck.MISSING, missing, offered, side.missing, side.offered)
        unusable = max(side.offered - side.observations - side.missing, 0)
        yield _Share(at, QualityCheck.INVALID, invalid, offered, unusable, side.offered)
    if observed < facts.fewest or not side.observations:
        return
    if side.categories is None:
        outside = min(defects.get(Defect.OUT_OF_RANGE, 0), observed)
        # the reference's own extremes are its smallest and its largest: one value of it counts as beyond them
        yield _Share(at, QualityCheck.OUT_OF_RANGE, outside, observed, 1, side.observations)
        strange = sum(window.categories.values()) + facts.another_kind
        yield _Share(at, QualityCheck.TYPE_CHANGE, strange, observed, 0, side.observations, "categories")
        return
    yield from _shares_of_categories(at, facts, observed)


def _shares_of_categories(at: int, facts: Facts, observed: int) -> Iterator[_Share]:
    side, found = facts.side, facts.window.categories
    named = side.categories or {}
    if OTHER_CATEGORY not in named:  # else the reference had categories too that it does not name
        fresh = sum(found[name] for name in found.keys() - named.keys() if name != OTHER_CATEGORY)
        unknown = min(max(facts.window.defects.get(Defect.UNKNOWN_CATEGORY, 0), fresh), observed)
        once = sum(count == 1 for count in named.values())  # as many were about to be seen for the first time: Turing
        yield _Share(at, QualityCheck.UNKNOWN_CATEGORY, unknown, observed, once, side.observations)
    texts = {name: count for name, count in found.items() if name != OTHER_CATEGORY and name not in named}
    strange, kind = of_another_kind(texts, named) if texts else (0, None)
    numbers = observed - sum(found.values())
    note = facts.kind or ("numbers" if numbers > strange or kind is None else kind.value)
    total = numbers + strange + facts.another_kind
    yield _Share(at, QualityCheck.TYPE_CHANGE, min(total, observed), observed, 0, side.observations, note)


def _blocks(facts: Sequence[Facts]) -> Iterator[_Block]:
    """The fields that can be compared, those of numbers apart from those of categories."""
    alike: dict[tuple[int, bool], list[tuple[int, Aligned]]] = defaultdict(list)
    for at, each in enumerate(facts):
        if (aligned := each.aligned) is not None and each.window.observations >= each.fewest:
            alike[len(aligned.current), aligned.bounds is not None].append((at, aligned))
    for found in alike.values():
        yield _Block(
            np.array([at for at, _ in found]),
            np.stack([aligned.current for _, aligned in found]),
            np.stack([aligned.reference for _, aligned in found]),
        )


def _check_constant(facts: Sequence[Facts], blocks: Sequence[_Block], level: float, said: list[list[Said]]) -> None:
    varies = constant(np.array([1, 1]), np.array([1, 1]), level=level)
    for block in blocks:
        alone = (np.count_nonzero(block.current, axis=1) == 1) & (np.count_nonzero(block.reference, axis=1) > 1)
        for row, (at, suspect) in enumerate(zip(block.at.tolist(), alone.tolist(), strict=True)):
            check, each = varies, facts[at]
            if suspect and not _may_vary(each, block.current[row]):
                sides = block.current[row], block.reference[row]
                check = constant(*sides, level=level, dispersion=each.dispersion)
            said[at].append(Said(QualityCheck.CONSTANT, check, words.constant(each.side.name, each.aligned, check)))


def _may_vary(facts: Facts, current: NDArray[np.int64]) -> bool:
    """Whether numbers that lie in one bucket may still differ: the rows say so, or the bucket has no end."""
    if facts.side.categories is not None:
        return False
    if facts.values is not None and len(facts.values):
        return bool(facts.values[0] != facts.values[-1])
    return bool(current[0] or current[-1])


def _check_units(
    facts: Sequence[Facts], blocks: Sequence[_Block], level: float, allowance: Allowance, said: list[list[Said]]
) -> None:
    smallest = allowance.effects.get(QualityCheck.UNIT_CHANGE)
    suspects: list[tuple[float, int, float]] = []
    for block in blocks:
        current, reference = block.current.sum(axis=1), block.reference.sum(axis=1)
        apart = (
            np.cumsum(block.current, axis=1) / current[:, None]
            - np.cumsum(block.reference, axis=1) / np.maximum(reference, 1)[:, None]
        )
        distances = np.abs(apart).max(axis=1)  # Kolmogorov-Smirnov
        for at, now, then, distance in zip(
            block.at.tolist(), current.tolist(), reference.tolist(), distances.tolist(), strict=True
        ):
            each = facts[at]
            if each.side.categories is not None or not then:
                continue
            limit = distance_limit(now, then, level=level, minimum_effect=smallest, dispersion=each.dispersion)
            if distance > limit:
                suspects.append((distance, at, limit))
            else:
                said[at].append(Said(QualityCheck.UNIT_CHANGE, Check(0.0, limit), words.unit(each.side.name, None)))
    suspects.sort(reverse=True)
    for distance, at, limit in suspects[:MOST_UNITS]:
        each = facts[at]
        window, known = steps_of(each)
        unit = unit_change(window, known, dispersion=each.dispersion)
        score = 0.0 if unit is None else distance
        said[at].append(Said(QualityCheck.UNIT_CHANGE, Check(score, limit), words.unit(each.side.name, unit)))


def steps_of(facts: Facts) -> tuple[Steps, Steps]:
    """Window and reference as finely as they are known."""
    window, side = facts.window, facts.side
    if facts.values is not None and len(facts.values):
        current = Steps.of_values(facts.values)
    elif window.exponential is not None and not window.exponential.empty:
        current = Steps.of_buckets(*window.exponential.get())
    else:
        layout = max(window.binned, key=lambda each: int(each.counts.sum()))
        current = Steps.on_bounds(layout.bounds, layout.counts)
    if side.exponential is not None and not side.exponential.empty:
        return current, Steps.of_buckets(*side.exponential.get())
    if side.binned is None:  # it was aligned, so it has either
        raise ValueError(f"{side.name}: a numeric reference needs buckets")
    return current, Steps.on_bounds(side.binned.bounds, side.binned.counts)
