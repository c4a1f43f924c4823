"""Captured rows of a regression whose profile has rows with outcomes: its errors, before any outcome comes."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from driftline.processors.findings import Performance
from driftline.processors.measurements import performance_measurements
from driftline.processors.monitor import Monitor, MonitorSet, Spec
from driftline.processors.observations import SampledRows
from driftline.processors.pipeline.rows import RowLooks
from driftline.processors.pipeline.rows.looking import Hushed
from driftline.processors.profile import Profile
from driftline.processors.profile.rows_file import profile_rows, rows_path, save_rows
from driftline.processors.tables import open_table
from driftline.semconv import PerformanceKind, metrics
from tests.processors.statistics.performance.holding import holds

MINUTE = 60 * 10**9
BAD_PLAN = "c"


def _columns(random: np.random.Generator, rows: int, share_of_bad: float) -> dict[str, np.ndarray]:
    """A model that is three times as wrong on one plan, and on high ages."""
    plan = np.where(random.random(rows) < share_of_bad, BAD_PLAN, random.choice(["a", "b"], rows))
    age, prediction = random.uniform(0, 20, rows), random.uniform(50, 100, rows)
    scatter = (1 + 0.1 * age) * np.where(plan == BAD_PLAN, 3, 1)
    outcome = prediction + scatter * random.standard_normal(rows)
    return {"age": age, "plan": plan.astype(object), "prediction": prediction, "outcome": outcome}


def _sent(columns: dict[str, np.ndarray], *, weight: float = 1.0, predicted: bool = True) -> SampledRows:
    rows = len(columns["age"])
    cells = {name: columns[name].tolist() for name in ("age", "plan")}
    said = columns["prediction"].tolist() if predicted else []
    return SampledRows({"ml.model.name": "cars"}, 0, cells, list(range(rows)), weight, True, said)


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cars") / "cars.profile.json"
    columns = _columns(np.random.default_rng(1), 4000, 0.1)
    made = Profile.from_table(columns, model="cars")
    made.save(path)
    save_rows(profile_rows(open_table(columns), made, 3000, seed=0), rows_path(path))
    return path


def _looks(
    profile: Path, hushed: Hushed = lambda *_: None, drifting: tuple[str, ...] = (), **performance: object
) -> RowLooks:
    asked = {"every": "1m", "minimumRows": 50, "sample": 1000}
    spec = {"reference": {"profile": str(profile)}, "rows": asked, "performance": performance}
    return RowLooks(
        MonitorSet([Monitor("cars", "cars", Spec.model_validate(spec))]), hushed, drifting=lambda _: drifting
    )


def _estimated(looks: RowLooks, sent: SampledRows) -> list[Performance]:
    looks.fold([sent], 0)
    looks.look(MINUTE)
    return looks.estimates()


def test_a_window_of_rows_says_how_wrong_its_predictions_will_turn_out_to_be(profile: Path) -> None:
    now = _columns(np.random.default_rng(2), 800, 0.6)
    (found,) = _estimated(_looks(profile, drifting=("plan",)), _sent(now))
    real = float(np.abs(now["prediction"] - now["outcome"]).mean())
    mae = next(figure for figure in found.figures if figure.metric == "mae")
    assert holds(mae, real)
    assert (found.kind, found.task, found.window.observations) == (PerformanceKind.ESTIMATED, "regression", 800)
    assert "in doubt while plan drift" in found.why
    told = {
        (each.name, dict(each.attributes).get("ml.performance.metric")) for each in performance_measurements([found])
    }
    assert {(metrics.ML_PERFORMANCE_SCORE, "mae"), (metrics.ML_PERFORMANCE_UPPER, "rmse")} <= told


def test_rows_that_stand_for_many_say_less_than_if_they_were_all(profile: Path) -> None:
    now = _columns(np.random.default_rng(3), 300, 0.1)
    (whole,), (sample,) = (_estimated(_looks(profile), _sent(now, weight=weight)) for weight in (1.0, 50.0))
    assert sample.window.observations == 15_000
    assert _width(sample) > _width(whole)


def test_without_predictions_on_the_spans_nothing_is_estimated_and_rows_are_judged(profile: Path) -> None:
    looks = _looks(profile)
    assert not _estimated(looks, _sent(_columns(np.random.default_rng(4), 300, 0.1), predicted=False))
    assert looks.findings()[0].status.value == "ok"


def test_what_was_predicted_is_never_judged_as_a_feature(profile: Path) -> None:
    now = _columns(np.random.default_rng(5), 300, 0.1)
    looks = _looks(profile)
    _estimated(looks, _sent({**now, "prediction": now["prediction"] + 1000}))
    assert looks.findings()[0].status.value == "ok"


def test_a_mute_keeps_the_figures_and_takes_back_the_verdict(profile: Path) -> None:
    reason: list[str] = []
    looks = _looks(profile, lambda *_: reason[0] if reason else None, maximum={"mae": 0.5})
    (before,) = _estimated(looks, _sent(_columns(np.random.default_rng(6), 300, 0.1)))
    reason.append("a campaign")
    looks.look(2 * MINUTE)
    (after,) = looks.estimates()
    assert before.violated
    assert not after.violated
    assert [each.value for each in after.figures] == [each.value for each in before.figures]


def test_without_scikit_learn_rows_are_judged_and_the_extra_is_named_once(
    profile: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    looks = _looks(profile)
    for _ in range(2):
        assert not _estimated(looks, _sent(_columns(np.random.default_rng(7), 100, 0.1)))
    assert looks.findings()[0].status.value == "ok"
    assert [each.message for each in caplog.records if "driftline[rows]" in each.message] == caplog.messages


def _width(found: Performance) -> float:
    figure = found.figures[0]
    assert figure.lower is not None
    assert figure.upper is not None
    return figure.upper - figure.lower
