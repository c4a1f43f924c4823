"""Outcomes that come once, under an id of which none is held, as almost all do: nothing has to be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from driftline.processors.outcomes.prints import columns
from driftline.processors.outcomes.records import Proved, Result
from driftline.semconv.sampling import sampled

if TYPE_CHECKING:
    from driftline.processors.outcomes.store import Store


class Fresh(NamedTuple):
    """What becomes of them, found for all at once."""

    kept: list[Proved]
    results: Counter[Result]
    first: NDArray[np.int64]
    """Source and time of predictions that have an outcome now and had none, (N, 2)."""
    others: list[Proved]
    """Outcomes that have to be compared: `matching` takes them one by one."""


def fresh(store: Store, records: Sequence[Proved], prints: Mapping[str, bytes]) -> Fresh:
    """Part what has to be compared from what has not, and take the latter.

    Args:
        store: what is held.
        records: usable outcomes.
        prints: of every id.
    """
    told = columns(prints[one.id] for one in records)
    alone = store.alone(told)
    asked, made, theirs = store.predicted(told, [one.model for one in records])
    known, joined = (np.isin(np.arange(len(records)), each) for each in (asked, asked[theirs]))
    unsampled = alone & ~known
    for at in np.flatnonzero(unsampled).tolist():
        unsampled[at] = not sampled(records[at].id, store.rate_of(records[at].model))
    results = {
        Result.JOINED: alone & joined,
        Result.ORPHAN: alone & ~joined & ~unsampled,
        Result.UNSAMPLED: unsampled,
    }
    return Fresh(
        [records[at] for at in np.flatnonzero(alone & ~unsampled).tolist()],
        Counter({result: int(which.sum()) for result, which in results.items()}),
        made[theirs & alone[asked]],
        [records[at] for at in np.flatnonzero(~alone).tolist()],
    )
