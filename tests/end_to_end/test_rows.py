"""A served model whose features turn against each other, while each by itself stays as it was: only rows show it."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import numpy as np
import pytest

from tests.end_to_end.conftest import StartProcess
from tests.servers.driftline import running_processor
from tests.servers.processes import eventually

pytestmark = pytest.mark.end_to_end

SCRIPTS = Path(sysconfig.get_path("scripts"))
SERVE = """
import sys
import numpy as np
import uvicorn
from fastapi import FastAPI
from sklearn.linear_model import LogisticRegression

random = np.random.default_rng(1)
X = random.normal(size=(500, 3))
model = LogisticRegression().fit(X, X.sum(axis=1) > 0)
app = FastAPI()

@app.post("/predict")
def predict(row: list[float]) -> float:
    return float(model.predict_proba(np.array([row]))[0, 1])

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
"""
MONITOR = """
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: credit}
spec:
  reference: {learn: {observations: 100}}
  window: {length: 4s, every: 2s}
  drift: {falseAlarms: 1 per 1h}
  rows: {every: 2s, reference: 100, minimumRows: 60, share: 0.5}
"""


def _rows(random: np.random.Generator, correlation: float) -> np.ndarray:
    """Three standard normal features, the first two with this correlation."""
    covariance = np.eye(3)
    covariance[0, 1] = covariance[1, 0] = correlation
    return random.multivariate_normal(np.zeros(3), covariance, 40)


def _lines(address: str, start: str) -> list[str]:
    """What a processor shows at present."""
    return [line for line in httpx.get(f"http://{address}/metrics").text.splitlines() if line.startswith(start)]


@pytest.mark.timeout(240)
def test_a_correlation_that_flips_is_found_in_rows_and_in_no_field(
    start: StartProcess, free_port: Callable[[], int], tmp_path: Path
) -> None:
    (tmp_path / "serve.py").write_text(SERVE, encoding="utf-8")
    (tmp_path / "credit.yaml").write_text(MONITOR, encoding="utf-8")
    with running_processor(tmp_path, "--monitor", str(tmp_path / "credit.yaml")) as processor:
        shown = processor.addresses["prometheus"]
        off = dict.fromkeys(("OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER", "OTEL_LOGS_EXPORTER"), "none")
        told = {"DRIFTLINE_MODEL_NAME": "credit", "DRIFTLINE_CAPTURE": "*"}
        told["DRIFTLINE_OTLP_ENDPOINT"] = f"http://{processor.addresses['otlp_http']}"
        port = free_port()
        serve = (SCRIPTS / "opentelemetry-instrument", sys.executable, tmp_path / "serve.py", str(port))
        start(*serve, env=os.environ | off | told)
        eventually(partial(_answers, port), timeout=60, what="the model server")
        random = np.random.default_rng(3)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:

            def detected(correlation: float, value: str) -> bool:
                for row in _rows(random, correlation):
                    client.post("/predict", json=row.tolist()).raise_for_status()
                return any(line.endswith(value) for line in _lines(shown, "ml_rows_detected{"))

            eventually(partial(detected, 0.9, " 0.0"), timeout=90, what="rows that are alike")
            eventually(partial(detected, -0.9, " 1.0"), timeout=90, what="rows that differ")
        drivers = _lines(shown, "ml_rows_driver{")
        assert {name for name in ("x0", "x1", "x2") for line in drivers if f'"{name}"' in line} == {"x0", "x1"}
        moved = [line for line in _lines(shown, "ml_drift_detected{") if '_role="feature"' in line]
        assert len(moved) == 3
        assert all(line.endswith(" 0.0") for line in moved)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/docs").is_success
    except httpx.ConnectError:
        return False
