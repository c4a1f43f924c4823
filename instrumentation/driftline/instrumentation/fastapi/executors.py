"""Work that an endpoint hands to a `ThreadPoolExecutor` belongs to its request.

`asyncio.to_thread` and Starlette's own pool copy the context; `loop.run_in_executor(pool, model.predict, rows)`, the
usual way to keep an event loop free of a model, does not.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from driftline.instrumentation.scopes import RequestScope, current_request, request

_changed: list[Callable[..., Any]] = []


def change() -> None:
    """Carry the request, and nothing else of the context, into the threads of every `ThreadPoolExecutor`."""
    submit: Callable[..., Any] = ThreadPoolExecutor.submit

    @functools.wraps(submit)
    def carried(self: ThreadPoolExecutor, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        scope = current_request()
        if scope is None:
            return submit(self, function, *args, **kwargs)
        return submit(self, _for_request, scope, function, *args, **kwargs)

    _changed.append(submit)
    ThreadPoolExecutor.submit = carried  # type: ignore[assignment, method-assign]  # the patch itself


def revert() -> None:
    """Give the executor its own `submit` back."""
    while _changed:
        ThreadPoolExecutor.submit = _changed.pop()  # type: ignore[method-assign]  # as above


def _for_request(scope: RequestScope, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    with request(scope):
        return function(*args, **kwargs)
