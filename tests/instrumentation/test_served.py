"""`opentelemetry-instrument` before an untouched program: real processes, real requests, a real OTLP receiver."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import sysconfig
import textwrap
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from driftline.semconv import metrics
from tests.instrumentation.receiver import Received, receiving

pytestmark = pytest.mark.end_to_end

SCRIPTS = Path(sysconfig.get_path("scripts"))

MODEL = """
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

random = np.random.default_rng(1)
X = pd.DataFrame({"age": random.normal(40, 9, 200), "plan": random.integers(0, 3, 200)})
model = LogisticRegression().fit(X, X["age"] > 40)
"""

SERVE = (
    MODEL
    + """
import sys
import uvicorn
from fastapi import FastAPI

model.predict(X)  # a warm-up
app = FastAPI()

@app.post("/predict")
def predict(rows: list[dict[str, float]]) -> list[float]:
    frame = pd.DataFrame(rows)
    model.predict(frame)
    return model.predict_proba(frame)[:, 1].tolist()

@app.post("/broken")
async def broken(rows: list[dict[str, float]]) -> list[float]:
    return model.predict(pd.DataFrame(rows).assign(extra=1)).tolist()

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning")
"""
)

ROWS = [{"age": 31.0, "plan": 1.0}, {"age": 52.0, "plan": 2.0}]


@pytest.fixture
def received() -> Iterator[Received]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def environment(received: Received, **more: str) -> dict[str, str]:
    known = {"DRIFTLINE_OTLP_ENDPOINT": received.url, "OTEL_SERVICE_NAME": "credit"}
    exporters = dict.fromkeys(("OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER", "OTEL_LOGS_EXPORTER"), "none")
    return os.environ | known | exporters | more


@contextmanager
def running(command: Sequence[str], folder: Path, environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """An instrumented program, ended in order with the block so that it sends its last counts."""
    instrument = str(SCRIPTS / "opentelemetry-instrument")
    process = subprocess.Popen([instrument, *command], cwd=folder, env=environ, start_new_session=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        finally:
            _end_group(process.pid)


def _end_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def until(condition: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/openapi.json").status_code == 200
    except httpx.TransportError:
        return False


def test_a_served_model_reports_each_request_once_and_no_warm_up(tmp_path: Path, received: Received, port: int) -> None:
    (tmp_path / "serve.py").write_text(SERVE)
    with (
        running([sys.executable, "serve.py", str(port)], tmp_path, environment(received)),
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client,
    ):
        until(lambda: answers(client))
        for _ in range(10):
            assert len(client.post("/predict", json=ROWS).raise_for_status().json()) == 2
        assert client.post("/broken", json=ROWS).status_code == 500
        until(lambda: received.total(metrics.ML_PREDICTIONS) >= 22)
    assert received.total(metrics.ML_PREDICTIONS, error__type="ValueError") == 2
    assert received.total(metrics.ML_PREDICTIONS) == 22
    assert received.values("ml.model.name") == {"credit"}
    # the calls that failed were asked about the same fields as the others
    fields = {"ml__field__role": "feature", "ml__field__name": "age"}
    assert received.total(metrics.ML_FIELD_DISTRIBUTION, **fields) >= 20
    assert received.total(metrics.ML_FIELD_DISTRIBUTION, ml__field__role="score") == 20
    assert received.total(metrics.ML_FIELD_CATEGORIES, ml__field__role="prediction") == 20


def test_every_worker_of_a_server_counts_for_itself(tmp_path: Path, received: Received, port: int) -> None:
    (tmp_path / "serve.py").write_text(SERVE)
    uvicorn = [str(SCRIPTS / "uvicorn"), "serve:app", "--workers", "2", "--port", str(port), "--log-level", "warning"]
    address = f"http://127.0.0.1:{port}"
    sent = 0

    def ask(_: int) -> None:
        httpx.post(f"{address}/predict", json=ROWS, timeout=30).raise_for_status()

    with running(uvicorn, tmp_path, environment(received)), httpx.Client(base_url=address) as client:
        until(lambda: answers(client))
        with ThreadPoolExecutor(8) as pool:
            while len(received.values("service.instance.id")) < 2 and sent < 2000:
                sent += len(list(pool.map(ask, range(40))))
    assert len(received.values("service.instance.id")) == 2
    assert received.total(metrics.ML_PREDICTIONS) == 2 * sent


@pytest.mark.parametrize("imports", ["", "import fastapi\n"], ids=["alone", "with a server framework it does not use"])
def test_a_script_counts_all_its_calls_though_it_ends_at_once(tmp_path: Path, received: Received, imports: str) -> None:
    (tmp_path / "score.py").write_text(imports + MODEL + "for _ in range(3): model.predict(X.head(7))\n")
    with running([sys.executable, "score.py"], tmp_path, environment(received)) as process:
        assert process.wait(60) == 0
    assert received.total(metrics.ML_PREDICTIONS) == 21


def test_always_counts_the_warm_up_too(tmp_path: Path, received: Received, port: int) -> None:
    (tmp_path / "serve.py").write_text(SERVE)
    environ = environment(received, DRIFTLINE_RECORD="always")
    with running([sys.executable, "serve.py", str(port)], tmp_path, environ):
        until(lambda: received.total(metrics.ML_PREDICTIONS) == 200)


def test_a_disabled_room_records_nothing(tmp_path: Path, received: Received) -> None:
    (tmp_path / "score.py").write_text(MODEL + "model.predict(X)\n")
    environ = environment(received, OTEL_PYTHON_DISABLED_INSTRUMENTATIONS="driftline_sklearn")
    with running([sys.executable, "score.py"], tmp_path, environ) as process:
        assert process.wait(60) == 0
    assert received.points == {}


def test_a_process_pays_only_for_the_frameworks_it_imports(tmp_path: Path, received: Received) -> None:
    program = "import sys; sys.exit(any(name in sys.modules for name in ('sklearn', 'fastapi', 'starlette')))\n"
    (tmp_path / "light.py").write_text(textwrap.dedent(program))
    with running([sys.executable, "light.py"], tmp_path, environment(received)) as process:
        assert process.wait(60) == 0
