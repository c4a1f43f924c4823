"""Mutes of a processor that ran at the time, put in force again: each begins, and ends, when it did."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from driftline.processors.pipeline.actions import Action
from driftline.processors.pipeline.desk import DOCUMENT
from driftline.processors.pipeline.mutes import Mute, Mutes
from driftline.processors.replay.errors import ReplayError
from driftline.processors.state import CorruptStateError, StateError, read_entry
from driftline.processors.tables.times import instant

_MUTED, _UNMUTED = "muted", "unmuted"


class Mutings:
    """What of the actions of people hushed a model, or ended that.

    Args:
        actions: in any order, of any model.
        model: whose count.

    >>> mutes = Mutes()
    >>> mutings = Mutings([Action(10, "muted", "credit", None, "ann", "campaign", 30)], "credit")
    >>> mutings.until(5, mutes)
    >>> mutes.of("credit")
    ()
    >>> mutings.until(10, mutes)
    >>> [each.until_ns for each in mutes.of("credit")], sorted(mutings.edges)
    ([30], [10, 30])
    """

    def __init__(self, actions: Iterable[Action], model: str) -> None:
        ours = [each for each in actions if each.model == model and each.action in {_MUTED, _UNMUTED}]
        self._actions = sorted(ours, key=lambda each: each.time_ns)
        self._done = 0

    @property
    def edges(self) -> set[int]:
        """When any of them begins or ends to hush, in nanoseconds since the epoch."""
        ends = {each.until_ns for each in self._actions if each.until_ns is not None}
        return ends | {each.time_ns for each in self._actions}

    def until(self, now_ns: int, mutes: Mutes) -> None:
        """Do what was done up to a time and is not yet; times never go back."""
        for action in self._actions[self._done :]:
            if action.time_ns > now_ns:
                return
            self._done += 1
            if action.until_ns is None:
                mutes.remove(action.model, action.field, action.time_ns)
            else:
                begin, end = action.time_ns, action.until_ns
                mutes.add(Mute(action.model, action.field, begin, end, action.by, action.reason))


def read_actions(source: Path, model: str) -> Sequence[Action]:
    """What people did to a model, as its processor kept it.

    Args:
        source: the folder of `driftline run --state`, the processor stopped; or a file with what
            `GET /v1/models/{name}/actions` of a running one answers.
        model: its name.

    Raises:
        ReplayError: it is neither, or cannot be read.
    """
    try:
        if source.is_dir():
            kept = read_entry(source, DOCUMENT)
            return [Action(**each) for each in (kept or {}).get("actions", ()) if each["model"] == model]
        return [_told(each, model) for each in json.loads(source.read_text(encoding="utf-8"))["actions"]]
    except (StateError, CorruptStateError) as error:
        raise ReplayError(str(error)) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReplayError(
            f"{source} holds no actions ({error}): name the folder of `--state`, or a file with what "
            f"`curl localhost:8088/v1/models/{model}/actions` prints"
        ) from error


def _told(action: Mapping[str, Any], model: str) -> Action:
    """An action as the control API shows it."""
    until = action.get("until")
    end = None if until is None else instant(until)
    return Action(instant(action["at"]), action["action"], model, action["field"], action["by"], action["reason"], end)
