"""Several classes: precision, recall, F1 and ROC AUC of each against the rest, averaged.

*Macro*: every class counts the same. *Weighted*: by how often it is the truth. Classes are those among outcomes or
predictions; a class never predicted has precision 0, as in scikit-learn, so that leaving a class out costs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from driftline.processors.statistics.performance.interval import Leaning, trials
from driftline.processors.statistics.performance.ordering import auc_of
from driftline.processors.statistics.performance.rows import Floats, Rows, UndefinedError


class Shares(NamedTuple):
    """One share a class, `hits` / `among`, and what one more row adds to each: arrays (N, K) of the rows' part."""

    hits: Floats
    among: Floats


def macro(of: Callable[[Floats, Floats], Shares]) -> Callable[[Rows], Leaning]:
    """The plain mean over the classes of a share of each."""
    return lambda rows: _averaged(rows, of, weighted=False)


def weighted(of: Callable[[Floats, Floats], Shares]) -> Callable[[Rows], Leaning]:
    """The mean over the classes, each by its part of the outcomes."""
    return lambda rows: _averaged(rows, of, weighted=True)


def precision(said: Floats, true: Floats) -> Shares:
    """Of a class: right among those predicted; `said` and `true` are (N, K) of 0 and 1."""
    return Shares(said * true, said)


def recall(said: Floats, true: Floats) -> Shares:
    """Of a class: right among those that are."""
    return Shares(said * true, true)


def f1(said: Floats, true: Floats) -> Shares:
    """Of a class: twice the right ones among those predicted and those that are."""
    return Shares(2 * said * true, said + true)


def auc_macro(rows: Rows) -> Leaning:
    """ROC AUC of each class against the rest, plain mean. Undefined unless every class is among the outcomes.

    Source: Provost and Domingos (2000), CeDER working paper IS-00-04, "Well-trained PETs".
    """
    return _auc(rows, weighted=False)


def auc_weighted(rows: Rows) -> Leaning:
    """The same, each class by its part of the outcomes.

    Source: Fawcett (2006), doi:10.1016/j.patrec.2005.10.010, section 9.2.
    """
    return _auc(rows, weighted=True)


def _averaged(rows: Rows, of: Callable[[Floats, Floats], Shares], *, weighted: bool) -> Leaning:
    classes = np.union1d(rows.labels, rows.known_predictions)
    true = (rows.labels[:, None] == classes).astype(float)
    hits, among = of((rows.known_predictions[:, None] == classes).astype(float), true)
    total = rows.mass @ among
    values = np.divide(rows.mass @ hits, total, out=np.zeros(len(classes)), where=total > 0)
    slopes = np.divide(hits - values * among, total, out=np.zeros(hits.shape), where=total > 0)
    return _mean_of_classes(rows, values, slopes, true, weighted=weighted)


def _auc(rows: Rows, *, weighted: bool) -> Leaning:
    true = rows.labels[:, None] == np.arange(rows.known_scores.shape[1])
    if not (rows.counts @ true > 0).all():
        raise UndefinedError("not every class is among the outcomes")
    found = [auc_of(rows, rows.known_scores[:, number], true[:, number]) for number in range(true.shape[1])]
    values, slopes = np.array([each.value for each in found]), np.stack([each.slopes for each in found], axis=1)
    return _mean_of_classes(rows, values, slopes, true.astype(float), weighted=weighted)


def _mean_of_classes(rows: Rows, values: Floats, slopes: Floats, true: Floats, *, weighted: bool) -> Leaning:
    """The mean of K shares: one more row moves the shares, and where they are weighted the weights."""
    if not len(rows.labels):
        raise UndefinedError("no rows")
    total = float(rows.mass.sum())
    parts = rows.mass @ true / total if weighted else np.full(len(values), 1 / len(values))
    value = float(parts @ values)
    whole = slopes @ parts + ((true @ values - value) / total if weighted else 0.0)
    return Leaning(value, whole, trials(rows, np.ones(len(whole))))
