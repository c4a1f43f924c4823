"""Every detector of concept drift by its name in the literature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from driftline.processors.detectors.concept.ddm import Ddm
from driftline.processors.detectors.concept.eddm import Eddm
from driftline.processors.detectors.concept.hddm_a import HddmA
from driftline.processors.detectors.concept.hddm_w import HddmW
from driftline.processors.detectors.concept.zone import Zone


class ErrorDetector(Protocol):
    """Follows one stream of errors, one outcome at a time, in the order of the predictions."""

    def update(self, error: bool) -> Zone:  # noqa: FBT001 - the one thing it takes
        """Take whether the model was wrong; begins anew after `drift`."""
        ...

    def get(self) -> Zone:
        """The zone after the last error."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """The state, as JSON can hold it."""
        ...

    def restore(self, saved: dict[str, Any]) -> None:
        """Take up a state. Raises KeyError, TypeError or ValueError on anything else."""
        ...


DETECTORS: Mapping[str, Callable[[], ErrorDetector]] = {"ddm": Ddm, "eddm": Eddm, "hddm_a": HddmA, "hddm_w": HddmW}
"""Name to a maker with the defaults of the literature."""
