"""What of a monitor, defaults included, does not fit together although each part is right by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from driftline.processors.documents.durations import write_duration
from driftline.processors.monitor.spec import Defaults, FieldEntry, Metric, Spec

Where = tuple[str | int, ...]


def misfits(spec: Defaults) -> Iterator[tuple[Where, str]]:
    """Where in the file, and what to write instead.

    >>> spec = Defaults.model_validate({"reference": {"trailing": {"length": "1m"}}})
    >>> [where for where, _ in misfits(spec)]
    [('spec', 'reference', 'trailing', 'length')]
    """
    reference, window = spec.reference, spec.window
    if reference is None:
        return
    least = write_duration(window.length)
    if reference.trailing is not None and reference.trailing.length < window.length:
        yield ("spec", "reference", "trailing", "length"), f"is shorter than the window: make it at least {least}"
    if reference.seasonal is not None and reference.seasonal.period < 2 * window.length:
        least = write_duration(2 * window.length)
        yield (
            ("spec", "reference", "seasonal", "period"),
            f"holds less than two windows, too few to tell times of it apart: make it at least {least}",
        )
    if reference.rest is not None and not spec.segments:
        yield ("spec", "reference", "rest"), "compares segments with the rest, and there are none: write `segments`"
    if reference.rest is not None and window.reaches_back_for is not None:
        length = write_duration(window.length)
        yield (
            ("spec", "reference", "rest"),
            f"needs windows that do not reach back: write `window: {{length: {length}}}` without `observations`",
        )


def claims(spec: Spec) -> Iterator[tuple[FieldEntry, Metric]]:
    """Foreign metrics that a monitor watches whatever their streams say of a model."""
    if not spec.model.where:
        yield from ((entry, entry.metric) for entry in spec.fields if entry.metric is not None)


def overlap(one: Metric, other: Metric) -> bool:
    """Whether a stream could be both.

    >>> overlap(Metric(name="m", where={"a": "1"}), Metric(name="m", where={"a": "2"}))
    False
    """
    return one.name == other.name and not contradict(one.where, other.where)


def contradict(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether no attributes can equal both."""
    return any(other.get(name, wanted) != wanted for name, wanted in one.items())


def first_overlap(ours: Sequence[tuple[FieldEntry, Metric]], metric: Metric) -> FieldEntry | None:
    """The first entry that claims the same streams."""
    return next((entry for entry, own in ours if overlap(own, metric)), None)
