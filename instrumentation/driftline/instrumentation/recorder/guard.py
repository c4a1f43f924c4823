"""The guard at the recorder's boundary: the host never sees an error of ours."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

_log = logging.getLogger("driftline.instrumentation")

OnError = Callable[[Exception], None]


class ErrorLog:
    """Logs the first error of each type and place, and keeps quiet about the rest.

    >>> errors = ErrorLog()
    >>> errors(ValueError("seen")), errors.count
    (None, 1)
    """

    def __init__(self) -> None:
        self.count = 0
        self._seen: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def __call__(self, error: Exception) -> None:
        place = _place(error)
        with self._lock:
            self.count += 1
            if (type(error).__name__, place) in self._seen or len(self._seen) >= 64:
                return
            self._seen.add((type(error).__name__, place))
        _log.warning("Driftline could not record (said once): %s: %s", type(error).__name__, _text(error))


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"


def _text(error: Exception) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - the message of a hostile object's error is itself hostile
        return "(no message)"
