"""How well a model orders the candidates of a query: one figure a query, and their mean."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from driftline.processors.statistics.performance.interval import Leaning
from driftline.processors.statistics.performance.means import mean
from driftline.processors.statistics.performance.rows import Floats, Ints, Rows, UndefinedError


def ndcg(rows: Rows) -> Leaning:
    """Discounted gain of the first k ranks over the best there could be, mean of the queries; in [0, 1].

    Gain is the relevance, discount log2(rank + 1). Candidates with one score share the ranks they take. A query
    without a relevant candidate counts 0, as in scikit-learn.

    >>> round(ndcg(Rows.of([3, 2, 0, 1], scores=[0.4, 0.9, 0.3, 0.1], groups=[0, 0, 0, 0])).value, 3)
    0.908

    Source: Jarvelin and Kekalainen (2002), doi:10.1145/582415.582418; ties: McSherry and Najork (2008),
    doi:10.1007/978-3-540-78646-7_38.
    """
    queries = _queries(rows)
    got, best = (_gain(queries, rows.labels, order, rows.k) for order in (rows.known_scores, rows.labels))
    return _over_queries(rows, queries, np.divide(got, best, out=np.zeros(len(best)), where=best > 0))


def mrr(rows: Rows) -> Leaning:
    """1 / rank of the first relevant candidate (relevance over 0), mean of the queries; in [0, 1]; none counts 0.

    Candidates with one score all take the last of their ranks, so that a constant score earns nothing.

    >>> round(mrr(Rows.of([0, 1, 1, 0], scores=[0.9, 0.5, 0.1, 0.2], groups=[0, 0, 1, 1])).value, 3)
    0.5

    Source: Voorhees (1999), Proceedings of TREC-8, NIST SP 500-246, "The TREC-8 question answering track report".
    """
    queries = _queries(rows)
    _, last = _ranks(queries, rows.known_scores)
    found = np.zeros(len(queries.sizes))
    hits = rows.labels > 0
    np.maximum.at(found, queries.at[hits], 1 / last[hits])
    return _over_queries(rows, queries, found)


class _Queries(NamedTuple):
    """The query of each row, (N,), numbered from 0, and the rows of each, (Q,)."""

    at: Ints
    sizes: Ints


def _queries(rows: Rows) -> _Queries:
    if not len(rows.known_groups):
        raise UndefinedError("no rows")
    _, at, sizes = np.unique(rows.known_groups, return_inverse=True, return_counts=True)
    return _Queries(at, sizes)


def _ranks(queries: _Queries, scores: Floats) -> tuple[Floats, Floats]:
    """First and last rank, from 1, that each row shares with those of its query and score."""
    order = np.lexsort((-scores, queries.at))
    starts = np.repeat(np.cumsum(queries.sizes) - queries.sizes, queries.sizes)
    places = np.arange(len(order)) - starts + 1.0
    new = np.r_[True, (np.diff(queries.at[order]) != 0) | (np.diff(scores[order]) != 0)]
    run = np.cumsum(new) - 1
    first, last = places[new], places[np.r_[np.nonzero(new)[0][1:] - 1, len(order) - 1]]
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    return first[run][back], last[run][back]


def _gain(queries: _Queries, relevance: Floats, scores: Floats, k: int) -> Floats:
    """Discounted gain of each query, (Q,): a row's discount is the mean of the ranks it shares."""
    first, last = _ranks(queries, scores)
    longest = int(queries.sizes.max())
    discounts = np.where(np.arange(longest) < k, 1 / np.log2(np.arange(longest) + 2.0), 0.0)
    sums = np.r_[0.0, np.cumsum(discounts)]
    mean_discount = (sums[last.astype(np.int64)] - sums[first.astype(np.int64) - 1]) / (last - first + 1)
    gains: Floats = np.bincount(queries.at, relevance * mean_discount, len(queries.sizes)).astype(np.float64)
    return gains


def _over_queries(rows: Rows, queries: _Queries, found: Floats) -> Leaning:
    """Mean over the queries, each one independent trial: its first row stands for it, with the mean of its weights."""
    weights = np.bincount(queries.at, rows.weights, len(found)) / queries.sizes
    of_queries = mean(Rows.of(found, weights=weights), found)
    first = np.unique(queries.at, return_index=True)[1]
    slopes = np.zeros(len(queries.at))
    slopes[first] = of_queries.slopes * weights / rows.weights[first]
    return Leaning(of_queries.value, slopes, of_queries.fewest)
