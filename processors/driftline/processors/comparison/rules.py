"""What counts as drift in a check: alpha, and how each field is treated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from driftline.processors.monitor import FieldRule, Monitor
from driftline.processors.monitor.performance import Performance
from driftline.processors.monitor.quality import Quality
from driftline.processors.statistics.table import MINIMUM_EFFECTS, STATISTICS


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a check decides.

    Args:
        alpha: chance, in (0, 1), that any field is in drift although nothing has changed; of each chunk.
        minimum_effect: statistic to the smallest score that matters, over the monitor's and the defaults.
        minimum_observations: below this many a field is `not_enough_samples`; None is the monitor's, else 10.
        monitor: takes minimum effects, minimum observations and the rules of fields from it.

    Raises:
        ValueError: an alpha out of range, an unknown statistic, an effect below 0.
    """

    alpha: float = 0.01
    minimum_effect: Mapping[str, float] = field(default_factory=dict)
    minimum_observations: int | None = None
    monitor: Monitor | None = None

    def __post_init__(self) -> None:
        if not 0 < self.alpha < 1:
            raise ValueError(
                f"alpha is a chance between 0 and 1, not {self.alpha:g}: 0.01 is one false alarm in 100 looks"
            )
        names = [row.name for row in STATISTICS]
        for name, effect in self.minimum_effect.items():
            if name not in names:
                raise ValueError(f"no statistic {name!r}: choose one of {', '.join(names)}")
            if not effect >= 0:
                raise ValueError(f"minimum effect {name}={effect:g}: an effect is 0 or more")

    @property
    def quality(self) -> Quality:
        """Which checks of quality are made, and what matters to them."""
        return self.monitor.spec.quality if self.monitor else Quality()

    @property
    def performance(self) -> Performance:
        """Which figures of merit are told, and their limits."""
        return self.monitor.spec.performance if self.monitor else Performance()

    def of(self, name: str) -> FieldRule:
        """The rule of one field, its minimum effects complete."""
        rule = self.monitor.rule(name) if self.monitor else FieldRule(False, True, {}, 10)  # noqa: FBT003 - its fields
        return FieldRule(
            rule.ignore,
            rule.enabled,
            {**MINIMUM_EFFECTS, **rule.minimum_effect, **self.minimum_effect},
            self.minimum_observations or rule.minimum_observations,
        )
