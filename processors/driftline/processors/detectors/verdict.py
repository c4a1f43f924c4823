"""What a judge says of one field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[np.float64]]
Status = Literal["ok", "drift", "constant", "not_enough_samples"]


class Score(NamedTuple):
    """One statistic of one field. `limit` is None unless it decides; `p_value` (unadjusted) where it has one.

    `error` bounds how far the score may be from that of the unbinned values, where such a bound is known.
    """

    name: str
    score: float
    limit: float | None = None
    p_value: float | None = None
    error: float | None = None


_SCORE = partial(tuple.__new__, Score)
"""What `Score._make` does, without a frame of Python for each of thousands."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one field.

    `level` is the largest score / limit, over 1 exactly in drift, and `decided_by` the statistic it belongs to; both
    are None without a limit. `scores` is empty where nothing could be computed.
    """

    status: Status
    level: float | None = None
    decided_by: str | None = None
    scores: tuple[Score, ...] = ()


def verdicts(
    statuses: Sequence[Status], scores: Columns, limits: Columns, p_values: Columns, errors: Columns | None = None
) -> list[Verdict]:
    """One verdict per field from columns by statistic, shapes (F,), NaN where a field has no such figure.

    Args:
        statuses: of each field before its limits are looked at; `ok` with a score over its limit becomes `drift`.
        scores: each deciding statistic's among them.
        limits: of the deciding statistics, positive.
        p_values, errors: of any.
    """
    listed = _listed(len(statuses), scores, limits, p_values, errors or {})
    names = list(limits)
    if not names:
        return [Verdict(status, scores=found) for status, found in zip(statuses, listed, strict=True)]
    ratios = np.nan_to_num(np.array([scores[name] / limits[name] for name in names]), nan=-1.0)
    tops, which = ratios.max(axis=0).tolist(), ratios.argmax(axis=0).tolist()
    return [
        Verdict(status, scores=found) if top < 0 else Verdict("drift" if top > 1 else "ok", top, names[at], found)
        for status, top, at, found in zip(statuses, tops, which, listed, strict=True)
    ]


def _listed(fields: int, scores: Columns, *figures: Columns) -> list[tuple[Score, ...]]:
    if not scores:
        return [()] * fields
    nothing: list[float | None] = [None] * fields
    complete = True
    columns: list[list[Score | None]] = []
    for name, values in scores.items():
        others = (_known(each[name]) if name in each else nothing for each in figures)
        column: list[Score | None] = list(map(_SCORE, zip(repeat(name, fields), values.tolist(), *others, strict=True)))
        for at in np.flatnonzero(np.isnan(values)).tolist():
            column[at], complete = None, False
        columns.append(column)
    rows = zip(*columns, strict=True)
    return list(rows) if complete else [tuple(score for score in row if score is not None) for row in rows]


def _known(values: NDArray[np.float64]) -> list[float | None]:
    listed: list[float | None] = values.tolist()
    for at in np.flatnonzero(np.isnan(values)).tolist():
        listed[at] = None
    return listed
