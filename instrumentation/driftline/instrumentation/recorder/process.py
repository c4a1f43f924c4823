"""What happens to recorders when the process forks or ends."""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

EXIT_SECONDS: Final = 5.0
CONNECT_SECONDS: Final = 10.0
"""Loading the modules that send is no fault of the network: a busy machine without bytecode takes seconds for it."""


class Living(Protocol):
    """What a recorder does at these moments."""

    def renew(self) -> None:
        """The process was forked: begin anew in the child. No thread may be started, no lock of the parent taken."""

    def end(self) -> None:
        """Begin the last flush; return at once."""

    def connect(self, timeout: float) -> None:
        """Wait, for `timeout` seconds, until the last flush can be sent at all."""

    def close(self, timeout: float) -> None:
        """Finish the last flush within `timeout` seconds."""


_living: set[Living] = set()  # strong: a recorder that its host let go of still has counts to send
_lock = threading.Lock()
_hooked: list[bool] = []
_loading = threading.RLock()


@contextmanager
def loading() -> Iterator[None]:
    """Within the block a thread imports modules, and a fork waits: a child would inherit the lock of a half-imported
    module from a thread that it does not have, and its own import of that module would never return.
    """
    with _loading:
        yield


def watch(recorder: Living) -> None:
    """Renew the recorder in forked children and close it when the process ends."""
    with _lock:
        _living.add(recorder)
        if _hooked:
            return
        _hooked.append(True)
    atexit.register(close_all)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_loading.acquire, after_in_parent=_loading.release, after_in_child=_renew_all)


def unwatch(recorder: Living) -> None:
    """The recorder was closed."""
    with _lock:
        _living.discard(recorder)


def watch_worker() -> None:
    """Close recorders also at the end of a worker of `multiprocessing`, which skips `atexit`."""
    workers = sys.modules.get("multiprocessing.util")
    if workers is not None and sys.modules["multiprocessing.process"].parent_process() is not None:
        workers.Finalize(None, close_all, exitpriority=10)


def close_all() -> None:
    """Close every recorder, all of them together within five seconds from when they can send."""
    recorders = list(_living)
    for recorder in recorders:
        recorder.end()
    connected = time.monotonic() + CONNECT_SECONDS
    for recorder in recorders:
        recorder.connect(connected - time.monotonic())
    deadline = time.monotonic() + EXIT_SECONDS
    for recorder in recorders:
        recorder.close(deadline - time.monotonic())


def _renew_all() -> None:
    global _lock  # noqa: PLW0603 - the parent's lock may be held by a thread that does not exist here
    _lock = threading.Lock()
    _loading.release()
    for recorder in list(_living):
        recorder.renew()
