"""What changed in each field: figures of window and reference, fields of equally many buckets in one pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics.differences import Difference, Differences, differences, missing_difference
from driftline.processors.statistics.places import Places

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Compared:
    """One field's two sides, as far as its figures need them.

    Args:
        current, reference: counts, shape (B,), at least one observation each.
        bounds: the B - 1 bounds between numeric buckets; None for categories.
        low, high: smallest and largest value of the reference; None where unknown.
        missing, offered: missing values, and all values, of window and reference; both None where not known.
    """

    current: Counts
    reference: Counts
    bounds: Floats | None = None
    low: float | None = None
    high: float | None = None
    missing: tuple[int, int] | None = None
    offered: tuple[int, int] | None = None


def changes(fields: Sequence[Compared]) -> list[tuple[Difference, ...]]:
    """The changes of each field, in their order: numeric figures where there are bounds, `missing` where it is known.

    A figure beyond the doubles is left out.

    Cost: 10 ms for 500 fields of 20 buckets.

    >>> even, bounds = np.full(4, 100), np.array([1.0, 2.0, 3.0])
    >>> [found] = changes([Compared(np.array([10, 10, 190, 190]), even, bounds, 0.0, 4.0, (5, 0), (405, 400))])
    >>> {change.name: round(change.value, 2) for change in found if change.name in ("mean", "p50", "missing")}
    {'mean': 0.87, 'p50': 0.95, 'missing': 0.01}
    """
    alike: dict[int, list[int]] = defaultdict(list)
    for at, field in enumerate(fields):
        if field.bounds is not None and len(field.bounds):
            alike[len(field.bounds)].append(at)
    found: list[list[Difference]] = [[] for _ in fields]
    for rows in alike.values():
        _add(found, rows, _numeric([fields[at] for at in rows]))
    asked = [at for at, field in enumerate(fields) if field.offered is not None and min(field.offered) > 0]
    if asked:
        _add(found, asked, {"missing": _missing([fields[at] for at in asked])})
    return [tuple(each) for each in found]


def _numeric(fields: Sequence[Compared]) -> dict[str, Differences]:
    current, reference = (np.array(side) for side in zip(*((f.current, f.reference) for f in fields), strict=True))
    bounds = np.array([field.bounds for field in fields], dtype=np.float64)
    low, high = (
        np.array([np.nan if end is None else end for end in ends], dtype=np.float64)
        for ends in zip(*((field.low, field.high) for field in fields), strict=True)
    )
    with np.errstate(over="ignore", invalid="ignore"):  # what leaves the doubles is left out in the end
        return differences(current, reference, Places.of(reference, bounds, low, high))


def _missing(fields: Sequence[Compared]) -> Differences:
    missing = np.array([field.missing for field in fields], dtype=np.int64)
    offered = np.array([field.offered for field in fields], dtype=np.int64)
    return missing_difference((missing[:, 0], missing[:, 1]), (offered[:, 0], offered[:, 1]))


def _add(found: list[list[Difference]], rows: Sequence[int], figures: Mapping[str, Differences]) -> None:
    """Put each row's figures into its list; one that is not finite is none."""
    for name, columns in figures.items():
        table = np.array([*columns.change, columns.binning_error])
        for at, row, known in zip(rows, table.T.tolist(), np.isfinite(table).all(axis=0).tolist(), strict=True):
            if known:
                found[at].append(Difference._make((name, *row)))
