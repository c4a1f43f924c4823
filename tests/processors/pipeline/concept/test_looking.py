"""Concept drift found in the outcomes of final cohorts, whatever order they came in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from driftline.processors.documents import DocumentError
from driftline.processors.findings import ConceptDrift, Identity, Performance, Signal, State, Window
from driftline.processors.health import Health
from driftline.processors.measurements import concept_measurements
from driftline.processors.monitor import Monitor
from driftline.processors.outcomes import Joined, Outcomes, Predicted, Proved
from driftline.processors.pipeline.concept import ConceptLook
from tests.processors.pipeline.world import monitors

DAY = 86_400 * 10**9
START = 20_000 * DAY
CREDIT = Identity("credit", "7")


@dataclass
class Bench:
    """A join and the look at its errors; a day is a cohort of 1,000 predictions."""

    outcomes: Outcomes
    concept: ConceptLook
    monitor_of: Callable[[Identity], Monitor]
    random: np.random.Generator

    @classmethod
    def of(cls, folder: Path, detectors: str, task: str = "binary") -> Bench:
        spec = f"  conceptDrift: {{detectors: [{detectors}]}}\n  performance: {{positive: 'yes', task: {task}}}"
        configured = monitors(folder, spec)

        def monitor_of(identity: Identity) -> Monitor:
            return configured.for_identity(identity.model, identity.version, identity.environment)

        outcomes = Outcomes(None, monitor_of, Health())
        return cls(outcomes, ConceptLook(outcomes.joined, monitor_of), monitor_of, np.random.default_rng(7))

    def live(self, day: int, wrong: float = 0.1, bias: float = 0.0, rows: int = 1000) -> None:
        """A day whose outcomes come shuffled; `bias` moves outcomes away from scores, and errors not."""
        made, proved = [], []
        for at in range(rows):
            key, time_ns = f"{day}-{at}", START + day * DAY + at * 10**9
            score = float(self.random.uniform(0.1, 0.8))
            was = bool(self.random.random() < score + bias)
            said = was != bool(self.random.random() < wrong)
            made.append(Predicted(CREDIT, key, time_ns, "yes" if said else "no", score))
            proved.append(Proved(key, "yes" if was else "no", time_ns + 10))
        self.random.shuffle(proved)
        self.outcomes.predict(made, START + (day + 1) * DAY)
        self.outcomes.prove(proved, START + (day + 1) * DAY)

    def performances(self, day: int) -> list[Performance]:
        return self.outcomes.measure(START + (day + 1) * DAY)

    def look(self, day: int) -> list[ConceptDrift]:
        """At the end of a day, when it is final."""
        return self.concept.look(self.performances(day), START + (day + 1) * DAY)


def signals(found: ConceptDrift) -> dict[str, Signal]:
    return {each.detector: each for each in found.signals}


def test_errors_that_become_more_are_found_and_dated(tmp_path: Path) -> None:
    bench = Bench.of(tmp_path, "cusum, hddm_a")
    for day in range(4):
        bench.live(day)
        [found] = bench.look(day)
        assert found.status is State.OK
    bench.live(4, wrong=0.3)
    [found] = bench.look(4)
    assert (found.status, found.identity) == (State.DRIFT, CREDIT)
    told = signals(found)
    assert {name for name, each in told.items() if each.detected} >= {"cusum", "hddm_a"}
    cusum = told["cusum"]
    assert cusum.score is not None
    assert cusum.limit is not None
    assert cusum.score > cusum.limit
    assert cusum.at_ns is not None
    assert 0 < cusum.at_ns - (START + 4 * DAY) < 150 * 10**9
    assert "of 1,000 predictions were wrong; concept drift by cusum at predictions of 2024-10-08 00:" in found.why


def test_what_learns_says_nothing_until_it_has_learned(tmp_path: Path) -> None:
    bench = Bench.of(tmp_path, "e_process")
    bench.live(0, rows=600)
    [first] = bench.look(0)
    assert (first.status, first.signals) == (State.WARMING_UP, ())
    bench.live(1, rows=600)
    assert bench.look(1)[0].status is State.WARMING_UP
    bench.live(2, rows=600)
    assert bench.look(2)[0].status is State.OK


def test_outcomes_that_change_at_the_same_scores_are_found_though_errors_stay(tmp_path: Path) -> None:
    bench = Bench.of(tmp_path, "calibration, cusum")
    for day, bias in enumerate((0.0, 0.0, 0.0, 0.15)):
        bench.live(day, bias=bias)
        [found] = bench.look(day)
    told = signals(found)
    assert (told["calibration"].detected, told["cusum"].detected) == (True, False)
    assert found.why.endswith("concept drift by calibration.")


def test_a_restart_goes_on_where_it_was_though_the_join_has_forgotten(tmp_path: Path) -> None:
    bench, detectors = Bench.of(tmp_path, "cusum, e_process, eddm, hddm_w, calibration"), set()
    for day, wrong in enumerate((0.1, 0.1, 0.1, 0.2)):
        bench.live(day, wrong=wrong)
        [found] = bench.look(day)
        again = ConceptLook(lambda *_: Joined(), bench.monitor_of)
        again.restore(json.loads(json.dumps(bench.concept.snapshot(), allow_nan=False)))
        assert again.look(bench.performances(day), found.time_ns) == [found]
        resumed = ConceptLook(bench.outcomes.joined, bench.monitor_of)
        resumed.restore(json.loads(json.dumps(bench.concept.snapshot())))
        bench.concept = resumed
        detectors |= {signal.detector for signal in found.signals}
    straight = ConceptLook(bench.outcomes.joined, bench.monitor_of)
    assert straight.look(bench.performances(3), found.time_ns) == [found]
    assert detectors == {"cusum", "e_process", "eddm", "hddm_w", "calibration"}


@pytest.mark.parametrize("saved", [{}, {"followed": [{}]}, {"followed": [{"model": "credit"}]}])
def test_a_snapshot_that_is_none_is_refused(tmp_path: Path, saved: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Bench.of(tmp_path, "cusum").concept.restore(saved)


def test_a_look_without_a_new_final_cohort_repeats_the_last(tmp_path: Path) -> None:
    bench = Bench.of(tmp_path, "hddm_a")
    bench.live(0)
    [found] = bench.look(0)
    assert bench.concept.look(bench.performances(0), found.time_ns) == [found]


def test_nothing_follows_a_regression_or_a_monitor_without_detectors(tmp_path: Path) -> None:
    for detectors, task in (("", "binary"), ("cusum", "regression")):
        bench = Bench.of(tmp_path, detectors, task)
        bench.live(0)
        assert bench.look(0) == []


def test_signals_are_worded_with_the_contracts_names() -> None:
    signals = Signal("cusum", True, 9.0, 4.0), Signal("ddm", False)
    found = ConceptDrift(CREDIT, Window(0, 1, 1), 0, State.DRIFT, signals)
    said = {
        (each.name, dict(each.attributes)["ml.concept_drift.detector"]): each.value
        for each in concept_measurements([found])
    }
    assert said == {
        ("ml.concept_drift.detected", "cusum"): 1,
        ("ml.concept_drift.score", "cusum"): 9,
        ("ml.concept_drift.limit", "cusum"): 4,
        ("ml.concept_drift.detected", "ddm"): 0,
    }


def test_a_detector_named_twice_or_unknown_is_refused(tmp_path: Path) -> None:
    for detectors, reason in (("ddm, ddm", "named twice"), ("adwin", "cusum")):
        with pytest.raises(DocumentError, match=reason):
            monitors(tmp_path, f"  conceptDrift: {{detectors: [{detectors}]}}")
