"""OTLP in, findings out: the processor, and the same statistics for a table at once.

`Profile` and `check` are all that most scripts need; both are imported when they are asked for, so that a room below
does not drag in the ones above.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from driftline.processors.comparison import Check, check
    from driftline.processors.profile import Profile

__all__ = ["Check", "Profile", "check"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "Profile":
        from driftline.processors import profile as room
    else:
        from driftline.processors import comparison as room  # type: ignore[no-redef]  # one name, whichever is asked
    return getattr(room, name)
