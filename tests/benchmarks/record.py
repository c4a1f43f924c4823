"""What `record` costs, beside the SDK's histograms and prometheus_client, and what it keeps in memory.

    python tests/benchmarks/record.py

Ratios of one run on one machine, median of interleaved rounds of thread CPU time; targets in brackets. Counting and
sending included: each round ends with the flush that the recorder's thread would make.
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, MetricExportResult, MetricsData
from prometheus_client import CollectorRegistry, Histogram

from driftline.instrumentation import ModelRecorder

FEATURES = 20
ROUNDS = 9
ROWS = 4000  # a round
BOUNDS = [float(bound) for bound in np.linspace(-2, 2, 20)]
NAMES = [f"feature_{at}" for at in range(FEATURES)]


class Nowhere:
    """Takes points and forgets them."""

    def export(self, metrics_data: MetricsData) -> MetricExportResult:
        return MetricExportResult.SUCCESS

    def shutdown(self) -> None:
        return None


def main() -> int:
    """Print the table; 1 when a ratio misses its target."""
    rows = np.random.default_rng(20261124).normal(size=(ROWS, FEATURES))
    costs = measure(contenders(rows))
    sdk, prometheus = costs.pop("20 SDK Histogram.record"), costs.pop("20 bound prometheus_client observes")
    _say(f"{'a row of 20 features':46} {'us':>8} {'x SDK':>14} {'x prometheus':>14}")
    _say(f"{'20 SDK Histogram.record':46} {sdk:8.2f}")
    _say(f"{'20 bound prometheus_client observes':46} {prometheus:8.2f}")
    missed = 0
    for name, cost in costs.items():
        wanted = (20, 2) if "one by one" in name else (100, 10)
        ratios = (sdk / cost, prometheus / cost)
        missed += any(ratio < target for ratio, target in zip(ratios, wanted, strict=True))
        shown = [f"{ratio:6.1f} [{target}]" for ratio, target in zip(ratios, wanted, strict=True)]
        _say(f"{name:46} {cost:8.2f} {shown[0]:>14} {shown[1]:>14}")
    few, many = memory(10_000), memory(10_000_000)
    _say(
        f"memory kept after 10 thousand predictions {few / 1024:.0f} KiB, after 10 million {many / 1024:.0f} KiB [flat]"
    )
    return int(missed > 0 or many > 1.5 * few + 65536)


def contenders(rows: np.ndarray[Any, Any]) -> dict[str, Callable[[], None]]:
    """Each records all of `rows` once."""
    plain = [dict(zip(NAMES, row, strict=True)) for row in rows.tolist()]
    return {
        "20 SDK Histogram.record": _sdk(plain[:200]),
        "20 bound prometheus_client observes": _prometheus(plain[:1000]),
        "record, one by one, no reference": _one_by_one(plain, None),
        "record, one by one, reference": _one_by_one(plain, profile()),
        **{
            f"record, batches of {size}, {what}": _batches(rows, size, reference)
            for size in (32, 256, 1000)
            for what, reference in (("no reference", None), ("reference", profile()))
        },
    }


def profile() -> dict[str, Any]:
    """A reference of 20 bounds a feature."""
    fields = [
        {"name": name, "role": "feature", "kind": "numeric", "min": -5, "max": 5, "bounds": BOUNDS, "counts": [1] * 21}
        for name in NAMES
    ]
    return {"driftline": "profile/v1", "id": "benchmark", "fields": fields}


def measure(round_of: dict[str, Callable[[], None]]) -> dict[str, float]:
    """Median microseconds a row over interleaved rounds."""
    sizes = {"20 SDK Histogram.record": 200, "20 bound prometheus_client observes": 1000}
    taken: dict[str, list[float]] = {name: [] for name in round_of}
    for _ in range(ROUNDS):
        for name, work in round_of.items():
            before = time.thread_time()
            work()
            taken[name].append((time.thread_time() - before) * 1e6 / sizes.get(name, ROWS))
    return {name: statistics.median(times) for name, times in taken.items()}


def memory(predictions: int) -> int:
    """Bytes a recorder keeps after this many predictions of 20 features and a category, flushed as it would be."""
    batch = np.random.default_rng(1).normal(size=(10_000, FEATURES))
    recorder = _recorder(None)
    tracemalloc.start()
    for _ in range(predictions // len(batch)):
        recorder.record(batch, names=NAMES, prediction=["yes", "no"] * (len(batch) // 2))
        recorder.flush()
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    recorder.close()
    return kept


def _recorder(reference: dict[str, Any] | None) -> ModelRecorder:
    return ModelRecorder("benchmark", reference=reference, exporter=Nowhere(), interval=3600)


def _one_by_one(plain: list[dict[str, float]], reference: dict[str, Any] | None) -> Callable[[], None]:
    recorder = _recorder(reference)

    def work() -> None:
        for row in plain:
            recorder.record(row)
        recorder.flush()

    return work


def _batches(rows: np.ndarray[Any, Any], size: int, reference: dict[str, Any] | None) -> Callable[[], None]:
    recorder = _recorder(reference)

    def work() -> None:
        for start in range(0, len(rows), size):
            recorder.record(rows[start : start + size], names=NAMES)
        recorder.flush()

    return work


def _sdk(plain: list[dict[str, float]]) -> Callable[[], None]:
    meter = MeterProvider([InMemoryMetricReader()]).get_meter("benchmark")
    histogram = meter.create_histogram("field", explicit_bucket_boundaries_advisory=BOUNDS)
    labels = [{"model": "benchmark", "field": name, "role": "feature"} for name in NAMES]

    def work() -> None:
        for row in plain:
            for value, attributes in zip(row.values(), labels, strict=True):
                histogram.record(abs(value), attributes)  # it drops negative values before it works

    return work


def _prometheus(plain: list[dict[str, float]]) -> Callable[[], None]:
    family = Histogram("field", "field", ["name"], buckets=BOUNDS, registry=CollectorRegistry())
    bound = [family.labels(name) for name in NAMES]

    def work() -> None:
        for row in plain:
            for value, child in zip(row.values(), bound, strict=True):
                child.observe(value)

    return work


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
