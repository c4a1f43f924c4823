"""Every detector of concept drift by its name in the literature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from driftline.processors.detectors.concept.ddm import Ddm
from driftline.processors.detectors.concept.detector import ErrorDetector
from driftline.processors.detectors.concept.eddm import Eddm
from driftline.processors.detectors.concept.hddm_a import HddmA
from driftline.processors.detectors.concept.hddm_w import HddmW

DETECTORS: Mapping[str, Callable[[], ErrorDetector[Any]]] = {"ddm": Ddm, "eddm": Eddm, "hddm_a": HddmA, "hddm_w": HddmW}
"""Name to a maker with the defaults of the literature."""
