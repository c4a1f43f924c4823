"""What changed in the fields that are in drift: their means, variances, quantiles and missing values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from driftline.processors.detectors import Compared, Verdict, changes
from driftline.processors.pipeline.alignment import Aligned
from driftline.processors.pipeline.sides import Side
from driftline.processors.pipeline.subjects import Subject
from driftline.processors.statistics.differences import Difference
from driftline.processors.windows import FieldWindow
from driftline.semconv import Defect

_LOST = (Defect.MISSING, Defect.INVALID)


def changes_in_drift(
    subjects: Sequence[tuple[Subject, Side | None]], verdicts: Mapping[int, Verdict]
) -> dict[int, tuple[Difference, ...]]:
    """Changes by the position of their subject, of those in drift alone: what nobody asks about costs nothing."""
    compared: dict[int, Compared] = {}
    for at, verdict in verdicts.items():
        subject, side = subjects[at]
        if verdict.status == "drift" and subject.decides and subject.aligned is not None and side is not None:
            compared[at] = compare(subject.aligned, subject.window, side)
    return dict(zip(compared, changes(list(compared.values())), strict=True))


def compare(aligned: Aligned, window: FieldWindow, side: Side) -> Compared:
    """What the figures of a field stand on; missing values only where the reference counted its own."""
    offered = window.observations + sum(window.defects.get(defect, 0) for defect in _LOST)
    known = side.offered is not None
    return Compared(
        aligned.current,
        aligned.reference,
        aligned.bounds,
        side.low,
        side.high,
        (window.defects.get(Defect.MISSING, 0), side.missing) if known else None,
        (offered, side.offered) if side.offered is not None else None,
    )
