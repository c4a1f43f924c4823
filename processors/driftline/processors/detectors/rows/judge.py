"""The judge of rows: one verdict from several statistics, under a null of its own making."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.rows.drivers import drivers
from driftline.processors.detectors.rows.placing import Points, place
from driftline.processors.detectors.rows.table import EMBEDDINGS, ROWS, Placed, Row
from driftline.processors.detectors.rows.verdict import RowScore, RowVerdict
from driftline.processors.statistics.rows.arrays import Draws, Floats
from driftline.processors.statistics.rows.classifying import Guesses, domain_classifier
from driftline.processors.statistics.rows.draws import draw
from driftline.processors.statistics.rows.joint import Joint, joint
from driftline.processors.windows.row_sample import Column, RowSample

DEFAULT_STATISTICS: Final = ("fields", "largest_field", "pairs", "mmd", "reconstruction")
"""All but the classifier, which needs scikit-learn and takes as long as the others together."""

FEWEST: Final = 10
"""Rows of either side without which nothing is judged."""
FIRST_DRAWS: Final = 199
MOST_DRAWS: Final = 20_000
_ANCHORS: Final = 1 / 3
_AT_ONCE: Final = 1000
_UNSUSPECTED: Final = 0.1
_PER_ALPHA: Final = 8.0


class RowJudge:
    """Judges rows of a window against rows of a reference.

    The null are the same rows with sides exchanged, a block at a time: the chance of a false verdict is at most
    `alpha` at any number of rows, whatever the fields, as long as blocks are exchangeable. 199 draws come first; only
    where they are suspicious (p at most 0.1) are as many drawn as `alpha` asks for, 8 / alpha and at most 20,000.

    Args:
        statistics: names, of `table.ROWS`.
        seed: of draws, waves and folds; the same rows get the same verdict.

    Raises:
        MissingExtraError: the classifier is asked for, and scikit-learn is not installed.

    >>> random = np.random.default_rng(0)
    >>> x = random.standard_normal(200)
    >>> known = RowSample({"x": x, "y": x + 0.1 * random.standard_normal(200)}, np.arange(200))
    >>> x = random.standard_normal(100)
    >>> now = RowSample({"x": x, "y": -x + 0.1 * random.standard_normal(100)}, np.arange(100))
    >>> found = RowJudge(statistics=("pairs",)).rows(known, now, alpha=0.01)
    >>> found.status, found.drivers
    ('drift', ('x', 'y'))
    """

    def __init__(self, statistics: Sequence[str] = DEFAULT_STATISTICS, seed: int = 0) -> None:
        self._table = tuple(row for row in ROWS if row.name in statistics)
        self._seed = seed
        self._guesses: Guesses | None = domain_classifier(seed=seed) if "classifier" in statistics else None

    def rows(self, reference: RowSample, window: RowSample, *, alpha: float) -> RowVerdict:
        """The verdict on all columns that both sides have, vectors left out.

        Cost: 600 + 500 rows of 64 fields: about 0.4 s of one core where nothing is suspicious; 20 fields, 0.1 s.
        """
        both = [(name, column) for name, column in _joined(reference, window) if column.ndim == 1]
        points = place(both)
        if not _enough(reference, window) or not points.values.shape[1]:
            return RowVerdict("not_enough_samples", len(window))
        return self._verdict(self._table, points, (reference, window), alpha)

    def embedding(self, name: str, reference: RowSample, window: RowSample, *, alpha: float) -> RowVerdict:
        """The verdict on one field of vectors, (n, d) on both sides; rows with a value that is not finite are left out.

        Vectors of another length than the reference's are not comparable: `not_enough_samples`.
        """
        known, now = _vectors(name, reference), _vectors(name, window)
        widths = {side.columns[name].shape[1] for side in (known, now) if name in side.columns}
        if not _enough(known, now) or len(widths) != 1:
            return RowVerdict("not_enough_samples", len(now))
        values = np.concatenate([known.columns[name], now.columns[name]]).astype(np.float64)
        points = Points(values, np.zeros(values.shape[1], dtype=np.int64), (name,))
        return self._verdict(EMBEDDINGS, points, (known, now), alpha)

    def _verdict(
        self, table: Sequence[Row], points: Points, sides: tuple[RowSample, RowSample], alpha: float
    ) -> RowVerdict:
        chance = _Chance(sides, self._seed)
        placed = Placed(points.values, chance.anchors, self._seed, self._guesses)
        first = chance.draws(FIRST_DRAWS)
        parts = _parts(table, placed, first)
        standing = joint(_folded(table, parts), alpha)
        if standing.p_value <= _UNSUSPECTED and (more := _needed(alpha) - FIRST_DRAWS) > 0:
            parts = chance.extended(table, placed, parts, more)
            standing = joint(_folded(table, parts), alpha)
        found = _worded(table, parts, standing, len(sides[1]))
        if standing.p_value > alpha:
            return found
        decided_by = min(found.scores, key=lambda score: score.p_value).name
        return replace(found, status="drift", decided_by=decided_by, drivers=drivers(points, first))


class _Chance:
    """Which rows are whose, and draws of what chance makes of them."""

    def __init__(self, sides: tuple[RowSample, RowSample], seed: int) -> None:
        reference, window = sides
        self._random = np.random.default_rng(seed)
        self._window = np.repeat([False, True], [len(reference), len(window)])
        self._blocks = np.concatenate([reference.blocks, window.blocks + reference.blocks.max() + 1])
        self.anchors = self._anchored(reference)

    def _anchored(self, reference: RowSample) -> NDArray[np.bool_]:
        """A third of the reference's rows, whole blocks of it; none where it has fewer than three blocks."""
        blocks = self._random.permutation(np.unique(reference.blocks))
        return np.isin(self._blocks, blocks[: int(len(blocks) * _ANCHORS)])

    def draws(self, rounds: int) -> Draws:
        return draw(self._window, self._blocks, rounds, self._random, anchors=self.anchors)

    def extended(
        self, table: Sequence[Row], placed: Placed, parts: Mapping[str, Floats], more: int
    ) -> dict[str, Floats]:
        """The same parts with `more` draws behind them."""
        found = {name: [part] for name, part in parts.items()}
        for start in range(0, more, _AT_ONCE):
            drawn = self.draws(min(_AT_ONCE, more - start))[1:]
            for name, part in _parts(table, placed, drawn).items():
                found[name].append(part)
        return {name: np.concatenate(each) for name, each in found.items()}


