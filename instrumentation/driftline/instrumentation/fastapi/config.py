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
    """

    executors: bool = True
