"""What can go wrong when files are rendered."""

from __future__ import annotations


class RenderError(ValueError):
    """These monitors cannot be rendered; the message says what to change."""
