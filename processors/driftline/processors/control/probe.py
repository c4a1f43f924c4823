"""Is it alive, is it ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Probe:
    """What the two probes are answered from.

    Alive means that the looks go on: the last one ended less than `patience_seconds` after it was due. Ready means
    that everything listens and the monitors are loaded.
    """

    clock: Callable[[], float]
    """Monotonic seconds."""
    patience_seconds: float = 60.0
    ready: bool = False
    _due: float | None = field(default=None)

    def expect(self, seconds: float) -> None:
        """A look is due in so many seconds."""
        self._due = self.clock() + seconds

    @property
    def alive(self) -> bool:
        return self._due is None or self.clock() < self._due + self.patience_seconds
