"""The groups of a look: segments of one identity that differ in the same attributes, counted side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from driftline.processors.findings import Identity
from driftline.processors.monitor.fairness import Favourable
from driftline.processors.pipeline.fairness.outputs import count, output_of
from driftline.processors.pipeline.sightings import Seen
from driftline.processors.statistics.fairness import Groups
from driftline.processors.windows import FieldWindow
from driftline.semconv import OTHER_CATEGORY


@dataclass(slots=True)
class Grouping:
    """The groups of one identity by one attribute, or several together.

    Args:
        identity: the whole that the groups are parts of.
        attributes: what they differ in.
        windows: name of a group to the window of its output.
    """

    identity: Identity
    attributes: tuple[str, ...]
    windows: dict[str, FieldWindow] = field(default_factory=dict)

    def counts(self, favourable: Favourable) -> Groups:
        """Of each group, in the order of `windows`. Raises NoBoundError as `count` does."""
        counted = [count(window, favourable) for window in self.windows.values()]
        return Groups(*np.array(counted, dtype=np.int64).reshape(-1, 2).T)

    @property
    def span(self) -> tuple[int, int] | None:
        """The stretch that the windows cover together, in nanoseconds since the epoch; None without a window."""
        held = self.windows.values()
        return (min(each.start_ns for each in held), max(each.end_ns for each in held)) if held else None


def name_of(segment: Sequence[tuple[str, str]]) -> str:
    """What a group is called: its values, in the order of the attributes.

    >>> name_of((("sex", "female"), ("region", "north")))
    'female,north'
    """
    return ",".join(value for _, value in segment)


def groupings(seen: Sequence[Seen], wanted: Sequence[tuple[str, ...]], favourable: Favourable) -> Iterator[Grouping]:
    """The groups of every identity; a group whose values were too many to be kept apart is none."""
    parts: dict[tuple[Identity, tuple[str, ...]], dict[str, FieldWindow]] = defaultdict(dict)
    for each in seen:
        names = tuple(name for name, _ in each.identity.segment)
        if names not in wanted or any(value == OTHER_CATEGORY for _, value in each.identity.segment):
            continue
        output = output_of(each.windows, favourable)
        if output is not None and output.observations:
            parts[replace(each.identity, segment=()), names][name_of(each.identity.segment)] = output
    for each in seen:
        for names in wanted if not each.identity.segment else ():
            found = parts.get((each.identity, names), {})
            yield Grouping(each.identity, names, dict(sorted(found.items())))
