"""Child processes that are always ended, and what they wrote."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

T = TypeVar("T")


def free_port() -> int:
    """A loopback port nobody listens on at the moment of asking."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(look: Callable[[], T | None], *, timeout: float, what: str, every: float = 0.05) -> T:
    """The first thing `look` returns that is true.

    Raises:
        TimeoutError: nothing true within `timeout` seconds; the message holds `what` and the last look.
    """
    deadline = time.monotonic() + timeout
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {timeout:g} s: {what}; last seen: {seen!r}")
        time.sleep(every)


class Process:
    """A running command in a process group of its own; leaving the `with` block ends all of the group.

    Args:
        command: program and arguments.
        log: file that receives stdout and stderr.
        env: its whole environment; None is ours.
        cwd: its folder.
    """

    def __init__(
        self, command: Sequence[str | Path], *, log: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> None:
        self.log = log
        with log.open("wb") as sink:
            self._child = subprocess.Popen(
                [str(word) for word in command],
                stdout=sink,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=None if env is None else dict(env),
                cwd=cwd,
                start_new_session=True,  # so that its own children end with it
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._child.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code; None while it runs, minus the signal that ended it."""
        return self._child.poll()

    @property
    def output(self) -> str:
        """All it has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, look: Callable[[], T | None], *, timeout: float, what: str) -> T:
        """`eventually`, but gives up at once when the process has ended; both errors hold its output."""

        def alive() -> T | None:
            if self.returncode is not None:
                raise RuntimeError(f"ended with {self.returncode} before: {what}\n{self.output[-4000:]}")
            return look()

        try:
            return eventually(alive, timeout=timeout, what=what)
        except TimeoutError as late:
            raise TimeoutError(f"{late}\n{self.output[-4000:]}") from late

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process itself."""
        self._child.send_signal(number)

    def wait(self, timeout: float) -> int:
        """Its exit code once it has ended; raises subprocess.TimeoutExpired."""
        return self._child.wait(timeout)

    def stop(self, timeout: float = 10.0) -> int:
        """Ask it to end, insist after `timeout` seconds, and end what it started. Returns its exit code."""
        if self._child.poll() is None:
            self._child.terminate()
        try:
            self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        try:
            os.killpg(self._child.pid, signal.SIGKILL)
        except ProcessLookupError:
            return self._child.returncode  # it left nobody behind
        return self._child.returncode