def _parts(table: Sequence[Row], placed: Placed, draws: Draws) -> dict[str, Floats]:
    return {row.name: row.parts(placed, draws) for row in table}


def _folded(table: Sequence[Row], parts: Mapping[str, Floats]) -> Floats:
    return np.stack([row.folded(parts[row.name]) for row in table], axis=1)


def _needed(alpha: float) -> int:
    """Draws that a level needs, for the limit to stand on more than the rarest of them."""
    return int(min(np.ceil(_PER_ALPHA / alpha), MOST_DRAWS))


def _worded(table: Sequence[Row], parts: Mapping[str, Floats], standing: Joint, rows: int) -> RowVerdict:
    seen = _folded(table, parts)[0]
    scores = tuple(
        RowScore(row.name, float(score), float(limit) if np.isfinite(limit) else None, float(p_value))
        for row, score, limit, p_value in zip(table, seen, standing.limits, standing.p_values, strict=True)
    )
    return RowVerdict("ok", rows, standing.p_value, scores)


def _joined(reference: RowSample, window: RowSample) -> list[tuple[str, Column]]:
    """Columns of both sides after each other; those of one side only, or of another kind there, are left out."""
    found: list[tuple[str, Column]] = []
    for name, known in reference.columns.items():
        now = window.columns.get(name)
        if now is not None and now.dtype == known.dtype and now.ndim == known.ndim == 1:
            found.append((name, np.concatenate([known, now])))
    return found


def _vectors(name: str, side: RowSample) -> RowSample:
    column = side.columns.get(name)
    if column is None or column.ndim != 2:
        return RowSample({}, side.blocks[:0])
    usable = np.isfinite(column.astype(np.float64)).all(axis=1)
    return RowSample({name: column[usable]}, side.blocks[usable])


def _enough(reference: RowSample, window: RowSample) -> bool:
    return min(len(reference), len(window)) >= FEWEST and len(np.unique(reference.blocks)) >= 3
