"""What a monitor promises: the `slos` of its spec."""

from __future__ import annotations

from typing import Literal, Self, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from driftline.processors.documents import Duration, Entry, Text, parse_duration
from driftline.semconv import metrics

_FASTEST = metrics.ML_PREDICTION_DURATION_BOUNDS[0]
_DAY_NS = 86_400 * 10**9
_DAYS = {"week": 7, "month": 30, "quarter": 90}

IndicatorKind = Literal["availability", "latency", "drift", "quality", "freshness"]


class Nothing(Entry):
    """An object without keys: `{}`."""


class Histogram(Entry):
    """A histogram of somebody else's, of seconds or parts of them."""

    name: Text
    """Any OTel histogram whose unit is `s`, `ms`, `us` or `ns`."""
    where: dict[str, Text] = Field(default_factory=dict)
    """Only streams whose attributes, or whose resource's, equal these."""


class Latency(Entry):
    """Good predictions are the fast ones."""

    threshold: Duration
    """A bound of the durations' histogram, else the next lower bound is used; at least 1ms for our own."""
    metric: Histogram | None = None
    """The histogram that is counted; absent: `ml.prediction.duration`."""

    @model_validator(mode="after")
    def _has_a_bound(self) -> Self:
        if self.metric is None and self.threshold < _FASTEST * 1e9:
            raise ValueError(
                "`threshold` is under 1ms, the lowest bound of the durations' histogram: write 1ms or more"
            )
        return self


class Freshness(Entry):
    """A look at which something is not too old is good."""

    of: Literal["predictions", "features", "reference", "model"] = "predictions"
    """`predictions`: the model had data; `features`: every field of the reference did; `reference`: what it is compared
    with; `model`: this version, since its first data."""
    within: Duration | None = None
    """The age that is still good. Absent for `predictions`: `staleAfter`; for `features`: the window; else needed."""

    @model_validator(mode="after")
    def _has_an_age(self) -> Self:
        ages = self.of in {"reference", "model"}
        if ages and self.within is None:
            raise ValueError(
                f"the freshness of the {self.of} needs `within`: write the age that is still good, as `90d`"
            )
        if not ages and self.within is not None:
            key = "staleAfter" if self.of == "predictions" else "window"
            raise ValueError(f"the freshness of {self.of} takes no `within`: it follows the monitor's `{key}`")
        return self


class Indicator(Entry):
    """What makes an event good: exactly one of these."""

    availability: Nothing | None = None
    """A prediction without `error.type`."""
    latency: Latency | None = None
    """A prediction, or an observation of another histogram, that took no longer than the threshold, failed or not."""
    drift: Nothing | None = None
    """A look that found no drift; one without a verdict is unknown."""
    quality: Nothing | None = None
    """A look at which no check of the data's quality was over its limit; one without any check is unknown."""
    freshness: Freshness | None = None
    """A look at which data, reference or version is not too old; one at which nothing is known of it is unknown."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(getattr(self, name) is not None for name in type(self).model_fields) != 1:
            raise ValueError(
                "needs exactly one of `availability: {}`, `latency: {threshold: 250ms}`, `drift: {}`, `quality: {}`, "
                "`freshness: {}`"
            )
        return self

    @property
    def kind(self) -> IndicatorKind:
        """The one that is given."""
        names: tuple[IndicatorKind, ...] = get_args(IndicatorKind)
        return next(name for name in names if getattr(self, name) is not None)

    @property
    def decided_here(self) -> bool:
        """Whether the processor decides and publishes its events; else they are predictions, which senders count."""
        return self.kind not in {"availability", "latency"} or self.foreign

    @property
    def foreign(self) -> bool:
        """Whether its events are the observations of somebody else's histogram."""
        return self.latency is not None and self.latency.metric is not None


class Objective(Entry):
    """A service level objective."""

    name: Text
    """What it is called on every measurement; each name once in a monitor."""
    objective: float = Field(gt=0, lt=100)
    """Percent of events that must be good."""
    window: Duration = parse_duration("30d")
    """The rolling window of the error budget."""
    calendar: Literal["week", "month", "quarter"] | None = None
    """The budget begins anew each week (on Monday), month or quarter; absent: the window rolls."""
    time_zone: Text = "UTC"
    """The clock the calendar follows, as `Europe/Berlin`."""
    sli: Indicator
    """What makes an event good."""
    minimum_events: int = Field(default=10, ge=1)
    """Good and bad events the long window of an alarm must hold; with fewer than 5 bad ones it never fires."""

    @model_validator(mode="after")
    def _one_window(self) -> Self:
        if self.calendar is not None and "window" in self.model_fields_set:
            raise ValueError("has both `window` and `calendar`: keep the one that the budget follows")
        return self

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"`{name}` is no time zone: write a name such as `UTC` or `Europe/Berlin`") from error
        return name

    @property
    def period_ns(self) -> int:
        """The length burn factors are derived from, in nanoseconds; of a calendar 7, 30 or 90 days."""
        return self.window if self.calendar is None else _DAYS[self.calendar] * _DAY_NS
