"""Groups compared by what their outcomes prove, from real joins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import fairlearn.metrics
import numpy as np
import pytest

from driftline.processors.findings import Fairness, State
from driftline.processors.findings import Identity as Whose
from driftline.processors.health import Health
from driftline.processors.monitor import Monitor
from driftline.processors.outcomes import Outcomes, Predicted, Proved
from driftline.processors.pipeline.fairness import CohortFairness
from driftline.semconv import PerformanceKind
from tests.processors.pipeline.world import monitors

DAY = 86_400 * 10**9
START = 20_000 * DAY
LIMITS = "limits: {equal_opportunity_difference: 0.1, calibration_gap: 0.05}"
ASKED = f"  fairness: {{attributes: [sex], favourable: 'yes', {LIMITS}}}\n  performance: {{positive: 'yes'}}"


@dataclass
class Bench:
    """A join and the look at its cohorts."""

    outcomes: Outcomes
    fairness: CohortFairness
    rows: list[tuple[str, str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path, spec: str = ASKED) -> Bench:
        configured = monitors(folder, spec)

        def monitor_of(identity: Whose) -> Monitor:
            return configured.for_identity(identity.model, identity.version, identity.environment)

        outcomes = Outcomes(None, monitor_of, Health())
        return cls(outcomes, CohortFairness(outcomes.joined, monitor_of))

    def live(self, sex: str, rows: int, draw: Callable[[int], tuple[str, float, str]], day: int = 0) -> None:
        """Predictions of a day and their outcomes; `draw` gives class, score and outcome."""
        identity = Whose("credit", "7", segment=(("sex", sex),))
        made, proved = [], []
        for at in range(rows):
            said, score, was = draw(at)
            key, time_ns = f"{sex}-{day}-{at}", START + day * DAY + at
            made.append(Predicted(identity, key, time_ns, said, score))
            proved.append(Proved(key, was, time_ns + 1))
            self.rows.append((sex, said, was))
        self.outcomes.predict(made, START + (day + 1) * DAY)
        self.outcomes.prove(proved, START + (day + 1) * DAY)

    def look(self, day: float = 1) -> list[Fairness]:
        now_ns = START + round(day * DAY)
        return self.fairness.look(self.outcomes.measure(now_ns), now_ns)


def drawn(seed: int, hit: float, score: float = 0.6, good: float = 0.6) -> Callable[[int], tuple[str, float, str]]:
    """Outcomes that are good at a rate, predicted at a rate; the score is the same for all."""
    random = np.random.default_rng(seed)

    def one(_: int) -> tuple[str, float, str]:
        was = bool(random.random() < good)
        said = bool(random.random() < (hit if was else 0.2))
        return "yes" if said else "no", score, "yes" if was else "no"

    return one


def by_metric(found: Fairness) -> dict[str, tuple[float, bool | None]]:
    return {each.metric: (each.value, each.violated) for each in found.comparisons}


def test_a_final_cohort_is_compared_as_fairlearn_does_and_judged(tmp_path: Path) -> None:
    bench = Bench.of(tmp_path)
    bench.live("male", 1500, drawn(1, 0.9))
    bench.live("female", 1500, drawn(2, 0.6))
    [found] = bench.look()
    assert (found.kind, found.status, found.violated) == (PerformanceKind.REALIZED, State.OK, True)
    told = by_metric(found)
    sexes, said, was = (np.array(column) for column in zip(*bench.rows, strict=True))
    for name in ("equal_opportunity_difference", "equalized_odds_difference", "equalized_odds_ratio"):
        theirs = getattr(fairlearn.metrics, name)(was == "yes", said == "yes", sensitive_features=sexes)
        assert told[name][0] == pytest.approx(theirs)
    assert told["equal_opportunity_difference"][1] is True
    assert told["equalized_odds_ratio"][1] is None
    assert told["calibration_gap"][1] is False
    assert "demographic_parity_difference" not in told
    assert "equal opportunity difference" in found.why


def test_a_group_whose_outcomes_lie_over_its_scores_opens_a_calibration_gap(tmp_path: Path) -> None:
    bench = Bench.of(tmp_path)
    bench.live("male", 1500, drawn(1, 0.8, good=0.6))
    bench.live("female", 1500, drawn(2, 0.8, good=0.8))
    [found] = bench.look()
    value, violated = by_metric(found)["calibration_gap"]
    assert value == pytest.approx(0.2, abs=0.04)
    assert violated is True


def test_without_knowing_whose_probability_a_score_is_there_is_no_calibration_gap(tmp_path: Path) -> None:
    bench = Bench.of(tmp_path, f"  fairness: {{attributes: [sex], favourable: 'yes', {LIMITS}}}")
    bench.live("male", 300, drawn(1, 0.8))
    bench.live("female", 300, drawn(2, 0.8))
    [found] = bench.look()
    assert "calibration_gap" not in by_metric(found)


def test_a_cohort_that_is_not_over_is_shown_and_not_judged(tmp_path: Path) -> None:
    bench = Bench.of(tmp_path)
    bench.live("male", 500, drawn(1, 0.9))
    bench.live("female", 500, drawn(2, 0.3))
    [found] = bench.look(day=0.5)
    assert (found.kind, found.violated) == (PerformanceKind.PROVISIONAL, False)
    assert {violated for _, violated in by_metric(found).values()} == {None}
    assert "provisional, so not judged yet" in found.why


def test_a_correction_restates_what_was_found(tmp_path: Path) -> None:
    bench = Bench.of(tmp_path)
    bench.live("male", 400, drawn(1, 0.9))
    bench.live("female", 400, drawn(2, 0.9))
    [before] = bench.look()
    assert bench.look(1.1)[0].comparisons == before.comparisons
    swapped = [Proved(f"female-0-{at}", "no", START + DAY) for at in range(100)]
    bench.outcomes.prove(swapped, START + 2 * DAY)
    [after] = bench.look(2)
    assert after.comparisons != before.comparisons


def test_too_few_outcomes_of_the_class_are_no_figure(tmp_path: Path) -> None:
    bench = Bench.of(tmp_path)
    bench.live("male", 120, drawn(1, 0.9))
    bench.live("female", 120, drawn(2, 0.9))
    [found] = bench.look()
    assert "equal_opportunity_difference" not in by_metric(found)
    assert "calibration_gap" in by_metric(found)


def test_a_threshold_of_the_score_is_judged_by_the_favourable_outcome(tmp_path: Path) -> None:
    spec = "{attributes: [sex], favourable: {above: 0.5, field: score}, favourableOutcome: 'yes'}"
    bench = Bench.of(tmp_path, f"  fairness: {spec}")
    bench.live("male", 300, lambda at: ("no", 0.9 if at % 3 else 0.1, "yes"))
    bench.live("female", 300, lambda at: ("no", 0.9 if at % 2 else 0.1, "yes"))
    [found] = bench.look()
    assert by_metric(found)["equal_opportunity_difference"][0] == pytest.approx(2 / 3 - 1 / 2)
