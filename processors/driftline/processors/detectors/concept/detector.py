"""What every detector of errors is: a state that begins anew after an alarm, and that can be kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import asdict
from typing import Any, Generic, Protocol, TypeVar

from driftline.processors.detectors.concept.zone import Zone


class HasZone(Protocol):
    """A dataclass that holds the zone after the last error."""

    zone: str


State = TypeVar("State", bound=HasZone)


class ErrorDetector(ABC, Generic[State]):
    """Follows one stream of errors, one outcome at a time, in the order of the predictions.

    Args:
        new: makes the state before the first error, a dataclass.
    """

    def __init__(self, new: type[State]) -> None:
        self._new = new
        self._state = new()

    def update(self, error: bool) -> Zone:  # noqa: FBT001 - the one thing it takes
        """Take whether the model was wrong; begins anew after `drift`."""
        if self._state.zone == Zone.DRIFT:
            self._state = self._new()
        self._take(self._state, error)
        return self.get()

    def get(self) -> Zone:
        """The zone after the last error."""
        return Zone(self._state.zone)

    def to_dict(self) -> dict[str, Any]:
        """The state, as JSON can hold it."""
        kept: dict[str, Any] = asdict(self._state)  # type: ignore[call-overload]  # no type says "any dataclass"
        return kept

    def restore(self, saved: dict[str, Any]) -> None:
        """Take up a state. Raises KeyError, TypeError or ValueError on anything else."""
        Zone(saved["zone"])
        self._state = self._read(saved)

    @abstractmethod
    def _take(self, state: State, error: bool) -> None:  # noqa: FBT001 - as `update`
        """Count one more error, or none, and judge."""

    def _read(self, saved: dict[str, Any]) -> State:
        return self._new(**saved)
