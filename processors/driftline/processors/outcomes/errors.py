"""What can go wrong with the join."""

from __future__ import annotations


class OutcomesError(OSError):
    """The store cannot be read or written: nothing of the request was taken, send it again later."""
