"""What is said of rows, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from driftline.processors.detectors.rows import RowVerdict

_MEANING = {
    "fields": "many fields moved a little",
    "largest_field": "one field moved",
    "pairs": "fields go together in another way",
    "mmd": "rows lie where none did",
    "reconstruction": "rows do not fit the plane of the reference",
    "classifier": "a classifier tells them from the reference",
    "centroid": "vectors point another way",
    "neighbours": "vectors are further from, or nearer to, their neighbours",
}


def why(verdict: RowVerdict, reference: int, alpha: float) -> str:
    """What was found, by what, and where.

    >>> why(RowVerdict("ok", 500, 0.4), 1000, 0.01)
    '500 rows are like the 1,000 of the reference (p = 0.4, alpha 0.01)'
    """
    if verdict.status == "not_enough_samples" or verdict.p_value is None:
        return f"{verdict.rows:,} rows of the window and {reference:,} of the reference are too few to judge"
    beside = f"{reference:,} of the reference (p = {verdict.p_value:.2g}, alpha {alpha:.2g})"
    if verdict.status == "ok":
        return f"{verdict.rows:,} rows are like the {beside}"
    meaning = _MEANING[verdict.decided_by or "fields"]
    return f"{verdict.rows:,} rows differ from the {beside}: {meaning}, most in {_listed(verdict.drivers)}"


def learning(rows: int, needed: int) -> str:
    """How far learning is."""
    return f"{rows:,} of {needed:,} rows to compare with have come"


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
