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


class Latency(Entry):
    """Good predictions are the fast ones."""

    threshold: Duration
    """A bound of the durations' histogram, else the next lower bound is used; at least 1ms."""

    @field_validator("threshold")
    @classmethod
    def _has_a_bound(cls, threshold: int) -> int:
        if threshold < _FASTEST * 1e9:
            raise ValueError("is under 1ms, the lowest bound of the durations' histogram: write `1ms` or more")
        return threshold


class Indicator(Entry):
    """What makes an event good: exactly one of these."""

    availability: Nothing | None = None
    """A prediction without `error.type`."""
    latency: Latency | None = None
    """A prediction that took no longer than the threshold, failed or not."""
    drift: Nothing | None = None
    """A look that found no drift; one without a verdict is unknown."""
    quality: Nothing | None = None
    """A look at which no check of the data's quality was over its limit; one without any check is unknown."""
    freshness: Nothing | None = None
    """A look at which the model had data within `staleAfter`; one before its first data is unknown."""

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
    def counts_looks(self) -> bool:
        """Whether events are looks, which the processor decides, and not predictions, which senders count."""
        return self.kind not in {"availability", "latency"}


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
