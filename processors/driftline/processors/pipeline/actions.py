"""What people told the pipeline to do, who and when: kept, listed, logged."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

logger = logging.getLogger(__name__)

MOST_ACTIONS = 5000
"""Actions kept; beyond it the oldest goes."""


class ActionError(ValueError):
    """What was asked for cannot be done; the message says what can."""


class UnknownModelError(ActionError):
    """Nothing is known of a model, or of a field of it, by that name."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person did to a model, or to one field of it (`field`).

    `action` is `accepted`, `reset`, `muted` or `unmuted`; `until_ns` is a mute's end.
    """

    time_ns: int
    action: str
    model: str
    field: str | None
    by: str
    reason: str
    until_ns: int | None = None


class Actions:
    """The latest actions, oldest first."""

    def __init__(self) -> None:
        self._actions: deque[Action] = deque(maxlen=MOST_ACTIONS)

    def note(self, action: Action) -> None:
        """Keep an action and log it."""
        self._actions.append(action)
        what = action.model if action.field is None else f"{action.model}, field {action.field}"
        logger.warning("%s: %s by %s: %s", what, action.action, action.by, action.reason or "no reason given")

    def of(self, model: str) -> list[Action]:
        """The actions on a model, oldest first."""
        return [each for each in self._actions if each.model == model]

    def snapshot(self) -> list[dict[str, Any]]:
        """Every action, as JSON can hold it."""
        return [asdict(each) for each in self._actions]

    def restore(self, saved: Iterable[Mapping[str, Any]]) -> None:
        """Take up a snapshot. Raises TypeError when it is none."""
        self._actions.extend(Action(**entry) for entry in saved)
