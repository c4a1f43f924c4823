"""Concept drift: is the model wrong more often than it was? Detectors over the stream of its errors."""

from driftline.processors.detectors.concept.ddm import Ddm
from driftline.processors.detectors.concept.detector import ErrorDetector
from driftline.processors.detectors.concept.eddm import Eddm
from driftline.processors.detectors.concept.hddm_a import HddmA
from driftline.processors.detectors.concept.hddm_w import HddmW
from driftline.processors.detectors.concept.table import DETECTORS
from driftline.processors.detectors.concept.zone import Zone

__all__ = ["DETECTORS", "Ddm", "Eddm", "ErrorDetector", "HddmA", "HddmW", "Zone"]
