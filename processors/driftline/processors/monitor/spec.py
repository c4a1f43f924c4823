"""The `spec` of a monitor: every key with its default and its meaning. The published JSON Schema is made from this."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import AwareDatetime, Field, ValidationInfo, field_validator, model_validator

from driftline.processors.documents import Choice, Duration, Entry, Text, TimeZone, parse_duration
from driftline.processors.documents.validation import suggestion
from driftline.processors.monitor.budget import BudgetText, parse_budget
from driftline.processors.monitor.concept_drift import ConceptDrift
from driftline.processors.monitor.fairness import Fairness
from driftline.processors.monitor.indicators import Nothing
from driftline.processors.monitor.notifications import Notifications
from driftline.processors.monitor.objectives import Objective
from driftline.processors.monitor.performance import Performance
from driftline.processors.monitor.quality import Quality, Severity
from driftline.processors.monitor.rows import Rows
from driftline.processors.statistics.table import STATISTICS


class Model(Entry):
    """Which model, and which part of its traffic, a monitor is about."""

    name: Text | None = None
    """The model's name; default: the monitor's."""
    version: Text | None = None
    """Only this version; a monitor without one serves the versions that have none of their own."""
    environment: Text | None = None
    """Only where it runs in this `deployment.environment.name`."""
    where: dict[str, Text] = Field(default_factory=dict)
    """Only streams whose attributes, or whose resource's, equal these."""


class Learn(Entry):
    """A reference learned from the model's first traffic."""

    observations: int = Field(default=5000, ge=10)
    """How many observations a field needs; learning ends with the pane that reaches it."""


class Trailing(Entry):
    """The model's own past, trailing behind the window: what came in the `length` before it. Drift ages into it."""

    length: Duration
    """How far the past reaches back behind the window; at least the window's length."""


class Seasonal(Entry):
    """The model's own past at the same time of the day or the week, of the last eight periods."""

    period: Duration
    """What traffic repeats itself after: `24h`, `7d`."""
    time_zone: TimeZone = "UTC"
    """The clock that traffic follows, as `Europe/Berlin`: a period keeps to it when summer time begins or ends."""


class Reference(Choice):
    """What windows are compared with: exactly one of these."""

    profile: Text | None = None
    """A profile, or a folder of profiles searched by their `model`; relative to this file."""
    learn: Learn | None = None
    trailing: Trailing | None = None
    seasonal: Seasonal | None = None
    variant: Text | None = None
    """The windows of this `ml.model.variant` of the model at the same time, for all other variants."""
    rest: Nothing | None = None
    """For a segment, the whole traffic less the segment's at the same time."""

    @property
    def moving(self) -> str | None:
        """The key of a reference that changes from look to look; None for one that stays."""
        names = "trailing", "seasonal", "variant", "rest"
        return next((name for name in names if getattr(self, name) is not None), None)


class Window(Entry):
    """The stretch of traffic that is judged. With `length` given, a quiet model's window does not reach back."""

    length: Duration = parse_duration("5m")
    every: Duration = parse_duration("10s")
    """How often it is judged; also the pane, the smallest stretch that a window is made of."""
    observations: int | None = Field(default=None, ge=1)
    """A quiet model's window reaches back until it holds this many; without `length`: 500."""
    longest: Duration | None = None
    """How far it reaches back at most; default 7d."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.every > self.length:
            raise ValueError("`every` is longer than `length`: a window is made of whole steps, make it at least one")
        if self.longest is not None and self.longest < self.length:
            raise ValueError("`longest` is shorter than `length`: a window can reach back further, not less far")
        return self

    @property
    def reaches_back_for(self) -> int | None:
        """Observations a quiet window reaches back for; None where it does not."""
        return 500 if self.observations is None and "length" not in self.model_fields_set else self.observations

    @property
    def longest_ns(self) -> int:
        """How far a window may reach back, in nanoseconds."""
        return self.length if self.reaches_back_for is None else max(self.longest or parse_duration("7d"), self.length)


Detector = Literal["window", "cusum", "page_hinkley", "adwin", "e_process"]

_NAMES = [row.name for row in STATISTICS]


def _known_statistics(effects: dict[str, float]) -> dict[str, float]:
    for name, effect in effects.items():
        if name not in _NAMES:
            raise ValueError(f"`{name}` is no statistic; {suggestion(name, _NAMES)}")
        if effect < 0:
            raise ValueError(f"`{name}: {effect:g}` is below 0: write 0 or more")
    return effects


class Drift(Entry):
    """When a change counts as drift."""

    false_alarms: BudgetText = parse_budget("1 per 30d")
    """How often the monitor may alarm for nothing, all its fields, versions and segments together."""
    minimum_effect: dict[str, float] = Field(default_factory=dict)
    """Statistic to the smallest score that matters; the others keep their documented default.

    Only a deciding statistic has a limit that this can raise."""
    minimum_observations: int = Field(default=10, ge=1)
    """Below this many in the window a field is `not_enough_samples`."""
    severity: Severity = "ticket"
    detectors: tuple[Detector, ...] = Field(default=("window",), min_length=1)
    """What decides that a field is in drift; the budget is split equally over those named.

    `window` tests each window by itself; the others follow the traffic from pane to pane, against a reference that
    stays."""

    _statistics = field_validator("minimum_effect")(_known_statistics)

    @field_validator("detectors")
    @classmethod
    def _each_once(cls, detectors: tuple[Detector, ...]) -> tuple[Detector, ...]:
        twice = next((name for name in detectors if detectors.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"`{twice}` is named twice: name each detector once")
        return detectors

    @property
    def sequential(self) -> tuple[str, ...]:
        """The detectors that follow the traffic from pane to pane."""
        return tuple(name for name in self.detectors if name != "window")


class FieldDrift(Entry):
    """What differs for one field."""

    enabled: bool | None = None
    """False: shown, never alarms, and not in the correction over fields."""
    minimum_effect: dict[str, float] = Field(default_factory=dict)
    minimum_observations: int | None = Field(default=None, ge=1)

    _statistics = field_validator("minimum_effect")(_known_statistics)


class Metric(Entry):
    """A metric of somebody else's, watched as a field."""

    name: Text
    """Any OTel histogram, or with `by` any monotonic counter."""
    where: dict[str, Text] = Field(default_factory=dict)
    """Only streams whose attributes, or whose resource's, equal these."""
    by: Text | None = None
    """The attribute that splits a counter into categories; points without it count as `_OTHER`."""


