"""What of a monitor, defaults included, does not fit together although each part is right by itself."""

from __future__ import annotations

from collections.abc import Iterator

from driftline.processors.documents.durations import write_duration
from driftline.processors.monitor.spec import Defaults

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
