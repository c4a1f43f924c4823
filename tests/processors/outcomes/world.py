"""A join with a clock, small cohorts, and a store that a test may close and open again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from driftline.processors.findings import Identity, Performance
from driftline.processors.health import Health
from driftline.processors.monitor import Monitor, Spec
from driftline.processors.outcomes import Outcomes, Predicted, Proved
from driftline.semconv import PerformanceKind, metrics

SECOND = 10**9
HOUR = 3600 * SECOND
T0 = 480_000 * HOUR  # a whole number of cohorts
CREDIT = Identity("credit", "7", None, "production")


def spec_of(**performance: Any) -> Spec:
    chosen = {"cohort": "1h", "maturity": "10h", "keep": "100h", "minimumObservations": 1, **performance}
    return Spec.model_validate({"performance": chosen, "segments": ["region", ["region", "channel"]]})


@dataclass
class World:
    """One join; every model has the same spec."""

    folder: Path | None = None
    spec: Spec = field(default_factory=spec_of)
    most_rows: int = 1_000_000
    now_ns: int = T0 + 2 * HOUR
    health: Health = field(default_factory=Health)
    timer: Callable[[], float] = float
    """Measuring takes no time: what changed is measured at once, however busy the machine is."""

    def __post_init__(self) -> None:
        self.outcomes = self._open()

    def _open(self) -> Outcomes:
        return Outcomes(self.folder, self.monitor_of, self.health, most_rows=self.most_rows, timer=self.timer)

    def monitor_of(self, identity: Identity) -> Monitor:
        return Monitor(identity.model, identity.model, self.spec)

    def restart(self) -> None:
        self.outcomes.close()
        self.outcomes = self._open()
        self.outcomes.open()

    def predict(self, *records: Predicted) -> dict[str, int]:
        return dict(self.outcomes.predict(records, self.now_ns))

    def prove(self, *records: Proved) -> dict[str, int]:
        return {str(result): number for result, number in self.outcomes.prove(records, self.now_ns).items()}

    def measure(self, identity: Identity = CREDIT) -> dict[str, Performance]:
        """By kind."""
        found = [one for one in self.outcomes.measure(self.now_ns) if one.identity == identity]
        assert len({one.kind for one in found}) == len(found)
        return {str(one.kind): one for one in found}

    def counted(self, name: str = metrics.DRIFTLINE_OUTCOMES) -> dict[str, float]:
        """Health readings of a name by what became of it."""
        return {dict(one.labels).get("outcome", ""): one.value for one in self.health.snapshot() if one.name == name}


def made(key: str, value: str | None = "1", score: Any = 0.9, *, at: int = T0, **changes: Any) -> Predicted:
    identity = changes.pop("identity", CREDIT)
    return Predicted(identity, key, at, value, score, **changes)


def known(key: str, value: str = "1", *, at: int = T0 + HOUR, **changes: Any) -> Proved:
    return Proved(key, value, at, **changes)


def figures(found: Performance) -> dict[str, float]:
    return {one.metric: one.value for one in found.figures}


def rows(found: Sequence[Performance], kind: PerformanceKind) -> list[Performance]:
    return [one for one in found if one.kind is kind]
