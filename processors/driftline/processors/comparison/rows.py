"""The rows of a table beside those of a profile: what no field shows by itself."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from driftline.processors.detectors.rows import DEFAULT_STATISTICS, RowJudge, RowVerdict
from driftline.processors.findings import Finding, Identity, Kind, Reference, State, Statistic, Window
from driftline.processors.pipeline.rows import words
from driftline.processors.profile import Profile
from driftline.processors.profile.rows_file import ProfileRows, feature_kinds
from driftline.processors.tables import Progress, open_table, silent
from driftline.processors.tables.sampling import sample_rows
from driftline.processors.windows.row_sample import RowSample
from driftline.semconv import FieldRole, ReferenceKind

MOST_ROWS: Final = 1000
"""Rows of either side: more of them find smaller changes, and cost in proportion."""
_SEED: Final = 0


def check_rows(
    table: Any,
    profile: Profile,
    known: ProfileRows,
    *,
    alpha: float = 0.01,
    statistics: tuple[str, ...] = DEFAULT_STATISTICS,
    progress: Progress = silent,
) -> tuple[Finding, ...]:
    """Compare a sample of a table's rows with the rows beside a profile.

    Args:
        table: as for `check`.
        profile: the reference; says which columns hold categories.
        known: its rows, of `driftline profile --rows`.
        alpha: chance, in (0, 1), that any of the verdicts is drift although nothing has changed.
        statistics: names, of `detectors.rows.table`.
        progress: called with what is read.

    Returns:
        One finding of all features together, then one for each column of vectors.

    Raises:
        TableError: the table cannot be read.
        MissingExtraError: `classifier` is asked for, and scikit-learn is not installed.

    Rows count as independent: a table of clumps (all rows of one customer together) differs more from another than
    chance allows.
    """
    kinds = feature_kinds(profile)
    columns = sample_rows(open_table(table), MOST_ROWS, np.random.default_rng(_SEED), kinds, progress=progress)
    columns = {name: cells for name, cells in columns.items() if name in known.columns}
    now = _sample(columns, MOST_ROWS)
    reference = _sample(dict(known.columns), MOST_ROWS)
    vectors = [name for name, cells in reference.columns.items() if cells.ndim == 2 and name in now.columns]
    judge, part = RowJudge(statistics), alpha / (len(vectors) + 1)
    verdicts: dict[str | None, RowVerdict] = {None: judge.rows(reference, now, alpha=part)}
    for name in vectors:
        verdicts[name] = judge.embedding(name, reference, now, alpha=part)
    return tuple(_finding(profile, name, verdict, len(reference), part) for name, verdict in verdicts.items())


def _sample(columns: dict[str, Any], most: int) -> RowSample:
    """At most so many rows, evenly over all, each its own block."""
    rows = len(next(iter(columns.values()), ()))
    at = np.unique(np.linspace(0, rows - 1, min(rows, most)).astype(np.int64)) if rows else np.zeros(0, np.int64)
    return RowSample({name: cells[at] for name, cells in columns.items()}, np.arange(len(at)))


def _finding(profile: Profile, name: str | None, verdict: RowVerdict, reference: int, alpha: float) -> Finding:
    status = State(verdict.status)
    return Finding(
        id=f"{profile.id}/rows/{name or ''}",
        kind=Kind.ROWS,
        identity=Identity(profile.model_name or "", profile.model_version),
        field=name,
        role=None if name is None else FieldRole.EMBEDDING,
        status=status,
        window=Window(0, 0, verdict.rows),
        decided_by=verdict.decided_by,
        statistics=tuple(Statistic(each.name, each.score, each.limit, each.p_value) for each in verdict.scores),
        reference=Reference(profile.id, ReferenceKind.DECLARED, reference, 0.0),
        drifting=verdict.drivers,
        why=words.why(verdict, reference, alpha),
        violated=status is State.DRIFT,
    )
