"""Rows as points that trees can split: every column one number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from driftline.processors.windows.row_sample import Column

Floats = NDArray[np.float64]

_LARGEST = 1e38  # trees hold single precision, where more is infinite


@dataclass(frozen=True, slots=True)
class Coding:
    """How columns become numbers: those that are numbers as they are, categories by how wrong the model is on them.

    Args:
        ranks: column to the place of each of its categories, None for a column of numbers.
    """

    ranks: Mapping[str, Mapping[str, int] | None]

    @classmethod
    def of(cls, columns: Mapping[str, Column], losses: Floats) -> Coding:
        """Categories in the order of their mean loss: split as numbers, they lose no split that would tell it better.

        Args:
            columns: of the reference: numbers (n,) or texts (n,).
            losses: of the same rows, (n,).

        >>> Coding.of({"plan": np.array(["a", "b", "a"], dtype=object)}, np.array([9.0, 1.0, 5.0])).ranks
        {'plan': {'b': 0, 'a': 1}}

        Source: Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees,
        ISBN 978-0-412-04841-8, theorem 4.5.
        """
        return cls({name: _ranks(cells, losses) if cells.dtype == object else None for name, cells in columns.items()})

    def points(self, columns: Mapping[str, Column], predictions: Floats) -> Floats:
        """Rows as points, (n, p + 1), what was predicted last; NaN where missing, or a category nobody knew.

        Args:
            columns: those of `ranks`, (n,) each; one that is absent is missing in all rows.
            predictions: of the same rows, (n,).
        """
        absent = np.full(len(predictions), np.nan)
        coded = [_coded(columns.get(name, absent), ranks) for name, ranks in self.ranks.items()]
        return np.clip(np.stack([*coded, predictions], axis=1), -_LARGEST, _LARGEST)


def _ranks(cells: Column, losses: Floats) -> dict[str, int]:
    places = {name: place for place, name in enumerate(sorted({cell for cell in cells.tolist() if cell is not None}))}
    at = np.array([places.get(cell, len(places)) for cell in cells.tolist()], dtype=np.int64)
    means = (
        np.bincount(at, losses, len(places) + 1) / np.maximum(np.bincount(at, minlength=len(places) + 1), 1)
    ).tolist()
    return {name: rank for rank, name in enumerate(sorted(places, key=lambda name: means[places[name]]))}


def _coded(cells: Column, ranks: Mapping[str, int] | None) -> Floats:
    if ranks is None:
        return np.asarray(cells, dtype=np.float64) if cells.dtype != object else np.full(len(cells), np.nan)
    return np.array([ranks.get(cell, np.nan) for cell in cells.tolist()], dtype=np.float64)
