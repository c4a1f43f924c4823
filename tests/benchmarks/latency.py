"""From `record` to the `ml_window_observations` that includes it.

    python -m tests.benchmarks latency

One row at a time; the page is asked every 20 ms, which is part of the figure. Targets: p99 under 2.5 s with a flush of
1 s and `every: 1s`, under 0.6 s with 200 ms each.
"""

from __future__ import annotations

import re
import statistics
import tempfile
import time
from pathlib import Path

import httpx

from driftline.instrumentation import ModelRecorder
from tests.servers.driftline import running_processor

SAMPLES = 60
SETTINGS = ((1.0, "1s", 2.5), (0.2, "200ms", 0.6))
_SEEN = re.compile(r'^ml_window_observations\{.*ml_field_name="age".*\} (\S+)$', re.MULTILINE)


def main() -> int:
    """Print the table; 1 when a target is missed."""
    print(f"{'flush':>8} {'every':>8} {'median':>9} {'p99':>9}   target")
    missed = 0
    for flush_seconds, every, target in SETTINGS:
        delays = sorted(_delays(flush_seconds, every))
        p99 = delays[min(int(0.99 * len(delays)), len(delays) - 1)]
        missed += p99 > target
        print(f"{flush_seconds:7.1f}s {every:>8} {statistics.median(delays):8.2f}s {p99:8.2f}s   [{target} s]")
    return int(missed > 0)


def _delays(flush_seconds: float, every: str) -> list[float]:
    monitor = (
        "apiVersion: driftline.dev/v1\nkind: ModelMonitor\nmetadata: {name: latency}\n"
        f"spec: {{window: {{length: 5m, every: {every}}}}}\n"
    )
    with tempfile.TemporaryDirectory() as folder, running_processor(Path(folder), monitor=monitor) as processor:
        endpoint = f"http://{processor.addresses['otlp_http']}"
        with (
            ModelRecorder("latency", endpoint=endpoint, interval=flush_seconds) as recorder,
            httpx.Client(base_url=f"http://{processor.addresses['prometheus']}") as page,
        ):
            return [_delay(recorder, page, number) for number in range(1, SAMPLES + 1)]


def _delay(recorder: ModelRecorder, page: httpx.Client, number: int) -> float:
    recorder.record({"age": float(number % 60)})
    recorded = time.perf_counter()
    while True:
        found = _SEEN.search(page.get("/metrics").text)
        if found and float(found[1]) >= number:
            return time.perf_counter() - recorded
        if time.perf_counter() - recorded > 30:
            raise TimeoutError(f"observation {number} did not show within 30 s")
        time.sleep(0.02)
