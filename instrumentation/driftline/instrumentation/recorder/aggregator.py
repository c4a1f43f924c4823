"""All counts of one model in one process: fields by segment, predictions, durations. Bounded whatever arrives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from driftline.instrumentation.recorder.capture import Capture
from driftline.instrumentation.recorder.fields import Column, Field, FieldKey, Segment
from driftline.instrumentation.recorder.histograms import ExplicitTally
from driftline.instrumentation.recorder.pending import Waiting
from driftline.instrumentation.recorder.plans import Block, Plan
from driftline.instrumentation.recorder.reference import ReferenceField
from driftline.semconv import OTHER_CATEGORY, FieldRole, metrics

Outcome = tuple[Segment, str | None]


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps of one recorder's memory.

    `fields` by name, `segments` as combinations of values, `series` as fields times segments, `errors` as types,
    `values` waiting to be counted (8 bytes each and more), `events` as predictions and outcomes waiting to be sent,
    `captured_rows` and `captured_bytes` as rows that one flush sends where capture is on.
    """

    fields: int = 1000
    segments: int = 64
    series: int = 20_000
    errors: int = 32
    values: int = 1 << 20
    events: int = 20_000
    captured_rows: int = 100
    captured_bytes: int = 1 << 18


class Aggregator:
    """Counts blocks of rows, cumulatively. Not safe for threads: the recorder holds its lock.

    Args:
        reference: the profile's fields by name; empty without one.
        limits: caps; what runs over them is reported to `drop` with the reason.
        drop: called with a reason and a number of rows that were not counted, or not in full.
        failed: called with an error that a block raised; the others are counted.
        capture: sees what is folded; None where no rows may leave.
    """

    def __init__(
        self,
        reference: Mapping[str, ReferenceField],
        limits: Limits,
        drop: Callable[[str, int], None],
        failed: Callable[[Exception], None],
        capture: Capture | None = None,
    ) -> None:
        self.fields: dict[tuple[str, FieldRole], Field] = {}
        self.predictions: dict[Outcome, int] = {}
        self.durations: dict[Outcome, ExplicitTally] = {}
        self._reference = reference
        self._limits = limits
        self._drop = drop
        self._failed = failed
        self._capture = capture
        self._series = 0
        self._errors: set[str] = set()

    def fold(self, waiting: Waiting) -> None:
        """Count everything that waited; calls of one plan together."""
        rows = list(_from_rows(waiting))
        for block in chain(rows, _joined(waiting.blocks)):
            try:
                self.add(block)
            except Exception as error:  # noqa: BLE001 - one bad block must not cost the others
                self._drop("error", block.rows)
                self._failed(error)
        if self._capture is not None:
            for block in rows:
                self._capture.offer(block, single=True)
            for block in waiting.blocks:
                self._capture.offer(block)

    def add(self, block: Block) -> None:
        """Count one block."""
        plan = block.plan
        outcome = (plan.segment, self._error(plan.error_type))
        self.predictions[outcome] = self.predictions.get(outcome, 0) + block.rows
        if block.durations:
            self._add_durations(outcome, block.durations)
        with np.errstate(all="ignore"):  # the host may have made numpy raise
            for key, column in zip(plan.fields, block.columns, strict=True):
                if self._capture is not None and self._capture.takes_vectors(key, column):
                    continue
                field = self._field(key, plan.segment)
                if field is None:
                    self._drop("fields", block.rows)
                else:
                    field.add(plan.segment, column)

    def _field(self, key: FieldKey, segment: Segment) -> Field | None:
        field = self.fields.get((key.name, key.role))
        if field is None:
            if len(self.fields) >= self._limits.fields:
                return None
            reference = self._reference.get(key.name)
            fits = reference is not None and reference.role is key.role
            field = self.fields[key.name, key.role] = Field(key, reference if fits else None)
        if segment not in field.series:
            if self._series >= self._limits.series:
                return None
            self._series += 1
        return field

    def _add_durations(self, outcome: Outcome, durations: Sequence[float]) -> None:
        tally = self.durations.get(outcome)
        if tally is None:
            tally = self.durations[outcome] = ExplicitTally(np.array(metrics.ML_PREDICTION_DURATION_BOUNDS))
        values = np.sort(np.array(durations, dtype=np.float64))
        tally.add(values[np.isfinite(values) & (values >= 0)])

    def _error(self, error_type: str | None) -> str | None:
        if error_type is None or error_type in self._errors:
            return error_type
        if len(self._errors) >= self._limits.errors:
            return OTHER_CATEGORY
        self._errors.add(error_type)
        return error_type


def _from_rows(waiting: Waiting) -> Iterable[Block]:
    rows: dict[Plan, tuple[list[tuple[Any, ...]], list[float]]] = {}
    for plan, values, duration in waiting.rows:
        group = rows.get(plan)
        if group is None:
            group = rows[plan] = ([], [])
        group[0].append(values)
        if duration is not None:
            group[1].append(duration)
    for plan, (lines, durations) in rows.items():
        yield Block(plan, list(zip(*lines, strict=True)), len(lines), tuple(durations))


def _joined(blocks: Sequence[Block]) -> Iterable[Block]:
    groups: dict[Plan, list[Block]] = {}
    for block in blocks:
        groups.setdefault(block.plan, []).append(block)
    for plan, group in groups.items():
        if len(group) == 1:
            yield group[0]
            continue
        columns = [_concatenated(parts) for parts in zip(*(block.columns for block in group), strict=True)]
        durations = tuple(chain.from_iterable(block.durations for block in group))
        yield Block(plan, columns, sum(block.rows for block in group), durations)


def _concatenated(parts: Sequence[Column]) -> Column:
    if all(isinstance(part, np.ndarray) for part in parts):
        return np.concatenate(parts)
    return list(chain.from_iterable(part.tolist() if isinstance(part, np.ndarray) else part for part in parts))
