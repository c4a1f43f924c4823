"""FastAPI (and Starlette) without a line of user code: a request is where a prediction begins and ends."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import ModuleType

from driftline.instrumentation.fastapi import applications, executors
from driftline.instrumentation.fastapi.config import LIBRARIES, FastAPIConfiguration
from driftline.instrumentation.fastapi.identifying import Identifying
from driftline.instrumentation.instrumentor import FrameworkInstrumentor, ModuleChange
from driftline.instrumentation.observing import process_intake


class FastAPIInstrumentor(FrameworkInstrumentor):
    """Opens a scope around each request; what its models answer is recorded once the answer has left."""

    libraries = LIBRARIES
    configuration = FastAPIConfiguration

    def changes(self, options: FastAPIConfiguration) -> Mapping[str, ModuleChange]:
        def change(module: ModuleType) -> None:
            identifying = Identifying.chosen(options.id_header, options.id_field, os.environ)
            applications.change(options.intake or process_intake(), identifying, module)
            if options.executors:
                executors.change()

        return {"starlette.applications": change}

    def revert(self) -> None:
        applications.revert()
        executors.revert()


__all__ = ["FastAPIConfiguration", "FastAPIInstrumentor"]
