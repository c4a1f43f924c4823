"""What can go wrong when dashboards are made."""

from __future__ import annotations

from driftline.processors.rendering.errors import RenderError


class GrafanaError(RenderError):
    """Dashboards cannot be made; the message says what to install."""
