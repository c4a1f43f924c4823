"""The demo's model server: a plain FastAPI application. It does not know that Driftline exists.

FLIGHTS_MODEL=flights.joblib opentelemetry-instrument python serve.py 8000
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import joblib
import pandas as pd
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

models: dict[str, Any] = {}


@asynccontextmanager
async def load(_: FastAPI) -> AsyncIterator[None]:
    models["flights"] = joblib.load(os.environ["FLIGHTS_MODEL"])
    yield


app = FastAPI(title="Will my flight leave late?", lifespan=load)


class Flight(BaseModel):
    airline: str
    distance: float
    air_time: float | None
    taxi_out: float | None
    day: str


class Answer(BaseModel):
    late: bool
    probability: float


@app.post("/predict")
def predict(flights: list[Flight]) -> list[Answer]:
    """Which of these flights leave more than 15 minutes late?"""
    rows = pd.DataFrame([flight.model_dump() for flight in flights])
    rows = rows.astype({"distance": float, "air_time": float, "taxi_out": float})
    late = models["flights"].predict(rows)
    probability = models["flights"].predict_proba(rows)[:, 1]
    return [Answer(late=bool(one), probability=float(p)) for one, p in zip(late, probability, strict=True)]


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
