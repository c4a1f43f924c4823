"""The looks at rows: a thread of their own, so that none of them keeps the others waiting."""

from __future__ import annotations

from collections.abc import Callable

from driftline.processors.cli.recurring import Recurring
from driftline.processors.findings import Identity, Output
from driftline.processors.health import Health
from driftline.processors.monitor import Monitor, MonitorSet
from driftline.processors.pipeline import Pipeline
from driftline.processors.pipeline.exclusions import hushed
from driftline.processors.pipeline.rows import RowLooks
from driftline.processors.windows import FieldWindow


class RowWatch:
    """Asks every second, from `start` until `stop`, whether rows are due; each monitor says itself how often they are.

    Args:
        monitors: the monitors in force.
        pipeline: knows what is muted, and which features drift.
        health: counts looks that failed.
        clock_ns: nanoseconds since the epoch.

    Raises:
        MissingExtraError: a monitor asks for the classifier, and scikit-learn is not installed.
    """

    def __init__(self, monitors: MonitorSet, pipeline: Pipeline, health: Health, clock_ns: Callable[[], int]) -> None:
        self._pipeline = pipeline
        self.looks = RowLooks(monitors, self._hushed, drifting=pipeline.board.drifting)
        failure = "a look at rows failed; those rows are not judged"
        self._work = Recurring("driftline-rows", lambda: self.looks.look(clock_ns()), failure=failure, health=health)

    def start(self) -> None:
        """Begin to look."""
        self._work.start()

    def findings(self) -> list[Output]:
        """What the last looks found: whether rows have changed, and how wrong predictions will turn out to be."""
        return [*self.looks.findings(), *self.looks.estimates()]

    def stop(self, timeout: float) -> None:
        """End; a look under way may take `timeout` seconds."""
        self._work.stop(timeout)

    def _hushed(self, identity: Identity, monitor: Monitor, now_ns: int) -> str | None:
        """Why the model as a whole is muted now, or the time is excluded; None where neither is."""
        mutes = [mute for mute in self._pipeline.desk.mutes.of(identity.model) if mute.field is None]
        return hushed(monitor, mutes, FieldWindow("", "", start_ns=now_ns, end_ns=now_ns + 1))
