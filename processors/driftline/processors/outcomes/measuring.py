"""A cohort's figures, its verdict and the sentence about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from driftline.processors.documents import write_duration
from driftline.processors.findings import Figure, Identity, Performance, Window
from driftline.processors.monitor.performance import Performance as Wanted
from driftline.processors.outcomes.rows import Arrays, Joined, arrays
from driftline.processors.statistics.performance import METRICS, measure
from driftline.processors.statistics.performance import Figure as Measured
from driftline.semconv import PerformanceKind

_OF_PROBABILITIES = frozenset({"log_loss", "brier", "expected_calibration_error"})


@dataclass(frozen=True, slots=True)
class Cut:
    """One cohort of one identity: its window with the number of predictions, and whether it is final."""

    identity: Identity
    window: Window
    final: bool


def performance(cut: Cut, joined: Joined, wanted: Wanted, now_ns: int) -> Performance:
    """What is known of a cohort's performance.

    Args:
        cut: the cohort.
        joined: its predictions that have an outcome.
        wanted: what the monitor asks for.
        now_ns: the time this is computed.

    A final cohort's figures are judged against the monitor's limits; provisional ones are only shown: the first
    outcomes to come are rarely like the rest.
    """
    kind = PerformanceKind.REALIZED if cut.final else PerformanceKind.PROVISIONAL
    enough = len(joined) >= wanted.minimum_observations
    table = arrays(joined, wanted.task, wanted.positive) if enough else None
    measured = () if table is None else _measure(table, wanted)
    figures = tuple(_judged(one, wanted, final=cut.final) for one in measured if one.value is not None)
    return Performance(
        cut.identity,
        cut.window,
        now_ns,
        table.task if table is not None else wanted.task or "",
        kind,
        figures,
        outcomes=len(joined),
        coverage=len(joined) / cut.window.observations if cut.window.observations else None,
        outcome_age_seconds=float(np.median(joined.ages_ns)) / 1e9 if len(joined) else None,
        why="; ".join(_why(cut, len(joined), wanted, table, figures))
        + "".join(f"; no {one.metric}: {one.reason}" for one in measured if one.value is None),
    )


def _measure(table: Arrays, wanted: Wanted) -> Sequence[Measured]:
    if not len(table.labels):
        return ()
    names = {metric.name for metric in METRICS if table.task in metric.tasks}
    chosen = names & set(wanted.metrics) if wanted.metrics else names
    if not table.probabilities:
        chosen -= _OF_PROBABILITIES
    return measure(table.task, table.labels, table.predictions, table.scores, groups=table.groups, metrics=chosen)


def _judged(measured: Measured, wanted: Wanted, *, final: bool) -> Figure:
    """The figure beside its limit, and where it is final the verdict."""
    limit = wanted.limit(measured.metric)
    violated = wanted.beyond(measured.metric, measured.lower, measured.upper) if final else None
    return Figure(measured.metric, measured.value or 0.0, measured.lower, measured.upper, limit, violated)


def _why(cut: Cut, outcomes: int, wanted: Wanted, table: Arrays | None, figures: Sequence[Figure]) -> Iterator[str]:
    yield f"{outcomes} of {cut.window.observations} predictions have an outcome"
    if table is None:
        yield f"figures need {wanted.minimum_observations}"
    for figure in figures:
        if figure.violated:
            side = "under" if figure.metric in wanted.minimum else "over"
            yield f"{figure.metric} {figure.value:.4g} is surely {side} its limit {figure.limit:g}"
    if not cut.final:
        yield f"final at {wanted.coverage:.0%} of outcomes, or {write_duration(wanted.maturity)} after the cohort's end"
    if table is not None and table.left_out:
        yield f"{table.left_out} rows lack an output or hold what is no number"
