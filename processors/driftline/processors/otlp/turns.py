"""Group commit: requests that wait for one lock are served together, by whoever gets it first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

R = TypeVar("R")
A = TypeVar("A")

MOST = 64
"""Requests of one group: who serves it waits for its own answer until all of them are done."""


class _Turn(Generic[R, A]):
    __slots__ = ("answer", "error", "request", "served")

    def __init__(self, request: R) -> None:
        self.request = request
        self.served = False
        self.answer: A | None = None
        self.error: Exception | None = None


class Turns(Generic[R, A]):
    """Serves one group at a time; a request that finds nobody at work is a group of its own and waits for nothing.

    Args:
        serve: answers requests, in their order; an answer that is an exception is raised to who asked. When it raises,
            each request of the group is served once more, alone, so that one cannot spoil the others.
        most: requests of one group.

    >>> turns = Turns[int, int](lambda numbers: [2 * number for number in numbers])
    >>> turns.take(4)
    8
    """

    def __init__(self, serve: Callable[[Sequence[R]], Sequence[A | Exception]], *, most: int = MOST) -> None:
        self._serve = serve
        self._most = most
        self._waiting: deque[_Turn[R, A]] = deque()
        self._lock = Lock()  # held by who serves; only that one takes from the queue

    def take(self, request: R) -> A:
        """The answer to a request. May be called from every thread."""
        turn = _Turn[R, A](request)
        self._waiting.append(turn)
        with self._lock:
            while not turn.served:
                self._serve_next()
        if turn.error is not None:
            raise turn.error
        return turn.answer  # type: ignore[return-value]  # set, as it was served without an error

    def _serve_next(self) -> None:
        turns = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._most))]
        try:
            self._answer(turns)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is told to whoever asked
            if len(turns) == 1:
                turns[0].error = error
            else:
                for turn in turns:
                    self._alone(turn)
        finally:
            for turn in turns:
                turn.served = True

    def _alone(self, turn: _Turn[R, A]) -> None:
        try:
            self._answer([turn])
        except Exception as error:  # noqa: BLE001  # whatever it is, it is told to whoever asked
            turn.error = error

    def _answer(self, turns: Sequence[_Turn[R, A]]) -> None:
        for turn, answer in zip(turns, self._serve([turn.request for turn in turns]), strict=True):
            if isinstance(answer, Exception):
                turn.error = answer
            else:
                turn.answer = answer
