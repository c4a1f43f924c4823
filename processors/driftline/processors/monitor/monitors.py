"""The monitors in force, and which of them a model belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from driftline.processors.monitor.rules import FieldRule, field_rule
from driftline.processors.monitor.spec import Spec

Stamp = tuple[str, int, int]
_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
_PROFILE = re.compile(rb'\s*\{\s*"driftline"\s*:\s*"profile/')


@dataclass(frozen=True, slots=True)
class Monitor:
    """One monitor with the defaults under it.

    Args:
        name: its `metadata.name`; for a model without a monitor, the model's name.
        model: the model it is about.
        spec: its spec merged over the defaults, profile paths absolute.
        labels: for every alert.
        file: where it is written; None for a model without a monitor.
        declared: a file names this model, so that its absence is news.
    """

    name: str
    model: str
    spec: Spec
    labels: Mapping[str, str] = field(default_factory=dict)
    file: Path | None = None
    declared: bool = True
    _rules: dict[str, FieldRule] = field(default_factory=dict, repr=False, compare=False)

    def rule(self, name: str) -> FieldRule:
        """How a field is treated. The answers are kept, up to 10,000 of them."""
        rule = self._rules.get(name)
        if rule is None:
            if len(self._rules) >= 10_000:
                self._rules.clear()
            rule = self._rules[name] = field_rule(self.spec, name)
        return rule

    def segments_of(self, values: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], ...]]:
        """The whole traffic, `()`, and every segment of this monitor that attributes with these values fall in."""
        yield ()
        for segment in self.spec.segments:
            names = (segment,) if isinstance(segment, str) else segment
            if all(name in values for name in names):
                yield tuple((name, values[name]) for name in names)

    @property
    def budget_per_look(self) -> float:
        """The false alarms that one look at the fields may add: what rows do not use."""
        rows = self.spec.rows
        return self.spec.drift.false_alarms.per_look(self.spec.window.every) * (1 - (rows.share if rows else 0.0))

    @property
    def budget_per_look_at_rows(self) -> float:
        """The false alarms that one look at whole rows may add; 0 where there is none."""
        rows = self.spec.rows
        return self.spec.drift.false_alarms.per_look(rows.every) * rows.share if rows else 0.0

    def serves(self, model: str, version: str | None, environment: str | None) -> bool:
        """Whether this monitor may judge a model, by its name and what else it asks for."""
        wanted = self.spec.model
        return self.model == model and wanted.version in {None, version} and wanted.environment in {None, environment}

    @property
    def precision(self) -> tuple[bool, bool]:
        """What it asks for beyond the name; the monitor that asks for more goes first, the version before the place."""
        return self.spec.model.version is not None, self.spec.model.environment is not None


class MonitorSet:
    """All monitors of one load. Looking one up never fails: a model without a monitor is served by the defaults.

    `notices` are sentences on what stood in the files and is not used.

    >>> monitors = MonitorSet()
    >>> monitor = monitors.for_identity("credit", "7")
    >>> monitor.name, monitor.declared
    ('credit', False)
    """

    def __init__(
        self,
        monitors: Sequence[Monitor] = (),
        defaults: Spec | None = None,
        *,
        paths: Sequence[Path] = (),
        stamps: Sequence[Stamp] = (),
        notices: Sequence[str] = (),
    ) -> None:
        self.monitors = tuple(monitors)
        self.defaults = defaults or Spec()
        self.paths = tuple(paths)
        self.notices = tuple(notices)
        self._stamps = tuple(stamps)
        self._by_model: dict[str, list[Monitor]] = {}
        for monitor in sorted(self.monitors, key=lambda each: each.precision, reverse=True):
            self._by_model.setdefault(monitor.model, []).append(monitor)
        self._undeclared: dict[str, Monitor] = {}

    def __iter__(self) -> Iterator[Monitor]:
        return iter(self.monitors)

    def __len__(self) -> int:
        return len(self.monitors)

    def for_identity(self, model: str, version: str | None = None, environment: str | None = None) -> Monitor:
        """The monitor of a model: the one that asks for most and is served, else the defaults under its name."""
        for monitor in self._by_model.get(model, ()):
            if monitor.serves(model, version, environment):
                return monitor
        if model not in self._undeclared:
            if len(self._undeclared) >= 10_000:  # a flood of names; each can be made again
                self._undeclared.clear()
            self._undeclared[model] = Monitor(model, model, self.defaults, declared=False)
        return self._undeclared[model]

    def changed(self) -> bool:
        """Whether a file this set was read from was changed, added or removed since."""
        return stamps(self.paths, self.profiles()) != self._stamps

    def profiles(self) -> list[Path]:
        """Profiles, and folders of profiles, that the monitors name."""
        specs = [self.defaults, *(monitor.spec for monitor in self.monitors)]
        return sorted({Path(spec.reference.profile) for spec in specs if spec.reference and spec.reference.profile})


def stamps(paths: Sequence[Path], profiles: Sequence[Path]) -> tuple[Stamp, ...]:
    """Name, time and size of everything a set depends on; what is not there has no stamp."""
    files = [file for path in paths for file in monitor_files(path)]
    files += [file for path in profiles for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
    return tuple(stamp for file in files for stamp in _stamp(file))


def monitor_files(path: Path) -> list[Path]:
    """The monitor files of a path: itself, or a folder's own `*.yaml`, `*.yml` and `*.json`.

    Dot names are skipped, and so are profiles: they may lie beside the monitor that names them.
    """
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES and _is_monitor(file))


def _is_monitor(file: Path) -> bool:
    if file.name.startswith(".") or not file.is_file():
        return False
    if file.suffix != ".json":
        return True
    with file.open("rb") as content:
        return _PROFILE.match(content.read(200)) is None


def _stamp(file: Path) -> Iterator[Stamp]:
    try:
        found = file.stat()
    except OSError:
        return
    yield str(file), found.st_mtime_ns, found.st_size
