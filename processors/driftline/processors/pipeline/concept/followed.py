"""One identity whose errors are followed: up to where, by whom, and what they said last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from driftline.processors.findings import ConceptDrift, Identity, Signal, State, Window
from driftline.processors.monitor import Spec
from driftline.processors.pipeline.concept import words
from driftline.processors.pipeline.concept.cohort import Cohort
from driftline.processors.pipeline.concept.followers import LEARNING, Follower, OfLiterature, taken_up


@dataclass(slots=True)
class Followed:
    """The detectors of one identity. They begin anew when the monitor asks for others.

    Args:
        asked: what the detectors depend on, as `asked_of` tells it.
        until_ns: predictions made before have been taken.
    """

    asked: list[Any]
    until_ns: int
    followers: dict[str, Follower]
    learned: list[Cohort] = field(default_factory=list)
    found: ConceptDrift | None = None

    @classmethod
    def begun(cls, spec: Spec, begin_ns: int) -> Followed:
        """Those that need not learn; the others come when enough is learned."""
        names = [name for name in spec.concept_drift.detectors if name not in LEARNING]
        return cls(asked_of(spec), begin_ns, {name: OfLiterature(name) for name in names})

    def take(self, spec: Spec, identity: Identity, cohort: Cohort, *, sharing: int, now_ns: int) -> None:
        """Take the next cohort, one outcome at least; so many identities share the budget."""
        wanted, length = spec.concept_drift, spec.performance.cohort
        budgeted = [name for name in wanted.detectors if name in LEARNING]
        alpha = wanted.false_alarms.per_look(length) / max(len(budgeted), 1) / sharing
        said = {name: each.take(cohort, alpha) for name, each in self.followers.items()}
        signals = tuple(signal for name in wanted.detectors if (signal := said.get(name)) is not None)
        if not self.followers.keys() >= set(budgeted):
            self._learn(cohort, budgeted, wanted.learn)
        rate, status = float(cohort.errors.mean()), _status(signals)
        window = Window(self.until_ns, self.until_ns + length, len(cohort))
        why = words.said(signals, rate, len(cohort), status)
        self.found = ConceptDrift(identity, window, now_ns, status, signals, rate, why)

    def _learn(self, cohort: Cohort, names: Sequence[str], needed: int) -> None:
        """Keep a cohort for those that learn; with the last one needed they begin with the next."""
        self.learned.append(cohort)
        if sum(map(len, self.learned)) >= needed:
            learned = Cohort.join(self.learned)
            self.followers |= {name: LEARNING[name](name, learned) for name in names}
            self.learned = []

    def to_dict(self) -> dict[str, Any]:
        """The state, as JSON can hold it."""
        found = self.found
        said = None if found is None else {name: value for name, value in asdict(found).items() if name != "identity"}
        return {
            "asked": self.asked,
            "until_ns": self.until_ns,
            "followers": {name: each.to_dict() for name, each in self.followers.items()},
            "learned": [cohort.to_dict() for cohort in self.learned],
            "found": said,
        }

    @classmethod
    def from_dict(cls, identity: Identity, saved: dict[str, Any]) -> Followed:
        """What `to_dict` gave. Raises KeyError, TypeError or ValueError on anything else."""
        return cls(
            list(saved["asked"]),
            int(saved["until_ns"]),
            {name: taken_up(name, state) for name, state in saved["followers"].items()},
            [Cohort.from_dict(cohort) for cohort in saved["learned"]],
            None if saved["found"] is None else _found(identity, saved["found"]),
        )


def asked_of(spec: Spec) -> list[Any]:
    """What detectors depend on, as JSON can hold it; severity and budget may change without them beginning anew."""
    concept, performance = spec.concept_drift, spec.performance
    return [list(concept.detectors), concept.learn, performance.cohort, performance.positive]


def _status(signals: Sequence[Signal]) -> State:
    if not signals:
        return State.WARMING_UP
    return State.DRIFT if any(signal.detected for signal in signals) else State.OK


def _found(identity: Identity, saved: dict[str, Any]) -> ConceptDrift:
    window, signals = Window(**saved["window"]), tuple(Signal(**signal) for signal in saved["signals"])
    return ConceptDrift(
        **{**saved, "identity": identity, "window": window, "signals": signals, "status": State(saved["status"])}
    )
