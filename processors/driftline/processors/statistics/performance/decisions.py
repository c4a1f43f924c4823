"""How right the decisions of a binary model are: from right and wrong, no scores."""

from __future__ import annotations

import numpy as np

from driftline.processors.statistics.performance.interval import Leaning, trials
from driftline.processors.statistics.performance.rows import Floats, Rows, UndefinedError


def accuracy(rows: Rows) -> Leaning:
    """Share of the predictions that are right, of any number of classes; in [0, 1].

    >>> accuracy(Rows.of([1, 0, 1, 1], [1, 0, 0, 1])).value
    0.75

    Source: Wilson (1927), doi:10.1080/01621459.1927.10502953.
    """
    right, ones = (rows.known_predictions == rows.labels).astype(float), np.ones(len(rows.labels))
    return ratio(rows, right, ones, "no rows")


def precision(rows: Rows) -> Leaning:
    """Share of what was predicted positive that is; in [0, 1]. Raises UndefinedError when nothing was.

    Source: Wilson (1927), doi:10.1080/01621459.1927.10502953.
    """
    said = (rows.known_predictions == 1).astype(float)
    return ratio(rows, said * (rows.labels == 1), said, "nothing was predicted positive")


def recall(rows: Rows) -> Leaning:
    """Share of what is positive that was predicted so; in [0, 1]. Raises UndefinedError when nothing is.

    Source: Wilson (1927), doi:10.1080/01621459.1927.10502953.
    """
    true = (rows.labels == 1).astype(float)
    return ratio(rows, true * (rows.known_predictions == 1), true, "no outcome is positive")


def f1(rows: Rows) -> Leaning:
    """Harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN); in [0, 1]. Undefined without any positive.

    TP / (TP + FP + FN) is a share of independent trials, and F1 grows with it alone: its limits are those of the share.

    >>> f1(Rows.of([1, 0, 1, 1], [1, 0, 0, 1])).value
    0.8

    Source: Lam, Gopal and Qian (2023), doi:10.48550/arXiv.2309.14621.
    """
    said, true = rows.known_predictions == 1, rows.labels == 1
    found = ratio(rows, (said & true).astype(float), (said | true).astype(float), "nothing is or was said positive")
    value = 2 * found.value / (1 + found.value)
    return Leaning(value, found.slopes * 2 / (1 + found.value) ** 2, found.fewest)


def ratio(rows: Rows, hits: Floats, among: Floats, reason: str) -> Leaning:
    """Share of the rows `among` that are `hits`, both (N,) of 0 and 1; without any, UndefinedError of the `reason`."""
    total = float(np.sum(rows.mass * among))
    if total <= 0:
        raise UndefinedError(reason)
    value = float(np.sum(rows.mass * hits)) / total
    return Leaning(value, (hits - value * among) / total, trials(rows, among))
