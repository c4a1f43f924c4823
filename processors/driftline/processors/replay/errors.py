"""What can go wrong with a replay.

ReplayError (ValueError)   no monitor for the table, rows too far out of order: the message says what to write
"""

from __future__ import annotations


class ReplayError(ValueError):
    """A table cannot be replayed; the message says what to do."""
