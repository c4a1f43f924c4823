"""What makes an event good: the `sli` of an objective."""

from __future__ import annotations

from typing import Literal, Self, cast

from pydantic import Field, field_validator, model_validator

from driftline.processors.documents import Choice, Duration, Entry, Text
from driftline.processors.documents.validation import suggestion
from driftline.processors.statistics.performance import METRICS
from driftline.semconv import metrics

_FASTEST = metrics.ML_PREDICTION_DURATION_BOUNDS[0]
_EXAMPLES = {
    "latency": "{threshold: 250ms}",
    "performance": "{metric: roc_auc, minimum: 0.8}",
    "coverage": "{minimum: 0.9}",
}
_METRICS = sorted({metric.name for metric in METRICS})

IndicatorKind = Literal["availability", "latency", "drift", "quality", "freshness", "performance", "coverage"]


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

    of: Literal["predictions", "features", "labels", "reference", "model"] = "predictions"
    """`predictions`: the model had data; `features`: every field of the reference did; `labels`: the newest predictions
    of which outcomes are known; `reference`: what it is compared with; `model`: this version, since its first data."""
    within: Duration | None = None
    """The age that is still good. Absent for `predictions`: `staleAfter`; for `features`: the window; else needed."""

    @model_validator(mode="after")
    def _has_an_age(self) -> Self:
        ages = self.of in {"labels", "reference", "model"}
        if ages and self.within is None:
            raise ValueError(
                f"the freshness of the {self.of} needs `within`: write the age that is still good, as `90d`"
            )
        if not ages and self.within is not None:
            key = "staleAfter" if self.of == "predictions" else "window"
            raise ValueError(f"the freshness of {self.of} takes no `within`: it follows the monitor's `{key}`")
        return self


class Reached(Entry):
    """An outcome whose cohort reached a limit is good."""

    metric: Text
    """A metric of `performance`, as `roc_auc`."""
    minimum: float | None = None
    """The floor of a metric that should be high."""
    maximum: float | None = None
    """The ceiling of a metric that should be low."""

    @field_validator("metric")
    @classmethod
    def _known_metric(cls, name: str) -> str:
        if name not in _METRICS:
            raise ValueError(f"`{name}` is no metric; {suggestion(name, _METRICS)}")
        return name

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.minimum is None) == (self.maximum is None):
            raise ValueError("needs exactly one of `minimum: 0.8`, `maximum: 0.5`: beyond it the model is too bad")
        return self

    def reached(self, value: float) -> bool:
        """Whether a value of the metric is not beyond the limit."""
        return value >= self.minimum if self.minimum is not None else value <= (self.maximum or 0.0)


class Covered(Entry):
    """A look at which enough outcomes are known is good."""

    minimum: float = Field(gt=0, le=1)
    """The share of the newest final cohort's predictions that have an outcome, 0 to 1."""


class Indicator(Choice):
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
    performance: Reached | None = None
    """An outcome, counted when its cohort is final, whose cohort reached the limit; bad when the cohort's interval lies
    wholly beyond it; between the two unknown."""
    coverage: Covered | None = None
    """A look at which the newest final cohort has outcomes enough; unknown without one."""

    @classmethod
    def example(cls, name: str) -> str:
        """A key as a message shows it, with what it needs."""
        return f"`{name}: {_EXAMPLES.get(name, '{}')}`"

    @property
    def kind(self) -> IndicatorKind:
        """The one that is given."""
        return cast("IndicatorKind", self.chosen)

    @property
    def decided_here(self) -> bool:
        """Whether the processor decides and publishes its events; else they are predictions, which senders count."""
        return self.kind not in {"availability", "latency"} or self.foreign

    @property
    def needs_outcomes(self) -> bool:
        """Whether it stands on outcomes that come late."""
        labels = self.freshness is not None and self.freshness.of == "labels"
        return labels or self.kind in {"performance", "coverage"}

    @property
    def foreign(self) -> bool:
        """Whether its events are the observations of somebody else's histogram."""
        return self.latency is not None and self.latency.metric is not None
