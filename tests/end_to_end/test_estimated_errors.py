"""A served regression whose rows move to where it errs: its estimated error says so, and no outcome ever came."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import httpx
import numpy as np
import pytest

from driftline.instrumentation import ModelRecorder
from driftline.processors.profile import Profile
from driftline.processors.profile.rows_file import profile_rows, rows_path, save_rows
from driftline.processors.tables import open_table
from tests.servers.driftline import running_processor
from tests.servers.processes import eventually

pytestmark = pytest.mark.end_to_end

MONITOR = """
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: cars}
spec:
  reference: {profile: cars.profile.json}
  window: {length: 4s, every: 2s}
  rows: {every: 2s, minimumRows: 60}
"""


def _cars(random: np.random.Generator, rows: int, oldest: float) -> dict[str, np.ndarray]:
    age, prediction = random.uniform(0, oldest, rows), random.uniform(10, 20, rows)
    return {"age": age, "prediction": prediction, "outcome": prediction + (1 + age) * random.standard_normal(rows)}


def _profiled(folder: Path) -> Path:
    path, columns = folder / "cars.profile.json", _cars(np.random.default_rng(1), 2000, 8)
    profile = Profile.from_table(columns, model="cars")
    profile.save(path)
    save_rows(profile_rows(open_table(columns), profile, 2000, seed=0), rows_path(path))
    return path


def _within(address: str, low: float, high: float) -> bool:
    """Whether the estimated mean absolute error of the last look is there."""
    wanted = ("ml_performance_score{", 'kind="estimated"', 'metric="mae"')
    lines = httpx.get(f"http://{address}/metrics").text.splitlines()
    found = [float(line.rsplit(" ", 1)[1]) for line in lines if all(part in line for part in wanted)]
    return any(low < value < high for value in found)


@pytest.mark.timeout(240)
def test_rows_that_move_to_where_a_regression_errs_raise_its_estimated_error(tmp_path: Path) -> None:
    profile = _profiled(tmp_path)
    (tmp_path / "cars.yaml").write_text(MONITOR, encoding="utf-8")
    random, per_deviation = np.random.default_rng(2), (2 / np.pi) ** 0.5
    with running_processor(tmp_path, "--monitor", str(tmp_path / "cars.yaml")) as processor:
        endpoint = f"http://{processor.addresses['otlp_http']}"
        recorder = ModelRecorder("cars", reference=str(profile), endpoint=endpoint, capture=["age"])

        def shows(oldest: float, low: float, high: float) -> bool:
            rows = _cars(random, 100, oldest)
            recorder.record({"age": rows["age"]}, prediction=rows["prediction"])
            return _within(processor.addresses["prometheus"], low * per_deviation, high * per_deviation)

        eventually(partial(shows, 1.0, 1.2, 1.8), timeout=90, what="an error near 1.5 deviations")
        eventually(partial(shows, 8.0, 4.0, 6.0), timeout=90, what="an error near 5 deviations")
        recorder.close()
