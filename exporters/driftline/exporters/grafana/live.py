"""Figures on Grafana's live channels, at the look that finds them: `stream/driftline/ml_drift_level`.

Nobody keeps them; a panel shows what came while it was open. Source: Grafana documentation, "Set up Grafana Live",
`/api/live/push/:streamId`; InfluxDB documentation, "Line protocol".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from driftline.exporters.grafana.client import Client
from driftline.processors.findings import Finding, Objective, Output
from driftline.processors.measurements import Measurement, measurements, objective_measurements
from driftline.semconv import metrics
from driftline.semconv.prometheus import family_name, label_name
from driftline.semconv.registry import METRICS

LIVE_METRICS: Final = (metrics.ML_DRIFT_LEVEL, metrics.ML_MONITOR_STATUS, metrics.SLO_BURN_RATE)
"""What is worth watching as it happens."""


class LiveExporter:
    """Pushes each look to one Grafana.

    Args:
        client: of the Grafana.
        stream: first part of the channels' names after `stream/`.
        wanted: metrics that are pushed, each a channel of its own.
    """

    def __init__(self, client: Client, *, stream: str, wanted: Collection[str] = LIVE_METRICS) -> None:
        self._client = client
        self._path = f"/api/live/push/{stream}"
        self._wanted = frozenset(wanted)

    def export(self, findings: Sequence[Output], timeout: float) -> None:
        """Push the present look; an empty one is not sent.

        Raises:
            ExportError: Grafana did not take it; the next look says more.
        """
        found = [each for each in findings if isinstance(each, Finding)]
        objectives = [each for each in findings if isinstance(each, Objective)]
        time_ns = max([*(each.window.end_ns for each in found), *(each.time_ns for each in objectives)], default=0)
        measured = (*measurements(found), *objective_measurements(objectives))
        lines = list(self._lines(measured, time_ns))
        if lines:
            self._client.ask("POST", self._path, timeout=timeout, content="\n".join(lines).encode())

    def _lines(self, measured: Iterable[Measurement], time_ns: int) -> Iterator[str]:
        return (line(each, time_ns) for each in measured if each.name in self._wanted)


def line(measurement: Measurement, time_ns: int) -> str:
    r"""One measurement in the line protocol, under the names that Prometheus has too.

    >>> line(Measurement("ml.drift.level", (("ml.model.name", "a b,c=d"),), 2.5), 7)
    'ml_drift_level,ml_model_name=a\\ b\\,c\\=d value=2.5 7'
    """
    name = family_name(measurement.name, METRICS[measurement.name].unit)
    tags = "".join(f",{label_name(key)}={_escaped(value)}" for key, value in measurement.attributes if value)
    return f"{name}{tags} value={measurement.value!r} {time_ns}"


def _escaped(value: str) -> str:
    """A tag's value. It cannot hold a line break, nor end in a backslash: it would escape what follows."""
    plain = " ".join(value.splitlines()).rstrip("\\")
    return plain.replace(",", "\\,").replace("=", "\\=").replace(" ", "\\ ")
