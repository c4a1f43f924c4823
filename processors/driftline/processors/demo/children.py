"""Processes that end with the demo, whatever ends it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

GRACE_SECONDS: Final = 5.0


class ChildError(Exception):
    """A process of the demo ended, or did not start."""


class Child:
    """A process with its own group, ended with all that it started. Its stderr goes to a file, for when it fails.

    A terminal's Ctrl-C does not reach it, so that it can be ended in order.
    """

    def __init__(self, name: str, command: Sequence[str], *, log: Path, environ: Mapping[str, str]) -> None:
        self._name = name
        self._log = log
        with log.open("wb") as stderr:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own files
                command, env=dict(environ), stdout=subprocess.PIPE, stderr=stderr, start_new_session=True
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def stdout(self) -> IO[bytes]:
        """What it prints."""
        if self._process.stdout is None:
            raise ChildError(f"{self._name} has no output")
        return self._process.stdout

    def check(self) -> None:
        """Raise ChildError, with the end of its log, if it is no longer running."""
        code = self._process.poll()
        if code is not None:
            lines = self._log.read_text(errors="replace").splitlines()[-20:]
            raise ChildError("\n".join([f"{self._name} ended with code {code}:", *lines]))

    def stop(self) -> None:
        """End it and its group: asked first, forced after `GRACE_SECONDS`."""
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._signal(signal.SIGKILL)
            self._process.wait()
            self.stdout.close()

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return
