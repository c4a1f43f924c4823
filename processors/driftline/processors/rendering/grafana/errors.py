"""What can go wrong when dashboards are made."""

from __future__ import annotations


class GrafanaError(Exception):
    """Dashboards cannot be made; the message says what to install."""
