"""What a monitor asks beside the drift of its fields, part by part: whole rows, fairness, the stream of errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from driftline.processors.comparison.trials import Trial, concept_trial, fairness_trial, rows_trial
from driftline.processors.detectors.rows.judge import FIRST_DRAWS, MOST_DRAWS
from driftline.processors.documents import write_duration
from driftline.processors.monitor import Monitor
from driftline.processors.monitor.budget import Budget
from driftline.processors.pipeline.concept.followers import LEARNING

TAKEN_GROUPS: Final = 10
TAKEN_OUTCOMES: Final = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """The false-alarm budget of one part, and what a look of it takes.

    `alpha_look` is what one look may add to the false alarms, for one version. `seconds` of one core and `bytes` were
    measured on this machine, of what `size` says.
    """

    name: str
    """As the monitor's key: `rows`, `fairness`, `conceptDrift`."""
    events: float
    period_seconds: float
    looks: float
    alpha_look: float
    seconds: float
    bytes: int
    size: str
    notices: tuple[str, ...] = ()
    """What there is to know, or to do."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self) | {"notices": list(self.notices)}


def parts(monitor: Monitor, fields: int) -> tuple[Part, ...]:
    """Those that the monitor asks for.

    Args:
        monitor: the monitor.
        fields: how many fields its rows have.

    Raises:
        MissingExtraError: rows ask for the classifier, and scikit-learn is not installed.
    """
    return tuple(part for found in (_rows(monitor, fields), _fairness(monitor), _concept(monitor)) for part in found)


def _rows(monitor: Monitor, fields: int) -> Iterator[Part]:
    rows = monitor.spec.rows
    if rows is None:
        return
    alpha = monitor.budget_per_look_at_rows
    tried = rows_trial(rows.sample, rows.reference, fields, rows.statistics)
    longer = f"a look that is suspicious takes up to {MOST_DRAWS // FIRST_DRAWS} times as long"
    notices = [longer, "versions share the budget, and so does each embedding"]
    if alpha * MOST_DRAWS < 1:
        notices.append(
            f"below {1 / MOST_DRAWS:.2g} a look can find nothing: look less often (`every`) or give rows more (`share`)"
        )
    size = f"{rows.sample:,} rows and {rows.reference:,} of the reference, {fields} fields, nothing suspicious"
    budget = Budget(monitor.spec.drift.false_alarms.events * rows.share, monitor.spec.drift.false_alarms.period_ns)
    yield _part("rows", budget, rows.every, alpha, tried=tried, size=size, notices=notices)


def _fairness(monitor: Monitor) -> Iterator[Part]:
    fairness, every = monitor.spec.fairness, monitor.spec.window.every
    if not fairness.attributes:
        return
    tried = fairness_trial(fairness, TAKEN_GROUPS)
    notices = ["a treatment exactly at its limit; metrics of outcomes have a budget as large, by cohorts"]
    notices.append("each group is a segment: its windows take as much memory as those of the whole traffic")
    size = f"{TAKEN_GROUPS} groups of each of {len(fairness.groupings)} (taken: they show with traffic)"
    alpha = fairness.false_alarms.per_look(every)
    yield _part("fairness", fairness.false_alarms, every, alpha, tried=tried, size=size, notices=notices)


def _concept(monitor: Monitor) -> Iterator[Part]:
    concept, cohort = monitor.spec.concept_drift, monitor.spec.performance.cohort
    if not concept.detectors:
        return
    tried = concept_trial(monitor.spec, TAKEN_OUTCOMES)
    free = [name for name in concept.detectors if name not in LEARNING]
    notices = [f"a look is a final cohort, {write_duration(cohort)} of predictions"]
    notices += [f"{', '.join(free)}: no budget; sooner or later an alarm for nothing"] if free else []
    size = f"{TAKEN_OUTCOMES:,} outcomes"
    alpha = concept.false_alarms.per_look(cohort) if len(free) < len(concept.detectors) else 0.0
    yield _part("conceptDrift", concept.false_alarms, cohort, alpha, tried=tried, size=size, notices=notices)


def _part(
    name: str, budget: Budget, every_ns: int, alpha: float, *, tried: Trial, size: str, notices: list[str]
) -> Part:
    period = budget.period_ns / 1e9
    return Part(name, budget.events, period, budget.looks(every_ns), alpha, *tried, size, tuple(notices))
