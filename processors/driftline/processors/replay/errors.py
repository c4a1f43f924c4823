"""What can go wrong with a replay.

ReplayError (ValueError)   no time column, times without a zone, rows too far out of order, no monitor for the table:
                           the message says what to write
"""

from __future__ import annotations


class ReplayError(ValueError):
    """A table cannot be replayed; the message says what to do."""
