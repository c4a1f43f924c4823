"""What can be rendered. A target is one function; adding one is one row of `TARGETS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from driftline.processors.monitor import MonitorSet
from driftline.processors.rendering.alertmanager import alertmanager
from driftline.processors.rendering.grafana.target import grafana
from driftline.processors.rendering.openslo.target import openslo
from driftline.processors.rendering.options import Options
from driftline.processors.rendering.prometheus import prometheus

Target = Callable[[MonitorSet, Options], Mapping[str, str]]
"""Monitors and options to the text of each file by its path below the output folder.

Pure: the same monitors give the same bytes. Raises RenderError where these monitors cannot be rendered, and
GrafanaError where an extra is missing.
"""

TARGETS: Final[Mapping[str, Target]] = {
    "prometheus": prometheus,
    "alertmanager": alertmanager,
    "grafana": grafana,
    "openslo": openslo,
}
"""Every target by the name that people type, in the order `all` renders them."""


def render(names: Sequence[str], monitors: MonitorSet, options: Options) -> dict[str, str]:
    """The files of several targets, sorted by path.

    Raises:
        KeyError: a name is no target.

    >>> render([], MonitorSet(), Options())
    {}
    """
    files = {path: text for name in names for path, text in TARGETS[name](monitors, options).items()}
    return dict(sorted(files.items()))
