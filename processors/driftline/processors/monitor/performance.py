"""What a monitor asks of the model's performance: the `performance` of its spec."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from driftline.processors.documents import Duration, Entry, Text, parse_duration
from driftline.processors.documents.validation import suggestion
from driftline.processors.monitor.quality import Severity
from driftline.processors.statistics.performance import METRICS, Metric

Task = Literal["binary", "multiclass", "regression", "ranking"]
_MOST_COHORTS = 10_000
Limit = Annotated[float, Field(description="A value of the metric, in its own unit.")]


def _check(name: str) -> Metric:
    known = {metric.name: metric for metric in METRICS}
    if name not in known:
        raise ValueError(f"`{name}` is no metric of performance; {suggestion(name, list(known))}")
    return known[name]


class Performance(Entry):
    """How outcomes are joined with predictions and when the model is too bad. Nothing happens until outcomes come."""

    task: Task | None = None
    """What the model does; absent: read from its predictions and outcomes."""
    positive: Text | None = None
    """The class that a binary model's score is the probability of; absent: the second of two, as in scikit-learn."""
    cohort: Duration = parse_duration("1d")
    """Predictions made in one such stretch of time are judged together; stretches start at 0:00 UTC."""
    maturity: Duration = parse_duration("7d")
    """A cohort is final this long after its end, whatever outcomes it lacks."""
    coverage: float = Field(default=0.95, gt=0, le=1)
    """A cohort that is over is final as soon as this share of its predictions has an outcome."""
    keep: Duration = parse_duration("30d")
    """Predictions older than this are forgotten; an outcome that comes later is counted as expired."""
    metrics: tuple[Text, ...] = ()
    """Which figures of merit are computed; empty: all of the task's."""
    minimum: dict[str, Limit] = Field(default_factory=dict)
    """Metric to its floor, for metrics that should be high: `{roc_auc: 0.8}`."""
    maximum: dict[str, Limit] = Field(default_factory=dict)
    """Metric to its ceiling, for metrics that should be low: `{log_loss: 0.5}`."""
    minimum_observations: int = Field(default=30, ge=1)
    """Outcomes a cohort needs before its figures are shown and judged."""
    severity: Severity = "ticket"

    @field_validator("metrics")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            _check(name)
        return names

    @model_validator(mode="after")
    def _limits_on_the_bad_side(self) -> Self:
        for key, limits, better in (("minimum", self.minimum, "higher"), ("maximum", self.maximum, "lower")):
            for name in limits:
                if _check(name).better != better:
                    other = "maximum" if key == "minimum" else "minimum"
                    raise ValueError(f"{better} is not better for `{name}`: its limit is a `{other}`")
        return self

    @model_validator(mode="after")
    def _kept_long_enough(self) -> Self:
        if self.keep < self.cohort + self.maturity:
            raise ValueError(
                "`keep` is shorter than `cohort` and `maturity` together: predictions would be forgotten before their "
                "cohort is final"
            )
        if self.keep // self.cohort > _MOST_COHORTS:
            raise ValueError(f"`keep` holds more than {_MOST_COHORTS:,} of `cohort`: keep less, or make cohorts longer")
        return self

    def limit(self, metric: str) -> float | None:
        """The floor or ceiling of a metric; None without one."""
        return self.minimum.get(metric, self.maximum.get(metric))

    def beyond(self, metric: str, lower: float | None, upper: float | None) -> bool | None:
        """Whether all of an interval is too bad, so that chance alone alarms rarely; None where nothing can say."""
        floor, ceiling = self.minimum.get(metric), self.maximum.get(metric)
        if floor is not None:
            return None if upper is None else upper < floor
        return None if ceiling is None or lower is None else lower > ceiling
