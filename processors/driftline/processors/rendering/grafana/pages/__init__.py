"""The dashboards, one a file, as data."""

from __future__ import annotations

from typing import Final

from driftline.processors.rendering.grafana.pages.field import FIELD_PAGE
from driftline.processors.rendering.grafana.pages.fleet import FLEET_PAGE
from driftline.processors.rendering.grafana.pages.health import HEALTH_PAGE
from driftline.processors.rendering.grafana.pages.model import MODEL_PAGE
from driftline.processors.rendering.grafana.pages.performance import PERFORMANCE_PAGE
from driftline.processors.rendering.grafana.pages.quality import QUALITY_PAGE
from driftline.processors.rendering.grafana.pages.segments import SEGMENTS_PAGE
from driftline.processors.rendering.grafana.pages.slo import SLO_PAGE
from driftline.processors.rendering.grafana.shapes import Page

PAGES: Final[tuple[Page, ...]] = (
    FLEET_PAGE,
    MODEL_PAGE,
    FIELD_PAGE,
    QUALITY_PAGE,
    PERFORMANCE_PAGE,
    SEGMENTS_PAGE,
    SLO_PAGE,
    HEALTH_PAGE,
)

__all__ = ["PAGES"]
