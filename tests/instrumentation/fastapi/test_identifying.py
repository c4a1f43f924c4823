"""The caller of a served model gets the id of its prediction, or chooses it."""

from __future__ import annotations

import asyncio
import warnings
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from sklearn.linear_model import LogisticRegression

from driftline.instrumentation.fastapi import FastAPIInstrumentor
from driftline.instrumentation.fastapi.identifying import Identifying
from driftline.instrumentation.sklearn import SklearnInstrumentor

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # a new Starlette prefers a new httpx, which an old one does not know
    from starlette.testclient import TestClient

X = np.random.default_rng(3).normal(size=(40, 2))
MODEL = LogisticRegression().fit(X, (X[:, 0] > 0).astype(int))


@pytest.fixture
def client(intake: Any) -> Any:
    app = FastAPI()

    @app.post("/predict")
    def predict(order: dict[str, Any]) -> int:
        MODEL.predict_proba(order["rows"])
        return int(MODEL.predict(order["rows"])[0])

    @app.post("/each")
    def each(order: dict[str, Any]) -> list[int]:
        return [int(MODEL.predict([row])[0]) for row in order["rows"]]

    @app.post("/stream")
    def stream(order: dict[str, Any]) -> StreamingResponse:
        return StreamingResponse(f"{MODEL.predict([row])[0]}\n" for row in order["rows"])

    @app.post("/broken")
    def broken(order: dict[str, Any]) -> int:
        MODEL.predict(order["rows"])
        raise LookupError

    @app.get("/health")
    def health() -> str:
        return "ok"

    SklearnInstrumentor().instrument(intake=intake)
    FastAPIInstrumentor().instrument(intake=intake, id_field="order_id")
    yield TestClient(app, raise_server_exceptions=False)
    FastAPIInstrumentor().uninstrument()
    SklearnInstrumentor().uninstrument()


ORDER = {"rows": [[0.1, 0.2]]}


def test_an_answer_of_a_model_says_a_new_id(client: Any, predictions: Any) -> None:
    said = [client.post("/predict", json=ORDER).headers["X-Prediction-Id"] for _ in range(3)]
    assert len(set(said)) == 3
    assert [one.prediction_id for one in predictions] == said


def test_an_answer_without_a_model_says_none(client: Any) -> None:
    assert "X-Prediction-Id" not in client.get("/health").headers


def test_the_callers_own_id_is_taken_and_said_again(client: Any, predictions: Any) -> None:
    answer = client.post("/predict", json=ORDER, headers={"x-prediction-id": "order 17"})
    assert answer.headers.get_list("X-Prediction-Id") == ["order 17"]
    assert predictions[0].prediction_id == "order 17"


@pytest.mark.parametrize("order_id", ["17", 17])
def test_a_field_of_the_request_may_hold_the_id(client: Any, predictions: Any, order_id: Any) -> None:
    answer = client.post("/predict", json=ORDER | {"order_id": order_id})
    assert (answer.headers["X-Prediction-Id"], predictions[0].prediction_id) == ("17", "17")


@pytest.mark.parametrize("order_id", [None, "", "x" * 257, "ä", "two\nlines", {"a": 1}, True])
def test_an_id_that_no_header_can_hold_is_not_taken(client: Any, predictions: Any, order_id: Any) -> None:
    answer = client.post("/predict", json=ORDER | {"order_id": order_id})
    assert answer.status_code == 200
    assert len(answer.headers["X-Prediction-Id"]) == 32
    assert predictions[0].prediction_id == answer.headers["X-Prediction-Id"]


def test_a_body_in_pieces_reaches_the_application_whole_and_its_id_is_found(client: Any, predictions: Any) -> None:
    async def ask() -> httpx.Response:
        async def pieces() -> Any:
            for piece in (b'{"order_id": "1', b'7", "rows": [[0.1, ', b"0.2]]}"):
                yield piece

        transport = httpx.ASGITransport(client.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as asking:
            return await asking.post("/predict", content=pieces(), headers={"content-type": "application/json"})

    assert asyncio.run(ask()).headers["X-Prediction-Id"] == "17"
    assert predictions[0].prediction_id == "17"


def test_the_rows_of_one_model_in_one_request_are_numbered_on(client: Any, predictions: Any) -> None:
    client.post("/each", json={"rows": [[0.1, 0.2], [0.3, 0.4], [0.1, 0.2]]}, headers={"X-Prediction-Id": "a"})
    assert [(one.prediction_id, one.first_row) for one in predictions] == [("a", 0), ("a", 1), ("a", 2)]


def test_a_stream_has_ids_only_when_its_caller_chose_one(client: Any, predictions: Any) -> None:
    answer = client.post("/stream", json={"rows": [[0.1, 0.2]]})
    assert "X-Prediction-Id" not in answer.headers
    assert predictions[0].prediction_id is None
    client.post("/stream", json={"rows": [[0.1, 0.2]]}, headers={"X-Prediction-Id": "b"})
    assert predictions[1].prediction_id == "b"


def test_an_empty_name_turns_the_header_off() -> None:
    assert Identifying.chosen(None, None, {}) == Identifying("X-Prediction-Id", "")
    assert Identifying.chosen("", None, {"DRIFTLINE_PREDICTION_ID_FIELD": "id"}) == Identifying("", "id")
