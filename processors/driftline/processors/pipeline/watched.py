"""What a monitor watches: the windows of its models, and who had data before."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor
from driftline.processors.pipeline.intake import ModelWindows
from driftline.processors.windows import FieldWindow


@dataclass(slots=True)
class Watched:
    """A monitor and what it judges: windows, and identities that had data before."""

    monitor: Monitor
    windows: list[ModelWindows] = field(default_factory=list)
    remembered: list[Identity] = field(default_factory=list)
    panes: dict[Identity, tuple[FieldWindow, ...]] = field(default_factory=dict)
    """Of each identity, those that closed since the look before; none without a sequential detector."""


def key_of(monitor: Monitor) -> Hashable:
    """The same for the same monitor after a reload."""
    wanted = monitor.spec.model
    return monitor.model, wanted.version, wanted.environment, monitor.declared


def wants(monitor: Monitor, identity: Identity) -> bool:
    """Whether the monitor still watches this segment; after a reload it may not."""
    if not identity.segment:
        return True
    names = tuple(name for name, _ in identity.segment)
    return any(names == ((each,) if isinstance(each, str) else each) for each in monitor.spec.segments)
