"""The first reading of a table: what its columns are, and so how each field is to be counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
import pyarrow as pa

from driftline.processors.categories import number_text
from driftline.processors.profile.bounds import choose_bounds, score_bounds
from driftline.processors.profile.errors import ProfileError
from driftline.processors.profile.layout import OTHER, CategoricalPlan, Layout, NumericPlan, Plan
from driftline.processors.profile.options import Options
from driftline.processors.profile.sketch import NumberSketch, TextSketch
from driftline.processors.tables.columns import Nature, categories, nature, numbers

Told = Callable[[str], None]
"""Called with each notice: one sentence for the person who makes the profile."""

_VALUES = 1 << 24  # distinct numbers kept over all columns: 256 MiB at rest
_CATEGORIES = 1 << 16  # distinct categories kept a column
_ID_ROWS = 20  # fewer rows say nothing about whether a column identifies them
_ID_TEXT = 0.9  # distinct / observations from which text is an identifier
_ID_INTEGER = 0.99  # an amount in cents repeats a little, a key never does
_OUTPUTS = ("prediction", "score", "outcome")


def survey(batches: Iterable[pa.RecordBatch], options: Options, told: Told) -> Layout:
    """Read the table once and lay out its fields.

    Raises:
        ProfileError: no rows, a column the options name is missing, or no column left.
    """
    surveys: dict[str, ColumnSurvey] = {}
    columns: dict[str, None] = {}
    for batch in batches:
        limit = _VALUES // max(len(batch.schema.names), 1)
        columns.update(dict.fromkeys(batch.schema.names))
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            if name not in options.ignore:
                surveys.setdefault(name, ColumnSurvey(name, options, limit)).update(column)
    if not columns:
        raise ProfileError("the table holds no rows: a profile needs the rows the model was trained on")
    options.check_columns(list(columns))
    classifier = any(column.role == "score" for column in surveys.values())
    plans = (column.plan(told, classifier=classifier) for column in surveys.values())
    layout = tuple(plan for plan in plans if plan is not None)
    if not layout:
        raise ProfileError("no column is left to profile: give those that matter a role, `--role COLUMN=feature`")
    return layout


def role_of(name: str, options: Options) -> str:
    """The role given, else the one the name says (`score.<class>` too), else feature."""
    stem = name.partition(".")[0]
    named = name if name in _OUTPUTS else "score" if stem == "score" else "feature"
    return options.roles.get(name, named)


class ColumnSurvey:
    """What one column holds, batch by batch."""

    def __init__(self, name: str, options: Options, limit: int) -> None:
        self.name = name
        self.role = role_of(name, options)
        self._options = options
        self._kind = options.kinds.get(name)
        self._natures: set[Nature] = set()
        self._numbers = NumberSketch(max(limit, 1 << 12))
        self._texts = TextSketch(_CATEGORIES)

    def update(self, column: pa.Array) -> None:
        """Take in one batch."""
        kind = nature(column.type)
        if column.null_count < len(column):
            self._natures.add(kind)
        if self._kind == "numeric" or (self._kind is None and kind in (Nature.NUMBER, Nature.MOMENT)):
            values = numbers(column)
            self._numbers.update(values[np.isfinite(values)])
        elif self._kind == "categorical" or kind in (Nature.TEXT, Nature.BOOLEAN):
            self._texts.update(categories(column).counts)

    def plan(self, told: Told, *, classifier: bool) -> Plan | None:
        """How to count the column, or None when it is no field: `told` why."""
        reason = self._left_out()
        if reason is not None:
            told(f"{self.name} is left out: {reason}")
            return None
        if self._categorical(classifier=classifier):
            return CategoricalPlan(self.name, self.role, self._frequent(told))
        return self._numeric()

    def _left_out(self) -> str | None:
        wanted = self.name in self._options.roles or self._kind is not None
        if not wanted and not self._natures - {Nature.EMPTY}:
            return "it holds no value"
        if Nature.UNUSABLE in self._natures:
            return "its values are lists, structs or bytes"
        if wanted or self.role != "feature":
            return None
        if Nature.MOMENT in self._natures:
            return f"it holds dates or times; `--role {self.name}=feature` counts them as seconds"
        return self._identifier()

    def _identifier(self) -> str | None:
        counted = self._texts.observations
        unique, what = self._texts.uniqueness >= _ID_TEXT, "text"
        if self._natures <= {Nature.NUMBER, Nature.EMPTY}:
            counted = self._numbers.observations
            unique, what = self._numbers.integral and self._numbers.uniqueness >= _ID_INTEGER, "integer"
        if counted < _ID_ROWS or not unique:
            return None
        return f"nearly every {what} in it is different, as in an identifier; `--role {self.name}=feature` keeps it"

    def _categorical(self, *, classifier: bool) -> bool:
        if self._kind is not None:
            return self._kind == "categorical"
        output = classifier and self.role in ("prediction", "outcome")  # a classifier's classes, numbered or not
        return output or bool(self._natures & {Nature.TEXT, Nature.BOOLEAN})

    def _frequent(self, told: Told) -> tuple[str, ...]:
        counts = Counter(self._texts.get())
        distinct = self._numbers.get()
        for value, weight in zip(distinct.values.tolist(), distinct.weights.tolist(), strict=True):
            counts[number_text(value)] += weight
        counts.pop(OTHER, None)
        kept = sorted(counts, key=lambda text: (-counts[text], text))[: self._options.max_categories]
        if len(kept) < len(counts):
            told(f"{self.name} has {len(counts)} categories or more: the {len(kept)} most frequent go by name")
        return tuple(kept)

    def _numeric(self) -> NumericPlan:
        distinct, options = self._numbers.get(), self._options
        if self.role != "score":
            return NumericPlan(self.name, self.role, choose_bounds(distinct, options.bins))
        bounds = score_bounds(distinct, options.bins, options.threshold)
        of_class = self.name.removeprefix("score.") if self.name.startswith("score.") else options.positive
        return NumericPlan(self.name, self.role, bounds, options.threshold, of_class)
