"""A table against a reference profile, without a stream: `check(table, profile)`."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from driftline.processors.check.checking import check, check_chunks
from driftline.processors.check.result import Check
from driftline.processors.check.rules import Rules

__all__ = ["Check", "Rules", "check", "check_chunks"]


class _Callable(ModuleType):
    """This room, so that `from driftline.processors import check` gives something to call.

    Importing a room sets its name on the package above, over the function of the same name.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Check:
        return check(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
