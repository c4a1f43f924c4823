"""Rules as the object that the Prometheus operator reads.

Source: prometheus-operator, `monitoring.coreos.com/v1`, `PrometheusRule`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from driftline.processors.monitor import Monitor
from driftline.processors.rendering.errors import RenderError
from driftline.processors.rendering.prometheus.rules import Group
from driftline.processors.rendering.prometheus.text import groups_text

_MANAGED: Final = {"app.kubernetes.io/name": "driftline", "app.kubernetes.io/managed-by": "driftline-render"}
_NAME: Final = re.compile(r"[^a-z0-9-]+")
_VALUE: Final = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_KEY: Final = re.compile(r"(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")


def prometheus_rule(monitor: Monitor, groups: Sequence[Group]) -> str:
    """A `PrometheusRule` of one monitor. Its labels are the monitor's, by which an operator's `ruleSelector` finds it.

    A label that Kubernetes does not take, as one with a space, is on the alerts alone.
    """
    labels = {name: value for name, value in monitor.labels.items() if _KEY.fullmatch(name) and _VALUE.fullmatch(value)}
    return "\n".join(
        (
            "apiVersion: monitoring.coreos.com/v1",
            "kind: PrometheusRule",
            "metadata:",
            f"  name: {object_name(monitor.name)}",
            "  labels:",
            *(f"    {line}" for line in _mapping(_MANAGED | labels)),
            "spec:",
            groups_text(groups, "  "),
        )
    )


def object_name(name: str) -> str:
    """A name that Kubernetes takes.

    Raises:
        RenderError: nothing of it can be kept.

    >>> object_name("Credit risk/EU")
    'driftline-credit-risk-eu'
    """
    kept = _NAME.sub("-", name.lower()).strip("-")[:200].rstrip("-")
    if not kept:
        raise RenderError(f"`{name}` holds no letter or digit that a Kubernetes name may have: rename the monitor")
    return f"driftline-{kept}"


def _mapping(values: Mapping[str, str]) -> list[str]:
    return [f"{name}: {json.dumps(value)}" for name, value in values.items()]
