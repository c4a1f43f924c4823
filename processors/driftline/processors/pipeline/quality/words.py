"""Why a finding of quality says what it says: one plain sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from driftline.processors.detectors.quality import Check, Unit
from driftline.processors.pipeline.alignment import Aligned
from driftline.semconv import QualityCheck

_NAMED = 5
_BAD = {
    QualityCheck.MISSING: "missing",
    QualityCheck.INVALID: "invalid",
    QualityCheck.OUT_OF_RANGE: "outside of the range of the reference",
    QualityCheck.DUPLICATE_ROWS: "equal to a row before them in every feature",
    QualityCheck.UNKNOWN_CATEGORY: "of a category that the reference does not name",
}


def share(name: str, check: QualityCheck, found: Check, usual: float, kind: str = "") -> str:
    """Of a share of bad values, or of rows."""
    if not found.violated:
        return f"{name}: {check} is within its limit."
    if check is QualityCheck.TYPE_CHANGE:
        return f"{name}: {found.score:.1%} of its values arrive as {kind}, which the reference does not hold."
    if check is QualityCheck.OUT_OF_RANGE:
        hint = "; another unit could look like that" if found.score > 0.5 else ""
        return f"{name}: {found.score:.1%} are {_BAD[check]}, over the limit {found.limit:.1%}{hint}."
    before = f"{usual:.1%} in the reference"
    return f"{name}: {found.score:.1%} are {_BAD[check]}, {before}, over the limit {found.limit:.1%}."


def constant(name: str, aligned: Aligned | None, found: Check) -> str:
    """Of a field that does not vary any more."""
    if aligned is None or not found.violated:
        return f"{name}: it varies."
    at = int(np.argmax(aligned.current))
    before = aligned.reference[at] / aligned.reference.sum()
    where = f"`{aligned.categories[at]}`" if aligned.categories else "one bucket"
    return f"{name}: all {int(aligned.current.sum()):,} values are {where}, {before:.1%} in the reference."


def unit(name: str, found: Unit | None) -> str:
    """Of a field whose unit was looked for."""
    return f"{name}: no other unit explains it." if found is None else f"{name}: looks {found.words}."


def schema(missing: Sequence[str], fresh: Sequence[str]) -> str:
    """Of the fields that arrive."""
    new = f"; arriving and not in the reference: {_listed(fresh)}" if fresh else ""
    if not missing:
        return f"Every field of the reference arrives{new}."
    return f"In the reference and not arriving: {_listed(missing)}{new}."


def freshness(found: Check) -> str:
    """Of a silence."""
    relation = "longer than the" if found.violated else "within the"
    return f"No data for {found.score:,.0f} s, {relation} {found.limit:,.0f} s that its silences last."


def volume(found: Check, count: float, expected: float, *, phase: bool) -> str:
    """Of the number of predictions."""
    usual = f"{expected:,.0f} usual" + (" at this time" if phase else "")
    change = f"{found.score:.0%} {'more' if count > expected else 'fewer'}"
    relation = "over" if found.violated else "within"
    return f"{count:,.0f} predictions against {usual}: {change}, {relation} its limit {found.limit:.0%}."


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
