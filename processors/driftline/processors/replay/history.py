"""What is replayed: a table, the monitors of its model, and how its rows are counted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor, MonitorSet
from driftline.processors.pipeline.references import References
from driftline.processors.profile import Profile
from driftline.processors.replay.counting import Counter, Keys
from driftline.processors.replay.errors import ReplayError
from driftline.processors.replay.grid import SMALLEST_LIMIT, Grid, Pane
from driftline.processors.replay.layout import Layout
from driftline.processors.statistics.performance import BINARY, MULTICLASS, RANKING
from driftline.processors.tables import Progress, open_table, silent
from driftline.processors.tables.times import TimeColumn
from driftline.semconv import attributes

Told = Callable[[str], None]
"""Called with each notice: one sentence for the person who replays."""


def unheard(_notice: str) -> None:
    """The listener that nobody gave."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns are not fields.

    Args:
        time: when a row happened; None: the only column that looks like it.
        zone: the time zone of times that say none.
        version: the version of the model; None: all rows are of one.
        outcome: what proved true; None: the column with that role, if there is one.
        outcome_time: when that was known; None: at once.
    """

    time: str | None = None
    zone: str | None = None
    version: str | None = None
    outcome: str | None = None
    outcome_time: str | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """The monitors of one model, and what follows from them for the rows.

    Args:
        monitors: the whole set they are from.
        ours: those of the model.
    """

    monitors: MonitorSet
    ours: tuple[Monitor, ...]
    _references: References = field(default_factory=References)
    _profiles: dict[str, Profile] = field(default_factory=dict)
    _layouts: dict[str | None, Layout | None] = field(default_factory=dict)

    @classmethod
    def of(cls, monitors: MonitorSet, model: str | None = None) -> Watch:
        """The monitors of a model; of the only one when `model` is None.

        Raises:
            ReplayError: no monitor, several models and none named, or several environments.
            ProfileError: a declared profile cannot be read.
        """
        names = sorted({monitor.model for monitor in monitors})
        ours = tuple(monitor for monitor in monitors if model in {None, monitor.model})
        if not ours:
            raise ReplayError(f"no monitor of {model or 'any model'}: name a file that declares one, `--monitor FILE`")
        if model is None and len(names) > 1:
            raise ReplayError(f"these monitors are of {', '.join(names)}: name the model of the table, `--model NAME`")
        if len({monitor.spec.model.environment for monitor in ours}) > 1:
            raise ReplayError(f"{ours[0].model} has monitors for several environments: give the file of one of them")
        watch = cls(monitors, ours)
        watch._references.configure(monitors)
        watch._profiles.update((profile.id, profile) for profile in _profiles(monitors))
        return watch

    @property
    def model(self) -> str:
        """Its name."""
        return self.ours[0].model

    @property
    def step_ns(self) -> int:
        """The longest pane that all of the monitors' panes are made of."""
        return math.gcd(*(monitor.spec.window.every for monitor in self.ours))

    @property
    def segments(self) -> tuple[str, ...]:
        """Columns that are segments."""
        named = (each for monitor in self.ours for each in monitor.spec.segments)
        return tuple(dict.fromkeys(name for each in named for name in ((each,) if isinstance(each, str) else each)))

    @property
    def tasks(self) -> set[str]:
        """What the monitors say that the model does; empty where they leave it to its outcomes."""
        return {task for monitor in self.ours if (task := monitor.spec.performance.task) is not None}

    @property
    def resource(self) -> dict[str, str]:
        """What a server of this model says of itself, but for the version."""
        model = self.ours[0].spec.model
        found = {**model.where, attributes.ML_MODEL_NAME: self.model}
        if model.environment is not None:
            found[attributes.DEPLOYMENT_ENVIRONMENT_NAME] = model.environment
        return found

    def version(self, named: str | None) -> str | None:
        """The version of rows that name this one, or none."""
        return named if named is not None else self.ours[0].spec.model.version

    def layout_of(self, version: str | None) -> Layout | None:
        """How rows of a version are counted: by the profile declared for it; None when no monitor serves it."""
        if version not in self._layouts:
            self._layouts[version] = self._layout(version)
        return self._layouts[version]

    def _layout(self, version: str | None) -> Layout | None:
        first = self.ours[0]
        monitor = self.monitors.for_identity(first.model, version, first.spec.model.environment)
        if not monitor.declared:
            return None
        identity = Identity(monitor.model, version, None, monitor.spec.model.environment)
        resolved = self._references.resolve(identity, monitor)
        return Layout.of(self._profiles.get(resolved.id) if resolved else None)


class History:
    """A table, counted once.

    Args:
        watch: the monitors.
        columns: which columns are not fields.
        step_ns: length of a pane; None: the monitors'.
        limit: bytes of counts that may be held at once.
    """

    def __init__(
        self, watch: Watch, columns: Columns, *, step_ns: int | None = None, limit: int = SMALLEST_LIMIT
    ) -> None:
        self.step_ns = step_ns or watch.step_ns
        self._grid = Grid(self.step_ns, limit)
        known = TimeColumn(columns.outcome_time, columns.zone) if columns.outcome_time else None
        keys = Keys(
            TimeColumn(columns.time, columns.zone),
            columns.version,
            watch.segments,
            columns.outcome,
            known,
            numeric=not watch.tasks & {BINARY, MULTICLASS},
            lists=RANKING in watch.tasks,
        )
        self._counter = Counter(keys, watch.version, watch.layout_of, self._grid)

    @property
    def rows(self) -> int:
        """Rows read so far."""
        return self._counter.rows

    def panes(self, table: Any, progress: Progress = silent) -> Iterator[tuple[int, Pane]]:
        """Every pane with rows, oldest first: its number and its cells.

        As long as the counts fit into the limit, rows may come in any order. Beyond it the older half of the panes is
        let go, and a row that comes for one of those later ends the replay.

        Raises:
            TableError: the table cannot be read, or its times cannot be told.
            ReplayError: its rows are too far out of order.
        """
        for batch in open_table(table).batches(progress):
            self._counter.update(batch)
            if self._grid.full:
                yield from self._grid.release(all_of_it=False)
        yield from self._grid.release(all_of_it=True)

    def notices(self) -> Iterator[str]:
        """What a person should know of the rows that did not count."""
        if self._counter.without_time:
            yield f"{self._counter.without_time:,} of {self.rows:,} rows say no time: left out"
        if self._counter.untimed:
            yield f"{self._counter.untimed:,} outcomes say no time: left out"
        if self._counter.unserved:
            shown = ", ".join(sorted(self._counter.unserved))
            yield f"no monitor serves version {shown}: left out"
        if self._counter.unknown:
            yield f"{', '.join(self._counter.unknown)}: left out, the profile does not have it"


def _profiles(monitors: MonitorSet) -> Iterator[Profile]:
    for path in monitors.profiles():
        files = sorted(path.glob("*.json")) if path.is_dir() else [path]
        yield from (Profile.load(file) for file in files if not file.name.startswith("."))
