"""Ours: `check` of a table against its profile. The judge is kept from look to look, as `check` documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from driftline.processors.comparison import Check, check
from driftline.processors.detectors import Judge
from driftline.processors.profile import Profile
from driftline.processors.statistics.table import STATISTICS
from tests.benchmarks.peers.inside import Method, Table, frame, main

ALPHA, NOMINAL, TOGETHER = 0.01, 0.05, 20
ANY_EFFECT = {row.name: 0.0 for row in STATISTICS}

Ready = list[tuple[Profile, Judge]]


def arrow(table: Table) -> pa.Table:
    """Numeric columns, and categories as a dictionary."""
    columns = [pa.array(column) for column in np.ascontiguousarray(table.numeric.T)]
    columns += [pa.DictionaryArray.from_arrays(codes.astype(np.int32), table.categories) for codes in table.codes.T]
    return pa.table(columns, names=table.names)


def profiled(reference: Any) -> tuple[Profile, Judge]:
    return Profile.from_table(reference), Judge()


def look(ready: tuple[Profile, Judge], current: Any) -> Check:
    profile, judge = ready
    return check(current, profile, alpha=ALPHA, judge=judge)


def apart(table: Table) -> list[pa.Table]:
    """Columns in groups, each of which is one look."""
    whole = arrow(table)
    names = whole.column_names
    return [whole.select(names[at : at + TOGETHER]) for at in range(0, len(names), TOGETHER)]


def looks(ready: Ready, current: list[pa.Table]) -> list[Check]:
    """Each group at the alpha that leaves its fields the nominal one, for any effect."""
    return [
        check(group, profile, alpha=1 - (1 - NOMINAL) ** group.num_columns, minimum_effect=ANY_EFFECT, judge=judge)
        for (profile, judge), group in zip(ready, current, strict=True)
    ]


def drifted(checks: Iterable[Check]) -> list[str]:
    return [name for found in checks for name in found.drifted]


def counted(table: Table) -> Any:
    """What is counted before any library: the columns as they lie in memory."""
    return np.ascontiguousarray(table.numeric.T), np.ascontiguousarray(table.codes.T)


def edges(reference: Any) -> Any:
    """Ten buckets a numeric column, by its quantiles, and the shares of both kinds of column."""
    numeric, codes = reference
    bounds = [np.quantile(column, np.arange(1, 10) / 10) for column in numeric]
    shares = [_shares(np.searchsorted(bound, column), 10) for bound, column in zip(bounds, numeric, strict=True)]
    return bounds, shares, [_shares(column, int(column.max()) + 1) for column in codes]


def psi(ready: Any, current: Any) -> dict[str, float]:
    """The population stability index of each column, by hand."""
    bounds, shares, of_codes = ready
    numeric, codes = current
    found = {}
    for at, column in enumerate(numeric):
        found[f"x{at}"] = _psi(shares[at], _shares(np.searchsorted(bounds[at], column), 10))
    for at, column in enumerate(codes):
        found[f"k{at}"] = _psi(of_codes[at], _shares(column, len(of_codes[at])))
    return found


def _shares(places: Any, buckets: int) -> Any:
    return (np.bincount(places, minlength=buckets)[:buckets] + 0.5) / len(places)


def _psi(reference: Any, current: Any) -> float:
    return float(np.sum((current - reference) * np.log(current / reference)))


def over_a_tenth(scores: dict[str, float]) -> list[str]:
    return [name for name, score in scores.items() if score > 0.1]


METHODS = {
    "check, an Arrow table": Method(arrow, profiled, look, lambda found: found.drifted, cheap=False),
    "check, a pandas frame": Method(frame, profiled, look, lambda found: found.drifted, cheap=False),
    "check, .05 a field": Method(apart, lambda groups: [profiled(group) for group in groups], looks, drifted),
    "numpy: PSI over .1": Method(counted, edges, psi, over_a_tenth),
}

if __name__ == "__main__":
    main(METHODS)
