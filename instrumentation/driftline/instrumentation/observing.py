"""The one intake of a process, and the rule that watching a model never breaks it."""

from __future__ import annotations

import atexit
import logging
import os
from collections.abc import Callable
from functools import cache
from typing import Final, ParamSpec, TypeVar

from driftline.instrumentation.calls import Prediction
from driftline.instrumentation.recording import Recording
from driftline.instrumentation.scopes import Intake

RECORD: Final = "DRIFTLINE_RECORD"
"""Environment variable; `always` counts calls outside requests also in a served process."""

_log = logging.getLogger(__name__)
_said: set[str] = set()
P = ParamSpec("P")
T = TypeVar("T")


@cache
def process_intake() -> Intake:
    """The intake that every instrumented framework of this process shares; made when first asked for."""
    recording = Recording()
    always = os.environ.get(RECORD, "").strip().lower() == "always"

    def prepare(call: Prediction) -> None:
        recording.prepare(call)  # it cannot be made at exit, and its own exit hook must come after ours
        atexit.register(quietly, made.release)

    made = Intake(recording.deliver, always=always, flush=recording.flush, prepare=prepare, name=recording.name)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=made.renew)
    return made


def quietly(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """Call `work`; if it raises, say so once and return None: the host's answer matters more than ours.

    >>> quietly(int, "7")
    7
    """
    try:
        return work(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - whatever went wrong in here, the host did not do it
        key = f"{work.__qualname__}:{type(error).__qualname__}"
        if key not in _said:
            _said.add(key)
            _log.warning("Driftline could not record a prediction; said once for %s", key, exc_info=error)
        return None
