"""How good a model was, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

from driftline.processors.findings.basis import Identity, Reference, Window
from driftline.semconv import PerformanceKind


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of merit of a model with its 95 % interval, and where its monitor sets a limit, the verdict.

    Realised and provisional: the interval is a confidence interval of the value. Estimated: a prediction interval of
    the value that outcomes will show.
    """

    metric: str
    """As in `statistics.performance`: `roc_auc`, `rmse`."""
    value: float
    lower: float | None = None
    upper: float | None = None
    limit: float | None = None
    """The floor of a metric that should be high, the ceiling of one that should be low; None: the monitor has none."""
    violated: bool | None = None
    """The whole interval lies beyond the limit; None without a verdict."""
    estimated: float | None = None
    """What the estimate says of the very rows whose outcomes show the value; None where it says nothing."""


@dataclass(frozen=True, slots=True)
class Performance:
    """How good a model was over one window of its predictions, as far as it is known."""

    identity: Identity
    window: Window
    """Of the predictions, by the time they were made. `observations` are those sampled for the join; estimated: all."""
    time_ns: int
    """When this was computed, in nanoseconds since the epoch."""
    task: str
    """`binary`, `multiclass`, `regression` or `ranking`."""
    kind: PerformanceKind
    figures: tuple[Figure, ...] = ()
    """Only those that can be computed: why one is missing is in `why`."""
    outcomes: int | None = None
    """Predictions whose outcome is known; None when estimated."""
    coverage: float | None = None
    """`outcomes` / `window.observations`; None when estimated."""
    outcome_age_seconds: float | None = None
    """How long after their predictions the outcomes came, the median; None without any."""
    reference: Reference | None = None
    """What an estimate learned from; None where nothing but outcomes was used."""
    assumptions: tuple[str, ...] = ()
    """What must hold for the figures to be right, a sentence each."""
    why: str = ""
    """One sentence a person can read."""

    @property
    def violated(self) -> bool:
        """Whether any figure surely is beyond its limit."""
        return any(figure.violated for figure in self.figures)

    def without_verdict(self) -> Performance:
        """The same figures beside their limits, and nothing said of those: as while a model is muted."""
        return replace(self, figures=tuple(replace(figure, violated=None) for figure in self.figures))
