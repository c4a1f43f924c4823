"""The documents of OpenSLO v1, as its specification writes them: https://github.com/OpenSLO/OpenSLO#specification."""

from __future__ import annotations

from typing import Any, Final, Literal, Self

from pydantic import BaseModel, Field, model_validator

from driftline.processors.documents import Entry, Text

API_VERSION: Final = "openslo/v1"
SLI_ANNOTATION: Final = "driftline.dev/sli"
"""Names the indicator of ours that an SLO's queries stand for, as JSON: `{"latency": {"threshold": "250ms"}}`."""
NAME_ANNOTATION: Final = "driftline.dev/name"
"""What the objective is called in its monitor; absent: as the SLO, whose name is one among all services."""
MINIMUM_EVENTS_ANNOTATION: Final = "driftline.dev/minimum-events"
"""An objective's `minimumEvents`; absent: its default."""
SOURCE_TYPE: Final = "Driftline"
"""The metric source whose `spec` is an indicator of ours."""


class Metadata(Entry):
    """Name, labels and annotations."""

    name: Text
    display_name: Text | None = None
    labels: dict[str, Text | tuple[Text, ...]] = Field(default_factory=dict)
    annotations: dict[str, Text] = Field(default_factory=dict)


class MetricSource(Entry):
    """Where a figure comes from."""

    metric_source_ref: Text | None = None
    type: Text | None = None
    spec: dict[str, Any] = Field(default_factory=dict)


class Metric(Entry):
    """One figure of an indicator."""

    metric_source: MetricSource


class RatioMetric(Entry):
    """Good or bad events of all."""

    counter: bool | None = None
    good: Metric | None = None
    bad: Metric | None = None
    total: Metric | None = None
    raw_type: Literal["success", "failure"] | None = None
    raw: Metric | None = None


class IndicatorSpec(Entry):
    """How the indicator is measured."""

    description: Text | None = None
    threshold_metric: Metric | None = None
    ratio_metric: RatioMetric | None = None

    @property
    def sources(self) -> list[MetricSource]:
        """Every source it names."""
        ratio = self.ratio_metric
        metrics = [self.threshold_metric, *((ratio.good, ratio.bad, ratio.total, ratio.raw) if ratio else ())]
        return [metric.metric_source for metric in metrics if metric is not None]


class Indicator(Entry):
    """An indicator, written inside its SLO."""

    metadata: Metadata | None = None
    spec: IndicatorSpec


class Calendar(Entry):
    """When a calendar window begins."""

    start_time: Text
    time_zone: Text = "UTC"


class TimeWindow(Entry):
    """The time an error budget is for."""

    duration: Text
    is_rolling: bool | None = None
    calendar: Calendar | None = None


class Threshold(Entry):
    """One target."""

    display_name: Text | None = None
    op: Literal["lte", "gte", "lt", "gt"] | None = None
    value: float | None = None
    target: float | None = Field(default=None, gt=0, lt=1)
    target_percent: float | None = Field(default=None, gt=0, lt=100)
    time_slice_target: float | None = None
    time_slice_window: Text | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.target is None) == (self.target_percent is None):
            raise ValueError("needs exactly one of `target: 0.999`, `targetPercent: 99.9`")
        return self

    @property
    def percent(self) -> float:
        """Percent of events that must be good."""
        return self.target_percent if self.target is None else round(100 * self.target, 10)  # type: ignore[return-value] # one of the two is there


class SloSpec(Entry):
    """What an SLO promises."""

    description: Text | None = None
    service: Text
    indicator: Indicator | None = None
    indicator_ref: Text | None = None
    time_window: tuple[TimeWindow, ...] = Field(default=(), max_length=1)
    budgeting_method: Literal["Occurrences", "Timeslices", "RatioTimeslices"]
    objectives: tuple[Threshold, ...] = Field(min_length=1)
    alert_policies: tuple[Any, ...] = ()

    @model_validator(mode="after")
    def _one_indicator(self) -> Self:
        if (self.indicator is None) == (self.indicator_ref is None):
            raise ValueError("needs exactly one of `indicator`, `indicatorRef`")
        return self


class Slo(Entry):
    """A service level objective."""

    api_version: Literal["openslo/v1"]
    kind: Literal["SLO"]
    metadata: Metadata
    spec: SloSpec


class Sli(Entry):
    """An indicator that SLOs refer to."""

    api_version: Literal["openslo/v1"]
    kind: Literal["SLI"]
    metadata: Metadata
    spec: IndicatorSpec


class ServiceSpec(Entry):
    """What a service is."""

    description: Text | None = None


class Service(Entry):
    """The service that SLOs are of; here, a model."""

    api_version: Literal["openslo/v1"]
    kind: Literal["Service"]
    metadata: Metadata
    spec: ServiceSpec = ServiceSpec()


class Unused(BaseModel):
    """A document that holds no objective: where metrics come from, or who another tool tells."""


KINDS: Final[dict[str, type[Slo | Sli | Service | Unused]]] = {
    "SLO": Slo,
    "SLI": Sli,
    "Service": Service,
    "DataSource": Unused,
    "AlertPolicy": Unused,
    "AlertCondition": Unused,
    "AlertNotificationTarget": Unused,
}
"""Every kind of the specification by its name."""
