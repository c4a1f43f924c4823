"""What can go wrong with dashboards."""

from __future__ import annotations

from driftline.processors.rendering.errors import RenderError


class GrafanaError(RenderError):
    """Dashboards cannot be made, or tried; the message says what to install or to choose."""
