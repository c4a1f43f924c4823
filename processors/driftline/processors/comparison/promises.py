"""What a monitor's objectives lead to: which alarms are kept, rescaled or left out, and which bound is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from driftline.processors.documents.durations import write_duration
from driftline.processors.monitor import Monitor, Objective
from driftline.processors.slo import Pair, bound_at_or_below, plan
from driftline.semconv import metrics


@dataclass(frozen=True, slots=True)
class Promise:
    """One objective of a monitor.

    `bound` is the bound, in seconds, that counts as its latency threshold; None where it has no threshold.
    """

    name: str
    objective: float
    period: str
    pairs: tuple[Pair, ...]
    threshold: float | None = None
    bound: float | None = None

    @property
    def notice(self) -> str | None:
        """Which bound is used in place of the threshold; None where it is one itself, or there is none."""
        if self.threshold is None or self.bound == self.threshold:
            return None
        return f"{self.threshold:g} s is no bound of {metrics.ML_PREDICTION_DURATION}: {self.bound:g} s is used"

    @property
    def fault(self) -> str | None:
        """Why no alarm could ever fire; None where one can."""
        if any(pair.fires for pair in self.pairs):
            return None
        return (
            f"no pair of burn windows is left for `{self.name}`, {self.objective:g} % over {self.period}: "
            "take a window of at least 1h, or another objective"
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it; what does not exist is left out."""
        pairs = [
            {"severity": pair.severity, "long": pair.long, "short": pair.short, "factor": float(pair.factor)}
            | {"fate": str(pair.fate)}
            | ({"reason": pair.reason} if pair.reason else {})
            for pair in self.pairs
        ]
        found: dict[str, Any] = {"name": self.name, "objective": self.objective, "period": self.period, "pairs": pairs}
        more = {"bound": self.bound, "notice": self.notice, "fault": self.fault}
        return found | {name: value for name, value in more.items() if value is not None}


def promises(monitor: Monitor) -> tuple[Promise, ...]:
    """Every objective of a monitor, in its order."""
    return tuple(_promise(each) for each in monitor.spec.slos)


def _promise(slo: Objective) -> Promise:
    threshold = slo.sli.latency.threshold / 1e9 if slo.sli.latency else None
    bound = None if threshold is None else bound_at_or_below(metrics.ML_PREDICTION_DURATION_BOUNDS, threshold)
    period = slo.calendar or write_duration(slo.window)
    return Promise(slo.name, slo.objective, period, plan(slo.objective, slo.period_ns), threshold, bound)
