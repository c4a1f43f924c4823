"""Who is told alike: monitors of one owner with the same `notifications`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import Final

from driftline.processors.monitor import MonitorSet
from driftline.processors.monitor.notifications import Notifications
from driftline.processors.rendering.errors import RenderError

UNOWNED: Final = "unowned"
"""How receivers of monitors without an owner are named."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Monitors that tell the same people in the same way."""

    name: str
    owner: str | None
    monitors: tuple[str, ...]
    """Sorted; empty: every monitor of the owner that no other audience names, and models without a monitor."""
    notifications: Notifications


def audiences(monitors: MonitorSet) -> list[Audience]:
    """The audiences, by owner; of each owner those that name their monitors first.

    Raises:
        RenderError: two monitors of one name tell different people.
    """
    found = [each for owner, said in sorted(_owners(monitors).items()) for each in _of(owner, said, monitors)]
    return list(_apart(found))


def _apart(found: Iterable[Audience]) -> Iterator[Audience]:
    """Each with a name of its own: an owner may be called `unowned`, or like another owner and its monitor."""
    taken: set[str] = set()
    for each in found:
        name = next(name for name in chain([each.name], _numbered(each.name)) if name not in taken)
        taken.add(name)
        yield replace(each, name=name)


def _numbered(name: str) -> Iterator[str]:
    return (f"{name} {number}" for number in count(2))


def _owners(monitors: MonitorSet) -> dict[str, dict[str, Notifications]]:
    """Of each owner ("" is none) what each monitor says; the owner of the defaults is there without monitors too."""
    owners: dict[str, dict[str, Notifications]] = {monitors.defaults.owner or "": {}}
    for monitor in monitors:
        said = owners.setdefault(monitor.spec.owner or "", {})
        if said.setdefault(monitor.name, monitor.spec.notifications) != monitor.spec.notifications:
            raise RenderError(
                f"{monitor.file}: two monitors are named `{monitor.name}` and have different `notifications`: "
                "their alerts cannot be told apart, give one another `metadata.name`"
            )
    return owners


def _of(owner: str, said: dict[str, Notifications], monitors: MonitorSet) -> Iterator[Audience]:
    general = _general(owner, said, monitors)
    alike: dict[Notifications, list[str]] = {}
    for name in sorted(name for name, each in said.items() if each != general):
        alike.setdefault(said[name], []).append(name)
    for each, names in alike.items():
        yield Audience(f"{owner or UNOWNED}/{names[0]}", owner or None, tuple(names), each)
    if general is not None:
        yield Audience(owner or UNOWNED, owner or None, (), general)


def _general(owner: str, said: dict[str, Notifications], monitors: MonitorSet) -> Notifications | None:
    """What holds for an owner's monitors unless they say else: the defaults, or what all of them say."""
    if owner == (monitors.defaults.owner or ""):
        return monitors.defaults.notifications
    first = next(iter(said.values()))
    return first if all(each == first for each in said.values()) else None
