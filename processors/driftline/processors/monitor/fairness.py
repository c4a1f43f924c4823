"""What a monitor asks of how groups of people are treated: the `fairness` of its spec."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from driftline.processors.documents import Entry, Text
from driftline.processors.documents.validation import suggestion
from driftline.processors.monitor.budget import BudgetText, parse_budget
from driftline.processors.monitor.quality import Severity
from driftline.processors.statistics.fairness import METRICS

_NAMES = list(METRICS)


class Favourable(Entry):
    """Which output is good for the person: a class, or a side of a threshold. Exactly one of the three."""

    category: Text | None = None
    """A class of the prediction: `approved`. Text alone, `favourable: approved`, means the same."""
    above: float | None = None
    """Scores, or numeric predictions, over this; it has to be a bound of their histogram."""
    at_most: float | None = None
    """Scores, or numeric predictions, up to this; it has to be a bound of their histogram."""
    field: Text | None = None
    """The output that is read; absent: the prediction for a class, the score, else the prediction, for a threshold."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(each is not None for each in (self.category, self.above, self.at_most)) != 1:
            raise ValueError("needs exactly one of `category`, `above`, `atMost`: say which output is good")
        return self


def _spelled(value: Any) -> Any:
    return value if value is None or isinstance(value, (dict, Favourable)) else {"category": value}


class Fairness(Entry):
    """Which groups of people are compared, by what. Nothing is compared until `attributes` names a group."""

    attributes: tuple[Text | tuple[Text, ...], ...] = ()
    """Attributes whose values are the groups, as `sex`; a list is a combination. They become `segments` too."""
    favourable: Annotated[Favourable | None, BeforeValidator(_spelled)] = None
    """The output that is good for the person; needed as soon as there are `attributes`."""
    favourable_outcome: Text | None = None
    """The outcome that proves a favourable prediction right, as `repaid`; absent: the favourable class itself."""
    metrics: tuple[Text, ...] = ()
    """Which metrics are shown; empty: all that can be told."""
    limits: dict[str, float] = Field(default_factory=dict)
    """Metric to where a finding begins: a ratio below it, a difference above it. Absent: 0.8 for
    `disparate_impact_ratio` (the four-fifths rule), none for the others, which are shown and never found."""
    reference: dict[str, Text] = Field(default_factory=dict)
    """Attribute to the group that the others are compared with by `disparate_impact_ratio`; absent: the one with the
    highest rate. A combination is written with commas: `{"sex,region": "male,north"}`."""
    minimum_observations: int = Field(default=100, ge=2)
    """A group with fewer predictions (or outcomes of the class a rate is of) in the window is left out."""
    false_alarms: BudgetText = parse_budget("1 per 30d")
    """How often the monitor may find a treatment at its limit to be beyond it: all metrics, groups and versions
    together; what needs outcomes has a budget of its own, as large."""
    severity: Severity = "ticket"

    @field_validator("attributes")
    @classmethod
    def _plainly(cls, attributes: tuple[str | tuple[str, ...], ...]) -> tuple[str | tuple[str, ...], ...]:
        return tuple(each[0] if isinstance(each, tuple) and len(each) == 1 else each for each in attributes)

    @field_validator("metrics", "limits")
    @classmethod
    def _known(cls, named: Any) -> Any:
        for name in named:
            if name not in METRICS:
                raise ValueError(f"`{name}` is no fairness metric; {suggestion(name, _NAMES)}")
        return named

    @field_validator("limits")
    @classmethod
    def _in_range(cls, limits: dict[str, float]) -> dict[str, float]:
        for name, limit in limits.items():
            if not 0 < limit < 1:
                raise ValueError(f"`{name}: {limit:g}` is not between 0 and 1, where a limit of a metric lies")
        return limits

    @model_validator(mode="after")
    def _says_what_is_good(self) -> Self:
        if self.attributes and self.favourable is None:
            raise ValueError("`attributes` need a `favourable` output: write the class that is good for the person")
        return self

    @property
    def groupings(self) -> tuple[tuple[str, ...], ...]:
        """The attributes of each grouping."""
        return tuple((each,) if isinstance(each, str) else each for each in self.attributes)

    def limit(self, metric: str) -> float | None:
        """Where a finding of a metric begins; None: nowhere."""
        return self.limits.get(metric, METRICS[metric].limit)

    def shows(self, metric: str) -> bool:
        """Whether a metric is wanted."""
        return not self.metrics or metric in self.metrics
