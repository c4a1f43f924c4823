"""How each field scatters from one block of time to the next, so that limits suit rows that are not independent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from driftline.processors.documents import parse_duration, write_duration
from driftline.processors.profile.errors import ProfileError
from driftline.processors.profile.fields import Blocks
from driftline.processors.profile.layout import Layout, NumericPlan, Plan
from driftline.processors.statistics.dispersion import FEWEST_BLOCKS, dispersion
from driftline.processors.tables.columns import Nature, category_rows, nature, numbers
from driftline.processors.tables.times import UNKNOWN, TimeColumn

MOST_BLOCKS = 20_000
"""More blocks than this are refused: each costs its buckets over all fields."""


@dataclass(frozen=True, slots=True)
class BlockOptions:
    """Where blocks begin and end.

    Args:
        length_ns: of a block; they begin at whole multiples of it since the epoch.
        time: the column; None: the only one that looks like a time.
        zone: the time zone of times that say none.

    Raises:
        ProfileError: a length that is no duration.
    """

    length_ns: int
    time: str | None = None
    zone: str | None = None

    @classmethod
    def read(cls, length: str, time: str | None = None, zone: str | None = None) -> BlockOptions:
        """The options from the text of a duration.

        >>> BlockOptions.read("1d").length_ns
        86400000000000
        """
        try:
            return cls(parse_duration(length), time, zone)
        except ValueError as error:
            raise ProfileError(str(error)) from error


class BlockTally:
    """Counts of every field in every block, a batch at a time; rows may come in any order.

    Args:
        options: where blocks begin and end.
        layout: the fields.
    """

    def __init__(self, options: BlockOptions, layout: Layout) -> None:
        self._options, self._layout = options, layout
        self._time = TimeColumn(options.time, options.zone)
        self._widths = [_width(plan) for plan in layout]
        self._blocks: dict[int, list[NDArray[np.int64]]] = {}

    def update(self, batch: pa.RecordBatch) -> None:
        """Count one batch; rows without a time are in no block.

        Raises:
            ProfileError: too many blocks.
            TableError: times that cannot be told.
        """
        times = self._time.read(batch)
        known = times != UNKNOWN
        blocks, block_of = np.unique(times[known] // self._options.length_ns, return_inverse=True)
        for at, (plan, width) in enumerate(zip(self._layout, self._widths, strict=True)):
            if plan.name in batch.schema.names:
                places = _places(plan, batch.column(plan.name))[known]
                held = places < width
                flat = np.bincount(block_of[held] * width + places[held], minlength=len(blocks) * width)
                for block, counts in zip(blocks.tolist(), flat.reshape(-1, width), strict=True):
                    self._block(block)[at] += counts

    def get(self) -> dict[str, Blocks]:
        """What is known of each field; of one with too few blocks only how many there are."""
        found = {}
        for at, plan in enumerate(self._layout):
            counts = np.array([self._blocks[block][at] for block in sorted(self._blocks)], dtype=np.int64)
            counts = counts.reshape(-1, self._widths[at])
            found[plan.name] = Blocks(
                length=write_duration(self._options.length_ns),
                count=int((counts.sum(axis=1) > 0).sum()),
                dispersion=dispersion(counts, ordered=isinstance(plan, NumericPlan)),
            )
        return found

    @property
    def notice(self) -> str | None:
        """What the maker of the profile should know."""
        if len(self._blocks) >= FEWEST_BLOCKS:
            return None
        return f"{len(self._blocks)} blocks are too few to measure how they scatter: {FEWEST_BLOCKS} or more do"

    def _block(self, number: int) -> list[NDArray[np.int64]]:
        if number not in self._blocks:
            if len(self._blocks) >= MOST_BLOCKS:
                raise ProfileError(f"more than {MOST_BLOCKS:,} blocks: give `--block` a longer length")
            self._blocks[number] = [np.zeros(width, dtype=np.int64) for width in self._widths]
        return self._blocks[number]


def merged_blocks(one: Blocks | None, other: Blocks | None) -> Blocks | None:
    """Blocks of both: dispersions by the number of blocks behind them; None where only one has any of this length."""
    if one is None or other is None or one.length != other.length:
        return None
    count = one.count + other.count
    names = one.dispersion.keys() & other.dispersion.keys()
    both = {
        name: (one.dispersion[name] * one.count + other.dispersion[name] * other.count) / count
        for name in sorted(names)
    }
    return Blocks(length=one.length, count=count, dispersion=both)


def _width(plan: Plan) -> int:
    return len(plan.bounds) + 1 if isinstance(plan, NumericPlan) else len(plan.categories) + 1


def _places(plan: Plan, column: pa.Array) -> NDArray[np.int64]:
    """Each row's bucket or category; beyond the last of them where it has none."""
    nowhere = _width(plan)
    if isinstance(plan, NumericPlan):
        values = numbers(column)
        return np.where(np.isfinite(values), np.searchsorted(plan.bounds, values), nowhere)
    if nature(column.type) in (Nature.UNUSABLE, Nature.MOMENT):
        return np.full(len(column), nowhere)
    codes, texts = category_rows(column)
    onto = {name: place for place, name in enumerate(plan.categories)}
    known = [nowhere if text in (None, "inf", "-inf") else onto.get(text, nowhere - 1) for text in texts]
    return np.array(known, dtype=np.int64)[codes]
