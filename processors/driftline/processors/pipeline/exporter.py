"""What a destination of findings must be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from driftline.processors.findings import Output


class ExportError(Exception):
    """An export failed. `retry_after`: seconds the destination wants to be left alone; None: it did not say."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Exporter(Protocol):
    """A destination. Called from one thread, one export at a time."""

    def export(self, findings: Sequence[Output], timeout: float) -> None:
        """Deliver the present state, within `timeout` seconds; raises ExportError when it could not."""
        ...
