"""The target `alertmanager` of `driftline render`."""

from __future__ import annotations

from collections.abc import Mapping

from driftline.processors.monitor import MonitorSet
from driftline.processors.rendering.alertmanager.kubernetes import kubernetes
from driftline.processors.rendering.alertmanager.plan import plan
from driftline.processors.rendering.alertmanager.text import text
from driftline.processors.rendering.options import Options


def alertmanager(monitors: MonitorSet, options: Options) -> Mapping[str, str]:
    """Routes, receivers and inhibitions: `alertmanager/alertmanager.yaml`, or the operator's object.

    Raises:
        RenderError: two monitors of one name tell different people; with Kubernetes, what its object cannot say.
    """
    said = plan(monitors)
    if options.kubernetes:
        return {"alertmanager/alertmanagerconfig.yaml": kubernetes(said)}
    return {"alertmanager/alertmanager.yaml": text(said)}
