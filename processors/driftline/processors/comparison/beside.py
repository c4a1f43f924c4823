"""The counts of a table beside the profile's, on common buckets: what drift and quality both look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from driftline.processors.comparison.counting import Counting
from driftline.processors.findings import State
from driftline.processors.pipeline.alignment import Aligned, align
from driftline.processors.pipeline.sides import Side, side_of
from driftline.processors.profile import Profile
from driftline.processors.windows import FieldWindow


@dataclass(frozen=True, slots=True)
class Beside:
    """One field's window and reference; `aligned` says why where they cannot be compared."""

    window: FieldWindow
    side: Side
    aligned: Aligned | State


def beside(counting: Counting, profile: Profile) -> Mapping[str, Beside]:
    """Every field that the profile holds values of, by name, aligned as the pipeline aligns a stream."""
    found = {}
    for field in profile.fields:
        if field.observations:
            window, side = counting.fields[field.name].window(), side_of(field)
            found[field.name] = Beside(window, side, align(window, side))
    return found