class FieldEntry(Entry):
    """Adjusts a field, or adds one. What is not listed stays monitored."""

    name: Text
    """The field; `*` matches any text."""
    ignore: bool = False
    """True: not kept at all."""
    drift: FieldDrift = FieldDrift()
    metric: Metric | None = None

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if self.metric is not None and "*" in self.name:
            raise ValueError(f"`{self.name}` has a `metric` and so becomes one field: give it a name without `*`")
        return self


class Exclusion(Entry):
    """A stretch of time that is known to be different: no alarm, no burn, not learned."""

    start: AwareDatetime = Field(alias="from")
    end: AwareDatetime = Field(alias="to")
    reason: Text

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError("`to` is not after `from`: swap them")
        return self


class Defaults(Entry):
    """Everything of a monitor that can also lie under all monitors."""

    reference: Reference | None = None
    """What to compare with; default: the profile its recorder announces, else learned."""
    window: Window = Window()
    stale_after: Duration = parse_duration("15m")
    """Without data for this long, a model that had some is `stale`."""
    drift: Drift = Drift()
    quality: Quality = Quality()
    performance: Performance = Performance()
    rows: Rows | None = None
    """How whole rows are compared; absent: not at all."""
    fields: tuple[FieldEntry, ...] = ()
    concept_drift: ConceptDrift = ConceptDrift()
    fairness: Fairness = Fairness()
    segments: tuple[Text | tuple[Text, ...], ...] = Field(default=(), validate_default=True)
    """Attributes whose values are watched apart from the whole; a list is a combination. Those of `fairness` too."""
    exclusions: tuple[Exclusion, ...] = ()
    slos: tuple[Objective, ...] = ()
    """What is promised, each with an error budget."""
    owner: Text | None = None
    """The team that is told; on every alert."""
    tier: Text | None = None
    """How much the model matters, in your words; on every alert."""
    notifications: Notifications = Notifications()
    """Who is told of its alerts; default: nobody, they are only shown."""

    @field_validator("slos")
    @classmethod
    def _named_once(cls, slos: tuple[Objective, ...]) -> tuple[Objective, ...]:
        names = [each.name for each in slos]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"`{twice}` names two objectives: give each its own name")
        return slos

    @field_validator("segments")
    @classmethod
    def _groups_too(
        cls, segments: tuple[str | tuple[str, ...], ...], info: ValidationInfo
    ) -> tuple[str | tuple[str, ...], ...]:
        fairness: Fairness | None = info.data.get("fairness")
        return tuple(dict.fromkeys((*segments, *(fairness.attributes if fairness else ()))))

    @model_validator(mode="after")
    def _reference_stays(self) -> Self:
        moving = self.reference.moving if self.reference else None
        if moving is not None and self.drift.sequential:
            raise ValueError(
                f"the detector `{self.drift.sequential[0]}` needs a reference that stays, and `{moving}` moves with "
                "the traffic: name `window` alone in `drift.detectors`, or a `profile` or `learn` in `reference`"
            )
        return self


class Spec(Defaults):
    """A monitor's spec."""

    model: Model = Model()
