"""How differently a model treated groups of people."""

from __future__ import annotations

from dataclasses import dataclass

from driftline.processors.findings.basis import Identity, State, Window
from driftline.semconv import PerformanceKind


@dataclass(frozen=True, slots=True)
class Group:
    """One group of people in a window. `rate` is the share of favourable predictions; None where it is left out."""

    name: str
    observations: int
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Groups compared by one fairness metric, with a 95 % interval, and where there is a limit, the verdict."""

    metric: str
    """As in `statistics.fairness`: `disparate_impact_ratio`."""
    value: float
    lower: float
    upper: float
    group: str | None = None
    """The group it is of, where the metric compares each with a reference group; None: of all groups."""
    limit: float | None = None
    """A ratio below it, a difference above it is a finding; None: the metric is shown and never found."""
    violated: bool | None = None
    """It is surely beyond the limit; None without a limit."""


@dataclass(frozen=True, slots=True)
class Fairness:
    """How differently a model treated the groups of one attribute over one window."""

    identity: Identity
    attributes: tuple[str, ...]
    """The attribute that makes the groups, or several together."""
    window: Window
    time_ns: int
    """When this was computed, in nanoseconds since the epoch."""
    status: State
    """`ok` when groups were compared, whatever was found; else why not."""
    groups: tuple[Group, ...] = ()
    """Every group that arrived, by name; those without a rate were too small to be compared."""
    comparisons: tuple[Comparison, ...] = ()
    """Empty unless the status is `ok`."""
    why: str = ""
    """One sentence a person can read."""
    kind: PerformanceKind | None = None
    """How the outcomes are known, of metrics that need some; None: predictions alone were compared."""

    @property
    def violated(self) -> bool:
        """Whether any comparison surely is beyond its limit."""
        return any(comparison.violated for comparison in self.comparisons)
