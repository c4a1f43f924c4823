"""A model server made of counts: panes into the pipeline, and its alarms."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors import Judge
from driftline.processors.findings import Finding, Kind, State
from driftline.processors.monitor import MonitorSet, load_monitors
from driftline.processors.observations import Batch, BucketPoints, Stream, StreamKind
from driftline.processors.pipeline import Pipeline
from driftline.semconv import attributes, metrics

SECOND = 10**9
START = 1_800_000_000 * SECOND
EVERY = 10
FOREVER = 1 << 62

Counts = NDArray[np.int64]


def monitor(spec: str) -> MonitorSet:
    """One monitor from the text of its spec."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "credit.monitor.yaml"
        head = "apiVersion: driftline.dev/v1\nkind: ModelMonitor\nmetadata: {name: credit}\nspec:\n"
        path.write_text(head + spec)
        return load_monitors([path])


@dataclass
class Server:
    """One model with F fields of B buckets or categories, looked at at the end of each pane."""

    pipeline: Pipeline
    bounds: tuple[float, ...] | None
    looks: int = 0
    alarms: int = 0
    panes: int = 0
    _drifting: bool = False
    _streams: NDArray[np.int64] | None = None
    _sent: Counts = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @classmethod
    def of(cls, monitors: MonitorSet, judge: Judge, bounds: Sequence[float] | None) -> Server:
        """Numeric fields on these bounds; None: categories. A judge that is shared has its limits already."""
        pipeline = Pipeline(monitors, started_ns=START - 1, idle_ns=FOREVER, judge=judge)
        return cls(pipeline, None if bounds is None else tuple(bounds))

    def pane(self, counts: Counts) -> None:
        """What one pane counted, (F, B), and a look; what begins to be in drift is an alarm."""
        self._sent = counts.copy() if self._streams is None else self._sent + counts
        streams = self._opened(counts)
        self.panes += 1
        now = START + self.panes * EVERY * SECOND
        values = self._sent if self.bounds is not None else self._sent.reshape(-1, 1).astype(np.float64)
        held = values.sum(axis=1) if self.bounds is not None else np.zeros(len(values), dtype=np.int64)
        rows, time_ns = len(values), np.full(len(values), now - SECOND)
        points = BucketPoints(streams, np.full(rows, START), time_ns, values.copy(), held, np.full(rows, np.nan))
        self.pipeline.fold(Batch([points], []), now)
        for found in self.pipeline.evaluate(now):
            if isinstance(found, Finding) and found.kind is Kind.MODEL:
                self._see(found.status)

    def count_anew(self) -> None:
        """Forget the looks and alarms so far."""
        self.looks, self.alarms = 0, 0

    def _see(self, state: State) -> None:
        self.looks += state in {State.OK, State.DRIFT}
        self.alarms += state is State.DRIFT and not self._drifting
        self._drifting = state is State.DRIFT

    def _opened(self, counts: Counts) -> NDArray[np.int64]:
        if self._streams is None:
            fields, buckets = counts.shape
            named = [{attributes.ML_FIELD_NAME: f"x{at}", attributes.ML_FIELD_ROLE: "feature"} for at in range(fields)]
            if self.bounds is not None:
                found = [self.pipeline.stream(_stream(each, self.bounds)) for each in named]
            else:
                labels = [{**each, attributes.ML_FIELD_CATEGORY: f"c{at}"} for each in named for at in range(buckets)]
                found = [self.pipeline.stream(_stream(each, None)) for each in labels]
            self._streams = np.array(found, dtype=np.int64)
        return self._streams


def _stream(labels: dict[str, str], bounds: tuple[float, ...] | None) -> Stream:
    numeric = bounds is not None
    return Stream(
        metrics.ML_FIELD_DISTRIBUTION if numeric else metrics.ML_FIELD_CATEGORIES,
        "" if numeric else "{observation}",
        StreamKind.HISTOGRAM if numeric else StreamKind.SUM,
        monotonic=True,
        delta=False,
        scope="driftline",
        resource={attributes.ML_MODEL_NAME: "credit", attributes.ML_MODEL_VERSION: "7"},
        attributes=labels,
        bounds=bounds or (),
    )
