"""OpenSLO v1: objectives that are written for many tools, read into monitors."""

from __future__ import annotations

from driftline.processors.monitor.openslo.joining import Joined, join
from driftline.processors.monitor.openslo.services import services
from driftline.processors.monitor.openslo.shapes import (
    API_VERSION,
    KINDS,
    MINIMUM_EVENTS_ANNOTATION,
    NAME_ANNOTATION,
    SLI_ANNOTATION,
)

__all__ = [
    "API_VERSION",
    "KINDS",
    "MINIMUM_EVENTS_ANNOTATION",
    "NAME_ANNOTATION",
    "SLI_ANNOTATION",
    "Joined",
    "join",
    "services",
]
