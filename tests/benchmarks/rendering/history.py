"""What the sum over 30 days costs an objective: records of 30 days, written as blocks, read by a real Prometheus."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

from driftline.processors.rendering.prometheus.records import BAD_RATE, DECIDED_RATE, Named
from driftline.processors.rendering.prometheus.scenarios.story import labelled
from tests.servers.parts import find
from tests.servers.prometheus import running, scrape_config

OBJECTIVES, DAYS, EVERY, REPEAT = 20, 30, 120, 5


def main() -> None:
    """Print the cost of one sum over 30 days, of one over 3 days and of one over a day."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data").mkdir()
        (folder / "records.txt").write_text(_records(int(time.time()) - 3 * 3600), encoding="utf-8")
        words = (
            "tsdb",
            "create-blocks-from",
            "--max-block-duration=240h",
            "openmetrics",
            folder / "records.txt",
            folder / "data",
        )
        subprocess.run([find("promtool", "3.16.0"), *words], check=True, capture_output=True)
        with running(
            find("prometheus", "3.16.0"), scrape_config({}), folder, "--storage.tsdb.retention.time=60d"
        ) as server:
            for window in ("30d", "3d", "1d"):
                asked = f"sum_over_time({BAD_RATE}[{window}]) / (sum_over_time({DECIDED_RATE}[{window}]) > 0)"
                before = server.own()["process_cpu_seconds_total"]
                for _ in range(REPEAT):
                    assert len(server.query(asked)) == OBJECTIVES
                took = server.own()["process_cpu_seconds_total"] - before
                print(f"{window}: {1000 * took / REPEAT / OBJECTIVES:.2f} CPU ms an objective")


def _records(end: int) -> str:
    """Both rates of each objective, a sample each two minutes, as OpenMetrics text."""
    lines = []
    for record in (BAD_RATE, DECIDED_RATE):
        lines.append(f"# TYPE {record} gauge")
        for number in range(OBJECTIVES):
            series = labelled(record, Named(f"model-{number}", "a").labels())
            lines += [f"{series} {at % 97 / 10} {at}" for at in range(end - DAYS * 86_400, end, EVERY)]
    return "\n".join([*lines, "# EOF\n"])
