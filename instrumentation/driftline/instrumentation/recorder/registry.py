"""One recorder for each model a process serves: what the rooms of frameworks ask for."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import Final

from opentelemetry.sdk.resources import Resource

from driftline.instrumentation.recorder.identity import UNNAMED, Hints, choose_name
from driftline.instrumentation.recorder.model_recorder import ModelRecorder

_MAX_MODELS: Final = 100


class Recorders:
    """Makes recorders and remembers them by the model's name; at most 100 a process, all later models share one.

    Args:
        environ: environment variables; where `DRIFTLINE_MODEL_NAME` and its siblings are read.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._by_name: dict[str, ModelRecorder] = {}
        self._first: str | None = None
        self._lock = threading.Lock()

    def recorder_for(
        self, name_hint: str | None, version_hint: str | None = None, *, registered: str | None = None
    ) -> ModelRecorder:
        """The recorder of a model; see the function of the same name."""
        with self._lock:
            asked = registered or name_hint or UNNAMED
            if self._first is None:
                self._first = asked
            hints = Hints(name_hint, registered, version_hint, alone=self._first == asked)
            name = choose_name(None, self._environ, Resource.create().attributes, hints).value or UNNAMED
            if name not in self._by_name and len(self._by_name) >= _MAX_MODELS:
                name = UNNAMED
                hints = Hints(UNNAMED, alone=False)
            recorder = self._by_name.get(name)
            if recorder is None or recorder.closed:
                recorder = self._by_name[name] = ModelRecorder(hints=hints, environ=self._environ)
            return recorder


_RECORDERS: Final = Recorders(os.environ)


def recorder_for(
    name_hint: str | None, version_hint: str | None = None, *, registered: str | None = None
) -> ModelRecorder:
    """The recorder of a model that a framework serves: made at the first call, shared by the process afterwards.

    Args:
        name_hint: the name of last resort, usually the model's class.
        version_hint: the version the framework knows, where nothing else says one.
        registered: the name under which a registry knows the model (an MLflow URI); it goes before the service's name.

    `DRIFTLINE_MODEL_NAME`, `_MODEL_VERSION`, `_REFERENCE`, the resource and `service.name` (of the first model only:
    a process with several models names them otherwise) go before the hints, as the telemetry contract says.
    """
    return _RECORDERS.recorder_for(name_hint, version_hint, registered=registered)
