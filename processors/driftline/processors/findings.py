"""What the processor found: the only things an exporter sees.

A `Finding` is a verdict on one field (or on a whole model) at one look. A `Traffic` is what RED panels and SLO rules
stand on: predictions and their durations, summed over the instances of one identity, monotonic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from enum import StrEnum

from driftline.processors.statistics.differences import Difference
from driftline.semconv import MonitorState, PerformanceKind

State = MonitorState
"""The state of a field or of a model. "No data" is a state of its own: never good, never 0, never NaN."""


class Kind(StrEnum):
    """What a finding is about."""

    FIELD = "field"
    MODEL = "model"
    QUALITY = "quality"
    """One check of the data's quality, of a field or of a model; the drift verdict does not know of it."""
    ROWS = "rows"
    """Whole rows of a model, or the vectors of one field, beside those of the reference. A verdict of its own."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose finding it is: the model, its version and variant, where it runs, and the segment of its traffic.

    `version`, `variant` and `environment` are None where the telemetry did not say. `segment` holds the (attribute,
    value) pairs of a monitor's `segments`; empty is the whole traffic.
    """

    model: str
    version: str | None = None
    variant: str | None = None
    environment: str | None = None
    segment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Statistic:
    """One distance between window and reference. `limit` is None unless the statistic decides.

    `error` bounds how far the score may be from that of the unbinned values, where such a bound is known.
    """

    name: str
    score: float
    limit: float | None = None
    p_value: float | None = None
    error: float | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of time looked at, in nanoseconds since the epoch, and how many observations it holds."""

    start_ns: int
    end_ns: int
    observations: int


@dataclass(frozen=True, slots=True)
class Reference:
    """What the window was compared with. `age_seconds` counts from when it was made, or first seen here."""

    id: str
    kind: str
    observations: int
    age_seconds: float
    accepted_by: str | None = None
    """Who made a window the reference; None when nobody did."""
    accepted_ns: int | None = None
    """When, in nanoseconds since the epoch."""
    reason: str = ""
    """Why."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """How far one field moves the output's mean, as its distribution alone tells it.

    `shift` is in units of the output and `error` its standard error; both None where the reference does not say how
    the output goes with the field. `share` is of the output's own shift; None where that one is not known or lies
    within twice its error. Shares of correlated fields count the same movement twice and may add up to more than 1.
    """

    field: str
    role: str
    level: float | None = None
    shift: float | None = None
    error: float | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class OutputShift:
    """How far the mean of an output moved: a score, a numeric prediction, or the share of a class."""

    name: str
    reference: float
    current: float
    error: float
    """Standard error of `current - reference`."""

    @property
    def shift(self) -> float:
        return self.current - self.reference


@dataclass(frozen=True, slots=True)
class SegmentShift:
    """The part of a field's movement that one segment carries. Over a partition of the traffic parts add up to 1.

    `traffic` is the segment's share of the window's observations. A segment carries the drift when its `share` is well
    over that. `within` and `mix` add up to `share`: its own distribution changed, or there is more or less of it;
    both None where there was no look at the segment before the drift.
    """

    segment: tuple[tuple[str, str], ...]
    traffic: float
    share: float
    within: float | None = None
    mix: float | None = None
    carries: bool = False
    """Whether the share is over the traffic by more than chance allows."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One bucket or category of a field, with its share of the reference and of the window."""

    label: str
    reference: float
    current: float


