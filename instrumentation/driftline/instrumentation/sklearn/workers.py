"""Estimators that ask their parts in joblib's threads: a forest's trees are not predictions of their own.

A context variable does not follow a call into a thread of joblib, so each task is told that it is an inner one.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Any

from driftline.instrumentation.scopes import around_inner_calls, inside_a_call

_changed: list[tuple[Any, Any]] = []


def change(module: Any) -> None:
    """Mark the tasks of every `sklearn.utils.parallel.Parallel` that runs inside an observed call."""
    parallel = module.Parallel
    run = parallel.__call__

    @functools.wraps(run)
    def marked(self: Any, iterable: Iterable[Any]) -> Any:
        return run(self, _marked(iterable) if inside_a_call() else iterable)

    _changed.append((parallel, parallel.__dict__["__call__"]))
    parallel.__call__ = marked


def revert() -> None:
    """Give `Parallel` its own call back."""
    while _changed:
        parallel, run = _changed.pop()
        parallel.__call__ = run


def _marked(tasks: Iterable[Any]) -> Iterator[Any]:
    for function, args, kwargs in tasks:
        yield InnerTask(function), args, kwargs


class InnerTask:
    """A task of joblib whose predictions belong to the call that made it. Picklable where the task is.

    Everything else that scikit-learn asks of a task (`with_config`, ...) is the task's own to answer.
    """

    def __init__(self, task: Any) -> None:
        self._task = task

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with around_inner_calls():
            return self._task(*args, **kwargs)

    def __reduce__(self) -> tuple[type[InnerTask], tuple[Any]]:
        return InnerTask, (self._task,)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._task, name)
        if not name.startswith("with_"):
            return value

        def configured(*args: Any, **kwargs: Any) -> InnerTask:
            return InnerTask(value(*args, **kwargs))

        return configured
