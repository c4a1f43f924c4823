"""Why a field or a model is in drift."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contribution:
    """How far one field moves the output's mean, as its distribution alone tells it.

    `shift` is in units of the output and `error` its standard error; both None where the reference does not say how
    the output goes with the field. `share` is of the output's own shift; None where that one is not known or lies
    within twice its error. Shares of correlated fields count the same movement twice and may add up to more than 1.
    """

    field: str
    role: str
    level: float | None = None
    shift: float | None = None
    error: float | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class OutputShift:
    """How far the mean of an output moved: a score, a numeric prediction, or the share of a class."""

    name: str
    reference: float
    current: float
    error: float
    """Standard error of `current - reference`."""

    @property
    def shift(self) -> float:
        return self.current - self.reference


@dataclass(frozen=True, slots=True)
class SegmentShift:
    """The part of a field's movement that one segment carries. Over a partition of the traffic parts add up to 1.

    `traffic` is the segment's share of the window's observations. A segment carries the drift when its `share` is well
    over that. `within` and `mix` add up to `share`: its own distribution changed, or there is more or less of it;
    both None where there was no look at the segment before the drift.
    """

    segment: tuple[tuple[str, str], ...]
    traffic: float
    share: float
    within: float | None = None
    mix: float | None = None
    carries: bool = False
    """Whether the share is over the traffic by more than chance allows."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One bucket or category of a field, with its share of the reference and of the window."""

    label: str
    reference: float
    current: float


@dataclass(frozen=True, slots=True)
class Change:
    """A version or deployment that came about when the drift began: the attribute, its value before and after."""

    attribute: str
    before: str
    after: str
    at_ns: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a field or a model is in drift."""

    contributions: tuple[Contribution, ...] = ()
    """Fields, the largest shift of the output first; by level where the reference does not know the output."""
    output: OutputShift | None = None
    """The output that moved most, in its standard errors; None where window or reference do not tell."""
    explained: float | None = None
    """The features' shifts together, as a share of the output's; over 1 where features that go together count twice."""
    segments: tuple[SegmentShift, ...] = ()
    moved: tuple[Moved, ...] = ()
    """Of a field, its buckets that moved, at most 20 in their order; of a model, those of its first field in drift."""
    changed: tuple[Change, ...] = ()
