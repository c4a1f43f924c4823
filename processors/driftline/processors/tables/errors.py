"""What can go wrong with a table.

TableError (ValueError)   unreadable, empty, no such column, an unknown format: the message says what to do
"""

from __future__ import annotations


class TableError(ValueError):
    """A table cannot be read; the message names the file and the row where there is one, and says what to do."""
