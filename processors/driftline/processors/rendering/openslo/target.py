"""The target `openslo` of `driftline render`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml

from driftline.processors.monitor import MonitorSet
from driftline.processors.rendering.openslo.documents import documents_of
from driftline.processors.rendering.options import Options
from driftline.processors.rendering.prometheus.scope import scope_of
from driftline.processors.rendering.prometheus.target import named
from driftline.processors.rendering.written import MARK


def openslo(monitors: MonitorSet, options: Options) -> Mapping[str, str]:
    """`openslo/<monitor>.openslo.yaml` for every monitor that has objectives.

    They are for other tools: beside the monitor itself, `driftline run` would read each objective twice, and says so.

    Raises:
        RenderError: two monitors would be one file.
    """
    return dict(_files(monitors, options))


def _files(monitors: MonitorSet, options: Options) -> Iterator[tuple[str, str]]:
    for name, monitor in named(monitors).items():
        documents = list(documents_of(monitor, scope_of(monitor, monitors, options.selector)))
        if documents:
            text = yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True, width=100)
            yield f"openslo/{name}.openslo.yaml", f"{MARK}\n{text}"
