"""One identity's rows: those of the window, those it learns from, and what was said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from driftline.processors.findings import Finding, Identity, Performance
from driftline.processors.monitor import Monitor
from driftline.processors.windows.reservoir import Reservoir
from driftline.processors.windows.row_sample import RowSample

if TYPE_CHECKING:
    from driftline.processors.profile.rows_file import ProfileRows


@dataclass(frozen=True, slots=True)
class KnownRows:
    """Rows to compare with: whence they are, and since when."""

    sample: RowSample
    id: str
    kind: str
    made_ns: int
    blocked: bool
    """Whether its blocks are those of flushes; the rows of a table stand in stretches of the window's own size."""
    beside: ProfileRows | None = None
    """All rows of the profile they are of; None for those that were learned."""


Key = tuple[str, str | None]
"""Whose learned rows: the model and where it runs. All versions share them, so that a new one is tested."""


@dataclass(slots=True)
class RowSubject:
    """The state of one identity. Guarded by whoever holds it."""

    identity: Identity
    monitor: Monitor
    window: Reservoir
    began_ns: int | None = None
    """When the first row of the window came; None without one."""
    heard_ns: int = 0
    sampled: bool = False
    """Whether a recorder samples: then the rows on calls' own spans are among its own, and would count twice."""
    known: KnownRows | None = None
    """What its rows are compared with; None while there is nothing yet."""
    findings: dict[str | None, Finding] = field(default_factory=dict)
    """By field of vectors; None for all other fields together."""
    estimate: Performance | None = None
    """How wrong the last window's predictions will turn out to be; None where nothing can say."""

    def due(self, now_ns: int) -> bool:
        """Whether enough time has passed, and enough rows came."""
        rows = self.monitor.spec.rows
        waited = rows is not None and self.began_ns is not None and now_ns - self.began_ns >= rows.every
        return waited and rows is not None and len(self.window.kept) >= rows.minimum_rows


def key_of(identity: Identity) -> Key:
    return identity.model, identity.environment


def crowded(subjects: Sequence[RowSubject], most: int) -> list[RowSubject]:
    """Those that were not heard of for longest, where there are more than `most`."""
    return sorted(subjects, key=lambda each: each.heard_ns)[: max(len(subjects) - most, 0)]
