"""What the FastAPI room instruments, and what a user may set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from driftline.instrumentation.instrumentor import FrameworkConfiguration

LIBRARIES: Final = ("fastapi >= 0.100",)


@dataclass(frozen=True, slots=True)
class FastAPIConfiguration(FrameworkConfiguration):
    """Options of `FastAPIInstrumentor().instrument(...)`.

    `executors`: calls that an endpoint hands to a `ThreadPoolExecutor` (`loop.run_in_executor`) belong to its request.
    `id_header`: the header of request and answer that holds the id of a prediction; empty names none. None takes
    `DRIFTLINE_PREDICTION_ID_HEADER`, else `X-Prediction-Id`.
    `id_field`: the top-level field of a JSON request that holds the id; None takes
    `DRIFTLINE_PREDICTION_ID_FIELD`, else none is read.
    """

    executors: bool = True
    id_header: str | None = None
    id_field: str | None = None
