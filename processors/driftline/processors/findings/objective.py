"""How an identity stands to what is promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default

from driftline.processors.findings.basis import Identity


@dataclass(frozen=True, slots=True)
class Burn:
    """How fast an error budget burns over one window, `5m` to `3d`: 1 uses it up exactly when its period ends."""

    window: str
    rate: float


@dataclass(frozen=True, slots=True)
class Objective:
    """How an identity stands to one of its monitor's objectives. Figures of which nothing is known are None.

    `target` and `sli` are shares, 0 to 1; of the error budget `remaining` is 1 untouched and below 0 overspent.
    """

    identity: Identity
    name: str
    target: float
    start_ns: int
    """Since when `events` count."""
    time_ns: int
    sli: float | None = None
    """The share of good events over the objective's window."""
    remaining: float | None = None
    burns: tuple[Burn, ...] = ()
    """Of each window of the burn table over which something was decided, the shortest first."""
    seconds_left: float | None = None
    """Until the budget is used up at the burn rate of the last hour; None: never, or unknown."""
    firing: tuple[str, ...] = ()
    """`page`, `ticket`: alarms whose two windows burn too fast, surely and still."""
    events: Mapping[str, int] = default(default_factory=dict)
    """`good`, `bad` and `unknown` looks, monotonic; empty where events are predictions, which `Traffic` counts."""
