"""A request is one scope: what its models answer, wherever they ran, is recorded once it is answered."""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi import BackgroundTasks, FastAPI, HTTPException, WebSocket
from fastapi.responses import StreamingResponse
from sklearn.linear_model import LogisticRegression
from starlette.applications import Starlette
from starlette.routing import Mount

from driftline.instrumentation.calls import Output, Prediction
from driftline.instrumentation.fastapi import FastAPIInstrumentor

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # a new Starlette prefers a new httpx, which an old one does not know
    from starlette.testclient import TestClient

pytestmark = pytest.mark.usefixtures("_observed")

X = np.random.default_rng(3).normal(size=(40, 2))
MODEL = LogisticRegression().fit(X, (X[:, 0] > 0).astype(int))
POOL = ThreadPoolExecutor(1)


def both(rows: list[list[float]]) -> int:
    MODEL.predict_proba(rows)
    return int(MODEL.predict(rows)[0])


def application(**kwargs: Any) -> FastAPI:  # noqa: C901 - one endpoint of each kind
    app = FastAPI(**kwargs)

    @app.post("/sync")
    def sync(rows: list[list[float]]) -> int:
        return both(rows)

    @app.post("/async")
    async def asynchronous(rows: list[list[float]]) -> int:
        return both(rows)

    @app.post("/thread")
    async def thread(rows: list[list[float]]) -> int:
        return await asyncio.to_thread(both, rows)

    @app.post("/pool")
    async def pool(rows: list[list[float]]) -> int:
        return await asyncio.get_running_loop().run_in_executor(POOL, both, rows)

    @app.post("/later")
    def later(rows: list[list[float]], tasks: BackgroundTasks) -> str:
        tasks.add_task(both, rows)
        return "soon"

    @app.post("/stream")
    def stream(rows: list[list[float]]) -> StreamingResponse:
        return StreamingResponse(f"{both([row])}\n" for row in rows)

    @app.post("/raises")
    def raises(rows: list[list[float]]) -> int:
        both(rows)
        raise LookupError("no such customer")

    @app.post("/unavailable")
    def unavailable(rows: list[list[float]]) -> int:
        both(rows)
        raise HTTPException(503)

    @app.post("/refused")
    def refused(rows: list[list[float]]) -> int:
        both(rows)
        raise HTTPException(422)

    @app.websocket("/socket")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        async for rows in websocket.iter_json():
            await websocket.send_json(both(rows))

    return app


@pytest.fixture
def client() -> Any:
    return TestClient(application(), raise_server_exceptions=False)


@pytest.mark.parametrize("path", ["/sync", "/async", "/thread", "/pool", "/later"])
def test_an_endpoint_of_any_kind_makes_one_prediction_a_request(client: Any, predictions: Any, path: Any) -> None:
    for row in ([0.1, 0.2], [0.3, 0.4], [0.3, 0.4]):
        assert client.post(path, json=[row]).status_code == 200
    assert [len(one.outputs) for one in predictions] == [2, 2, 2]
    assert [one.error_type for one in predictions] == [None] * 3
    np.testing.assert_array_equal(predictions[1].rows.features, [[0.3, 0.4]])


def test_concurrent_requests_with_equal_rows_stay_apart(predictions: Any) -> None:
    async def ask_many() -> None:
        transport = httpx.ASGITransport(application())
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            await asyncio.gather(*(client.post("/thread", json=[[1.0, 2.0]]) for _ in range(20)))

    asyncio.run(ask_many())
    assert [len(one.outputs) for one in predictions] == [2] * 20


def test_a_stream_counts_each_row_it_asks_about(client: Any, predictions: Any) -> None:
    client.post("/stream", json=[[0.1, 0.2], [0.3, 0.4]])
    assert [one.rows.count for one in predictions] == [1, 1]


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [("/raises", 500, "LookupError"), ("/unavailable", 503, "503"), ("/refused", 422, None)],
)
def test_an_answer_that_never_left_is_an_error(
    client: Any, predictions: Any, path: Any, status: Any, error: Any
) -> None:
    assert client.post(path, json=[[0.1, 0.2]]).status_code == status
    assert [one.error_type for one in predictions] == [error]


def test_an_exception_of_the_host_passes_unchanged() -> None:
    with pytest.raises(LookupError, match="no such customer"):
        TestClient(application()).post("/raises", json=[[0.1, 0.2]])


def test_a_large_batch_is_recorded_off_the_event_loop(predictions: Any, intake: Any) -> None:
    threads: list[threading.Thread] = []

    def deliver(ready: Sequence[Prediction]) -> None:
        threads.append(threading.current_thread())
        predictions.extend(ready)

    intake.deliver = deliver

    async def ask() -> threading.Thread:
        transport = httpx.ASGITransport(application())
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            await client.post("/async", json=[[0.1, 0.2]] * 1000)
        return threading.current_thread()

    loop_thread = asyncio.run(ask())
    assert threads
    assert loop_thread not in threads
    assert predictions[0].rows.count == 1000


def test_warm_up_and_calls_between_requests_are_no_predictions(predictions: Any) -> None:
    @asynccontextmanager
    async def warm_up(_: FastAPI) -> Any:
        both([[0.0, 0.0]])
        yield

    both([[9.0, 9.0]])
    with TestClient(application(lifespan=warm_up)) as client:
        both([[8.0, 8.0]])
        client.post("/sync", json=[[0.1, 0.2]])
    assert [list(one.rows.features[0]) for one in predictions] == [[0.1, 0.2]]


def test_a_mounted_application_shares_the_request(predictions: Any) -> None:
    outer = Starlette(routes=[Mount("/inner", app=application())])
    assert TestClient(outer).post("/inner/sync", json=[[0.1, 0.2]]).status_code == 200
    assert [len(one.outputs) for one in predictions] == [2]


def test_a_websocket_is_recorded_while_it_is_open(client: Any, predictions: Any) -> None:
    with client.websocket_connect("/socket") as socket:
        for row in range(3):
            socket.send_json([[float(row), 0.0]])
            socket.receive_json()
        assert len(predictions) == 2
    assert [one.rows.features[0, 0] for one in predictions] == [0.0, 1.0, 2.0]
    assert all(one.output(Output.SCORE) is not None for one in predictions)


def test_uninstrumenting_gives_starlette_and_the_executor_back() -> None:
    observed: Any = (Starlette.__call__, ThreadPoolExecutor.submit)
    FastAPIInstrumentor().uninstrument()
    assert (Starlette.__call__, ThreadPoolExecutor.submit) == tuple(one.__wrapped__ for one in observed)
    FastAPIInstrumentor().instrument()
