"""Joined rows as the arrays that metrics are taken from: which task it is, which class is which number."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics.performance import BINARY, MULTICLASS, RANKING, REGRESSION

_POSITIVE = frozenset({"1", "true", "yes", "y", "positive"})
_NEGATIVE = frozenset({"0", "false", "no", "n", "negative", "-1"})


@dataclass(slots=True)
class Joined:
    """Predictions with their outcomes, column by column, as text and numbers; grown page by page."""

    ids: list[str] = field(default_factory=list)
    values: list[str | None] = field(default_factory=list)
    scores: list[float | None] = field(default_factory=list)
    by_class: list[str | None] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    numeric: bool = False
    times_ns: list[int] = field(default_factory=list)
    """When each prediction was made; ascending within a source, sources one after the other."""
    ages_ns: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ids)

    def extend(self, more: Joined) -> None:
        """Take a page."""
        self.ids += more.ids
        self.values += more.values
        self.scores += more.scores
        self.by_class += more.by_class
        self.outcomes += more.outcomes
        self.numeric = self.numeric or more.numeric
        self.times_ns += more.times_ns
        self.ages_ns += more.ages_ns


@dataclass(frozen=True, slots=True)
class Arrays:
    """What `statistics.performance.measure` takes.

    Args:
        task: `binary`, `multiclass`, `regression` or `ranking`.
        labels: (N,), coded.
        predictions: (N,), coded as the labels; None where the model gives none.
        scores: (N,) or (N, K); None where the model gives none.
        groups: (N,), of ranking only.
        classes: names of the codes; empty for numbers.
        left_out: joined rows that lack what most rows have, or hold what is no number.
        probabilities: whether the scores are: within 0 and 1, and over the classes sum to 1.
    """

    task: str
    labels: NDArray[np.float64]
    predictions: NDArray[np.float64] | None
    scores: NDArray[np.float64] | None
    groups: NDArray[np.int64] | None = None
    classes: tuple[str, ...] = ()
    left_out: int = 0
    probabilities: bool = False


def arrays(joined: Joined, task: str | None, positive: str | None) -> Arrays:
    """Bring joined rows into the form of a task.

    Args:
        joined: at least one row.
        task: None reads it from the rows: outcomes told as numbers are a regression's, up to two classes are binary.
        positive: the class that `score` is the probability of; None: of two classes the second, as numbers or as
            text, which is the order of scikit-learn's `classes_`.
    """
    chosen = task or _task(joined)
    if chosen in {BINARY, MULTICLASS}:
        return _classified(joined, chosen, positive)
    labels = np.array([_number(one) for one in joined.outcomes])
    predictions = _optional([_number(one) for one in joined.values])
    scores = _optional([math.nan if one is None else one for one in joined.scores])
    groups = _groups(joined.ids) if chosen == RANKING else None
    return _complete(Arrays(chosen, labels, predictions, scores, groups))


def _task(joined: Joined) -> str:
    if joined.numeric:
        return REGRESSION
    return BINARY if len(_classes(joined)) <= 2 and not any(joined.by_class) else MULTICLASS


def _classes(joined: Joined) -> tuple[str, ...]:
    """Every class that was predicted, scored or proved true; numbers in their order, else text in its own."""
    named = {*joined.outcomes, *(one for one in joined.values if one is not None)}
    for scores in {one for one in joined.by_class if one is not None}:
        named |= json.loads(scores).keys()
    numbers = {one: _number(one) for one in named}
    ordered = all(math.isfinite(one) for one in numbers.values())
    return tuple(sorted(named, key=lambda one: (numbers[one] if ordered else 0.0, one)))


def _classified(joined: Joined, task: str, positive: str | None) -> Arrays:
    classes = _binary(_classes(joined), positive) if task == BINARY else _classes(joined)
    codes = {name: float(code) for code, name in enumerate(classes)}
    other = 0.0 if task == BINARY else math.nan  # more than two classes of a binary task: all others are the negative
    labels = np.array([codes.get(one, other) for one in joined.outcomes])
    predictions = _optional([math.nan if one is None else codes.get(one, other) for one in joined.values])
    return _complete(Arrays(task, labels, predictions, _scores(joined, task, classes), None, classes))


def _binary(classes: Sequence[str], positive: str | None) -> tuple[str, str]:
    """The negative class and the positive one; the name of one that never came is empty."""
    if positive is not None:
        return next((one for one in classes if one != positive), ""), positive
    if len(classes) > 1:
        return classes[0], classes[1]
    alone = classes[0] if classes else ""
    return ("", alone) if alone.lower() in _POSITIVE else (alone, "1" if alone.lower() in _NEGATIVE else "")


def _scores(joined: Joined, task: str, classes: Sequence[str]) -> NDArray[np.float64] | None:
    if not any(joined.by_class):
        return _optional([math.nan if one is None else one for one in joined.scores]) if task == BINARY else None
    wanted = classes[1:2] if task == BINARY else classes
    nothing = [math.nan] * len(wanted)
    table = [nothing if text is None else _by_class(text, wanted) for text in joined.by_class]
    array = np.array(table, dtype=np.float64)
    return array[:, 0] if task == BINARY else array


def _by_class(text: str, wanted: Sequence[str]) -> list[float]:
    """The scores of the wanted classes; a class without one has none, which is a probability of 0."""
    given: dict[str, Any] = json.loads(text)
    return [float(given.get(name, 0.0)) for name in wanted]


def _optional(values: Sequence[float]) -> NDArray[np.float64] | None:
    """The column; None where fewer than half of the rows have a value: the model does not give it."""
    column = np.array(values, dtype=np.float64)
    return column if np.isfinite(column).mean() >= 0.5 else None


def _complete(given: Arrays) -> Arrays:
    """Only the rows that have everything the model gives."""
    good = np.isfinite(given.labels)
    for column in (given.predictions, given.scores):
        if column is not None:
            good &= np.isfinite(column.reshape(len(column), -1)).all(axis=1)
    scores = None if given.scores is None else given.scores[good]
    return Arrays(
        given.task,
        given.labels[good],
        None if given.predictions is None else given.predictions[good],
        scores,
        None if given.groups is None else given.groups[good],
        given.classes,
        int((~good).sum()),
        scores is not None and _are_probabilities(scores),
    )


def _are_probabilities(scores: NDArray[np.float64]) -> bool:
    within = bool(((scores >= 0) & (scores <= 1)).all())
    return within and (scores.ndim == 1 or bool(np.allclose(scores.sum(axis=1), 1.0, atol=1e-6)))


def _number(text: str | None) -> float:
    try:
        return math.nan if text is None else float(text)
    except ValueError:
        return math.nan


def _groups(ids: Sequence[str]) -> NDArray[np.int64]:
    """The query of each row: rows of one call have the ids `q`, `q.1`, `q.2`, ..."""
    codes: dict[str, int] = {}
    return np.array([codes.setdefault(_query(one), len(codes)) for one in ids], dtype=np.int64)


def _query(prediction_id: str) -> str:
    query, dot, row = prediction_id.rpartition(".")
    return query if dot and row.isdigit() else prediction_id
