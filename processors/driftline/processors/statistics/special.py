"""`scipy.special`, imported when it is first used: it takes half a second that `driftline run` need not wait for.

>>> from driftline.processors.statistics import special
>>> float(special.ndtr(0.0))
0.5
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_WANTED = frozenset(
    {
        "btdtria",
        "chdtrc",
        "chdtri",
        "chndtr",
        "gammaincinv",
        "gammaln",
        "log_ndtr",
        "nbdtrik",
        "ndtr",
        "ndtri",
        "ndtri_exp",
        "stdtrit",
    }
)


def __getattr__(name: str) -> Any:
    if name not in _WANTED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module("scipy.special"), name)
    globals()[name] = found  # so that it is asked for once
    return found
