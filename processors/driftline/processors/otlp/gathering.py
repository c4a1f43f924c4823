"""Points of one request on their way into columns, and what becomes of those that do not get there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from driftline.processors.observations import IGNORED, BucketPoints, ExponentialPoint, Reason, Tally
from driftline.processors.otlp.points import exponential_columns, parsed_columns
from driftline.processors.otlp.repeats import Seen
from driftline.processors.otlp.streams import Code, reason_of
from driftline.processors.otlp.wire.exponential import Walked, columns_of
from driftline.processors.otlp.wire.schema import parse
from driftline.processors.otlp.wire.shapes import Shape
from driftline.semconv import metrics as names

_OURS = frozenset(
    name.encode()
    for name in (
        names.ML_PREDICTION_DURATION,
        names.ML_PREDICTIONS,
        names.ML_FIELD_DISTRIBUTION,
        names.ML_FIELD_CATEGORIES,
        names.ML_FIELD_DEFECTS,
    )
)
"""Metrics that nobody else sends: as a gauge or a summary they are a sender's mistake."""


@dataclass(slots=True)
class Gathered:
    """Points of one request on their way into columns."""

    regular: dict[Shape, tuple[list[bytes], list[Code]]] = field(default_factory=dict)
    irregular: dict[int, list[tuple[Code, Any]]] = field(default_factory=dict)
    """Parsed points by their number of bucket counts; sums at -1."""
    exponentials: list[tuple[Code, Any]] = field(default_factory=list)
    """Parsed points."""
    walked: list[tuple[Code, Walked, bytes]] = field(default_factory=list)
    """Exponential points, as read straight from their bytes, and these."""
    tally: Tally = field(default_factory=Tally)
    points: int = 0
    foreign: list[bytes] = field(default_factory=list)
    """Points of the present metric that are not ours."""
    seen: list[Seen] | None = field(default_factory=list)
    """All points so far, when each of them has a shape or is walked over; None as soon as one has not."""


def uncountable(name: bytes, points: Sequence[bytes], gathered: Gathered) -> None:
    """Gauges and summaries: they have no distribution and no increments."""
    if name in _OURS:
        gathered.tally.reject(Reason.UNSUPPORTED, len(points))
    else:
        gathered.tally.ignored += len(points)
        gathered.foreign += points


def countable(codes: list[Code], points: list[bytes], gathered: Gathered) -> tuple[list[Code], list[bytes]]:
    """The points that count, with their codes; the others are gathered as what they are."""
    kept_codes: list[Code] = []
    kept: list[bytes] = []
    for code, point in zip(codes, points, strict=True):
        if code < 0:
            uncounted(code, point, gathered)
        else:
            kept_codes.append(code)
            kept.append(point)
    return kept_codes, kept


def uncounted(code: Code, point: bytes, gathered: Gathered) -> None:
    """A point of a stream that is not ours, or that does not count."""
    if code == IGNORED:
        gathered.tally.ignored += 1
        gathered.foreign.append(point)
    else:
        gathered.tally.reject(reason_of(code))


def columns(gathered: Gathered) -> list[BucketPoints]:
    """Everything gathered, as columns."""
    found = [shape.columns(heads, codes) for shape, (heads, codes) in gathered.regular.items() if codes]
    return found + [parsed_columns(size, points) for size, points in gathered.irregular.items()]


def exponentials(gathered: Gathered) -> Sequence[ExponentialPoint]:
    """The exponential points gathered."""
    if not (gathered.walked or gathered.exponentials):
        return ()
    codes = [code for code, _, _ in gathered.walked]
    found = columns_of(codes, [walked for _, walked, _ in gathered.walked]) if codes else None
    if found is not None and not gathered.exponentials:
        return found
    gathered.seen = None  # a bucket count too long to be read where it lies makes no template
    parsed = [(code, parse("ExponentialPoint", point)) for code, _, point in gathered.walked]
    return exponential_columns(parsed + gathered.exponentials)
