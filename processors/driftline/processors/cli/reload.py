"""Monitor files are picked up when they change; a bad file keeps the old set."""

from __future__ import annotations

import logging
from collections.abc import Callable

from driftline.processors.documents import DocumentError
from driftline.processors.health import Health
from driftline.processors.monitor import MonitorSet, load_monitors
from driftline.semconv import metrics

log = logging.getLogger(__name__)


class Reloader:
    """Watches what a monitor set was read from.

    Args:
        monitors: the set in force.
        configure: takes a new set, `Pipeline.configure`.
        health: shows whether the last reload was successful.
    """

    def __init__(self, monitors: MonitorSet, configure: Callable[[MonitorSet], None], health: Health) -> None:
        self._monitors = monitors
        self._configure = configure
        self._health = health
        self._said = ""
        self._health.gauge(metrics.DRIFTLINE_CONFIG_LAST_RELOAD_SUCCESSFUL, 1)

    def look(self) -> None:
        """Reload when a file changed. Costs one `stat` a file; a fault is said once, until it changes."""
        if not self._monitors.changed():
            return
        try:
            monitors = load_monitors(self._monitors.paths)
            self._configure(monitors)
        except (DocumentError, OSError, ValueError) as error:
            self._failed(str(error))
            return
        self._monitors, self._said = monitors, ""
        self._health.gauge(metrics.DRIFTLINE_CONFIG_LAST_RELOAD_SUCCESSFUL, 1)
        log.info("monitors reloaded: %d", len(monitors))

    def _failed(self, fault: str) -> None:
        self._health.gauge(metrics.DRIFTLINE_CONFIG_LAST_RELOAD_SUCCESSFUL, 0)
        if fault != self._said:
            log.error("the monitors in force stay, because the changed files cannot be used:\n%s", fault)
            self._said = fault