@dataclass(frozen=True, slots=True)
class Change:
    """A version or deployment that came about when the drift began: the attribute, its value before and after."""

    attribute: str
    before: str
    after: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a field or a model is in drift."""

    contributions: tuple[Contribution, ...] = ()
    """Fields, the largest shift of the output first; by level where the reference does not know the output."""
    output: OutputShift | None = None
    """The output that moved most, in its standard errors; None where window or reference do not tell."""
    explained: float | None = None
    """The features' shifts together, as a share of the output's; over 1 where features that go together count twice."""
    segments: tuple[SegmentShift, ...] = ()
    moved: tuple[Moved, ...] = ()
    """Of a field, its buckets that moved, at most 20 in their order; of a model, those of its first field in drift."""
    changed: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one field, or on a model (`field` is None), at one look."""

    id: str
    kind: Kind
    identity: Identity
    field: str | None
    role: str | None
    status: State
    window: Window
    level: float | None = None
    """Largest deciding score / limit; None without a verdict. On a model's finding: the largest of its fields."""
    decided_by: str | None = None
    """Name of the statistic with the largest score / limit; None without a verdict."""
    statistics: tuple[Statistic, ...] = ()
    defects: Mapping[str, float] = default(default_factory=dict)
    """Defect to share of (observations + missing + invalid); empty when nothing arrived."""
    reference: Reference | None = None
    drifting: tuple[str, ...] = ()
    """On a model's finding: names of the fields in drift. Empty on a field's."""
    since_ns: int = 0
    """When the present status began, in nanoseconds since the epoch."""
    why: str = ""
    """One sentence a person can read."""
    violated: bool = False
    """On a finding of quality: the check is over its limit. Its status is `ok` either way."""
    explanation: Explanation | None = None
    """Fields ranked, bins that moved, what changed at the time; None unless in drift."""
    changes: tuple[Difference, ...] = ()
    """On a field's finding: what changed, figure by figure, each with an interval. `run` fills it in drift alone."""

    @property
    def model(self) -> str:
        return self.identity.model

    @property
    def version(self) -> str | None:
        return self.identity.version

    @property
    def variant(self) -> str | None:
        return self.identity.variant

    @property
    def environment(self) -> str | None:
        return self.identity.environment

    @property
    def segment(self) -> tuple[tuple[str, str], ...]:
        return self.identity.segment


@dataclass(frozen=True, slots=True)
class Traffic:
    """Predictions and durations of one identity since `start_ns`, by `error.type` (None is success)."""

    identity: Identity
    start_ns: int
    time_ns: int
    predictions: Mapping[str | None, int]
    durations: Mapping[str | None, Durations]
    events: Mapping[str, tuple[int, int]] = default(default_factory=dict)
    """Objective on somebody else's histogram to its good events and all."""


@dataclass(frozen=True, slots=True)
class Durations:
    """A cumulative histogram of seconds: `counts` has one more entry than `bounds`; a bucket is (lower, upper]."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    total_seconds: float


@dataclass(frozen=True, slots=True)
class Burn:
    """How fast an error budget burns over one window, `5m` to `3d`: 1 uses it up exactly when its period ends."""

    window: str
    rate: float


@dataclass(frozen=True, slots=True)
class Objective:
    """How an identity stands to one of its monitor's objectives. Figures of which nothing is known are None.

    `target` and `sli` are shares, 0 to 1; of the error budget `remaining` is 1 untouched and below 0 overspent.
    """

    identity: Identity
    name: str
    target: float
    start_ns: int
    """Since when `events` count."""
    time_ns: int
    sli: float | None = None
    """The share of good events over the objective's window."""
    remaining: float | None = None
    burns: tuple[Burn, ...] = ()
    """Of each window of the burn table over which something was decided, the shortest first."""
    seconds_left: float | None = None
    """Until the budget is used up at the burn rate of the last hour; None: never, or unknown."""
    firing: tuple[str, ...] = ()
    """`page`, `ticket`: alarms whose two windows burn too fast, surely and still."""
    events: Mapping[str, int] = default(default_factory=dict)
    """`good`, `bad` and `unknown` looks, monotonic; empty where events are predictions, which `Traffic` counts."""


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

    @property
    def violated(self) -> bool:
        """Whether any comparison surely is beyond its limit."""
        return any(comparison.violated for comparison in self.comparisons)


Output = Finding | Traffic | Objective | Performance | Fairness
"""Whatever a look gives."""
