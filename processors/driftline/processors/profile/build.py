"""From rows to a profile: one reading to lay the fields out, one to count them. Memory does not grow with the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa

from driftline.processors.profile.blocks import BlockOptions, BlockTally
from driftline.processors.profile.errors import ProfileError
from driftline.processors.profile.fields import CategoricalField, NumericField
from driftline.processors.profile.layout import CategoricalPlan, Layout, NumericPlan, Plan, layout_of
from driftline.processors.profile.model import VERSION, ModelName, Profile, Source
from driftline.processors.profile.options import Options
from driftline.processors.profile.repeated import Repeated, features
from driftline.processors.profile.survey import Told, survey
from driftline.processors.profile.tallies import Tallies
from driftline.processors.tables import Progress, Table, open_table, silent


def _unheard(_notice: str) -> None:
    """The listener that nobody gave."""


def build_profile(
    table: Table,
    options: Options,
    *,
    like: Profile | None = None,
    blocks: BlockOptions | None = None,
    told: Told = _unheard,
    progress: Progress = silent,
) -> Profile:
    """Profile a table.

    Args:
        table: rows that can be read twice.
        options: what the caller decided.
        like: take fields, bounds and categories from this profile, so that the two can be merged without loss.
        blocks: measure how fields scatter between these blocks of time; None: do not.
        told: called with every notice.
        progress: called with what is read and what there is to read, over both readings.

    Raises:
        TableError: the table cannot be read.
        ProfileError: no rows, a column named is missing, nothing left to profile.
    """
    readings = 1 if like else 2
    if like is None:
        layout = _with_positive(survey(_read(table, progress, 0, readings), options, told), options, told)
    else:
        layout = layout_of(like)
    tallies, in_blocks = Tallies(layout), BlockTally(blocks, layout) if blocks else None
    repeated = Repeated(features(layout))
    columns: dict[str, None] = {}
    for batch in _read(table, progress, readings - 1, readings):
        columns.update(dict.fromkeys(batch.schema.names))
        tallies.update(batch)
        repeated.update(batch)
        if in_blocks is not None:
            in_blocks.update(batch)
    if like is not None:
        _check_like(layout, list(columns), told)
    return Profile(
        driftline=VERSION,
        model=_model(options, like),
        source=Source(sha256=table.sha256()),
        rows=tallies.rows,
        duplicates=repeated.get(),
        fields=tallies.get() if in_blocks is None else tuple(_with_blocks(tallies.get(), in_blocks, told)),
    )


def _with_blocks(
    fields: Iterable[NumericField | CategoricalField], tally: BlockTally, told: Told
) -> Iterator[NumericField | CategoricalField]:
    if tally.notice is not None:
        told(tally.notice)
    found = tally.get()
    return (field.model_copy(update={"blocks": found[field.name]}) for field in fields)


def build_profile_of(table: Any, **options: Any) -> Profile:
    """`build_profile` for whatever holds rows; options of both go by name."""
    given = {name: options.pop(name) for name in ("like", "blocks", "told", "progress") if name in options}
    options["ignore"] = frozenset(options.get("ignore", ()))
    return build_profile(open_table(table), Options(**options), **given)


def _read(table: Table, progress: Progress, reading: int, readings: int) -> Iterator[pa.RecordBatch]:
    return table.batches(lambda done, total: progress(reading * total + done, readings * total))


def _model(options: Options, like: Profile | None) -> ModelName:
    return ModelName(
        name=options.model or (like.model_name if like else None),
        version=options.version or (like.model_version if like else None),
    )


def _check_like(layout: Layout, columns: list[str], told: Told) -> None:
    known = [plan.name for plan in layout]
    if absent := [name for name in known if name not in columns]:
        raise ProfileError(f"the table has no column {', '.join(absent)}, which the profile to be like has")
    if fresh := [name for name in columns if name not in known]:
        told(f"{', '.join(fresh)}: left out, the profile to be like does not have it")


def _with_positive(layout: Layout, options: Options, told: Told) -> Layout:
    """The layout whose scores say which class they speak for."""
    outcome = next((plan for plan in layout if plan.role == "outcome" and isinstance(plan, CategoricalPlan)), None)
    if outcome is None:
        return layout
    if options.positive is not None and options.positive not in outcome.categories:
        shown = ", ".join(sorted(outcome.categories))
        raise ProfileError(f"no outcome is {options.positive!r}: --positive is one of {shown}")
    positive = options.positive or next((name for name in ("true", "1") if name in outcome.categories), None)
    scores = [plan for plan in layout if isinstance(plan, NumericPlan) and plan.role == "score"]
    if positive is None and any(plan.positive is None for plan in scores):
        told(f"the class that the score speaks for is not known: say it with `--positive CLASS` ({outcome.name})")
    return tuple(_speaking_for(plan, positive) for plan in layout)


def _speaking_for(plan: Plan, positive: str | None) -> Plan:
    if isinstance(plan, CategoricalPlan) or plan.role != "score" or plan.positive is not None:
        return plan
    return replace(plan, positive=positive)
