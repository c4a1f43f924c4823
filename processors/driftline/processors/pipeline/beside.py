"""References that live beside the window: the champion's window, and the rest of the traffic."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from driftline.processors.findings import Identity
from driftline.processors.pipeline.sides import Side
from driftline.processors.pipeline.sums import FieldSums
from driftline.processors.windows import Binned, ExponentialCounts, FieldWindow


class Readable(Protocol):
    """Windows of one identity."""

    def fields(self, now_ns: int) -> Iterable[FieldWindow]: ...


@dataclass(slots=True)
class Present:
    """Everybody's windows at one moment, each read once."""

    now_ns: int
    windows: Mapping[Identity, Readable] = field(default_factory=dict)
    _read: dict[Identity, tuple[FieldWindow, ...]] = field(default_factory=dict)

    def fields(self, identity: Identity) -> tuple[FieldWindow, ...]:
        """What the windows of an identity hold; nothing when there are none."""
        if identity not in self.windows:
            return ()
        if identity not in self._read:
            self._read[identity] = tuple(self.windows[identity].fields(self.now_ns))
        return self._read[identity]


@dataclass(frozen=True, slots=True)
class Beside:
    """What an identity is compared with at the same time. The id is that of who is compared with, not of counts."""

    id: str
    sides: Mapping[str, Side]


def variant_beside(identity: Identity, variant: str, present: Present) -> Beside | None:
    """The windows of a model's variant, its versions together; None for the variant itself.

    Both sides count their own traffic, so no observation is on both.
    """
    if identity.variant == variant:
        return None
    wanted = replace(identity, version=None, variant=variant)
    others = [each for each in present.windows if replace(each, version=None) == wanted]
    sums: dict[str, FieldSums] = {}
    for other in others:
        for window in present.fields(other):
            if window.observations:
                sums.setdefault(window.field, FieldSums(window.role)).add(window)
    named = sorted(str(other.version) for other in others)
    return Beside(_id("variant", variant, *named), {name: found.side(name) for name, found in sums.items()})


def rest_beside(identity: Identity, present: Present) -> Beside | None:
    """The whole traffic less the segment's; None for the whole. Windows must not reach back: both cover one stretch."""
    if not identity.segment:
        return None
    own = {(window.field, window.role): window for window in present.fields(identity)}
    sides = {}
    for window in present.fields(replace(identity, segment=())):
        part = own.get((window.field, window.role))
        rest = _less(window, part) if part is not None else window
        if rest.observations:
            sums = FieldSums(rest.role)
            sums.add(rest)
            sides[rest.field] = sums.side(rest.field)
    return Beside(_id("rest", repr(identity.segment)), sides)


def _less(whole: FieldWindow, part: FieldWindow) -> FieldWindow:
    """A window without a part of it; what the part counts beyond the whole is left out."""
    exponential = whole.exponential
    if exponential is not None and part.exponential is not None:
        exponential = _positive(exponential.revert(part.exponential))
    categories = {name: count - part.categories.get(name, 0) for name, count in whole.categories.items()}
    return replace(
        whole,
        binned=tuple(_binned_less(whole.binned, part.binned)),
        exponential=exponential,
        categories={name: count for name, count in categories.items() if count > 0},
    )


def _binned_less(whole: Sequence[Binned], part: Sequence[Binned]) -> Iterator[Binned]:
    taken = {layout.bounds.tobytes(): layout.counts for layout in part}
    for layout in whole:
        less = taken.get(layout.bounds.tobytes())
        yield layout if less is None else Binned(layout.bounds, np.maximum(layout.counts - less, 0))


def _positive(counts: ExponentialCounts) -> ExponentialCounts:
    if not counts.fell:
        return counts
    return counts.holding(max(counts.zero, 0), np.maximum(counts.positive, 0), np.maximum(counts.negative, 0))


def _id(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
