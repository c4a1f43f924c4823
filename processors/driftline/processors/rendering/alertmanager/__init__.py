"""Routes, inhibitions and receivers for Alertmanager: who is told of which alert, from the monitors.

`plan` is what they say, as plain values; `text` and `kubernetes` give it the form of Alertmanager's own file and of the
Prometheus operator's `AlertmanagerConfig`.
"""

from __future__ import annotations

from driftline.processors.rendering.alertmanager.plan import Plan, plan
from driftline.processors.rendering.alertmanager.target import alertmanager

__all__ = ["Plan", "alertmanager", "plan"]
