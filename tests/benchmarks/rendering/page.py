"""The page of 300 models with 50 fields each: all statistics, and psi alone."""

from __future__ import annotations

import gzip
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from driftline.exporters.prometheus import PrometheusExporter, expose
from driftline.processors import Profile, check
from driftline.processors.findings import Finding, Output
from driftline.processors.health import Health
from tests.benchmarks.rendering.fleet import identities, now_ns, served, shown
from tests.servers.parts import find
from tests.servers.processes import eventually
from tests.servers.prometheus import running, scrape_config

MODELS, FIELDS = 300, 50


def main() -> None:
    """Print the table."""
    look = _look()
    print(f"{MODELS} models x {FIELDS} numeric fields")
    for name, statistics in (("all statistics", None), ("[psi]", ("psi",))):
        exporter = PrometheusExporter(health=Health(), statistics=statistics, series_limit=10_000_000)
        exporter.export(look, timeout=1.0)
        start = time.process_time()
        body = expose(exporter).body
        took = time.process_time() - start
        series = sum(not line.startswith(b"#") for line in body.splitlines())
        zipped = len(gzip.compress(body, compresslevel=1)) / 2**20
        size = f"{len(body) / 2**20:.0f} MiB, {zipped:.1f} MiB zipped"
        print(f"{name}: {series:,} series, {size}, worded in {took:.1f} CPU s, ", end="", flush=True)
        print(f"scraped in {_scrape(look, statistics):.1f} s")


def _look() -> list[Output]:
    """The findings of a real check, under many names."""
    random = np.random.default_rng(7)
    profile = Profile.from_table({f"x{at}": random.normal(size=20_000) for at in range(FIELDS)})
    found: Sequence[Finding] = check({f"x{at}": random.normal(size=5_000) for at in range(FIELDS)}, profile).findings
    now = now_ns()
    outputs: list[Output] = []
    for identity in identities(MODELS):
        outputs += [replace(each, identity=identity) for each in found]
        outputs += served(identity, now - 3600 * 10**9, now)
    return outputs


def _scrape(look: list[Output], statistics: Sequence[str] | None) -> float:
    """How long a real Prometheus says that its scrape took, from the request to the last sample."""
    with tempfile.TemporaryDirectory() as folder, shown(lambda: look, statistics=statistics) as page:
        config = scrape_config({"driftline": page}, interval="300s")
        with running(find("prometheus", "3.16.0"), config, Path(folder)) as server:
            asked = 'scrape_duration_seconds{job="driftline"} and up == 1'
            return eventually(lambda: server.query(asked), timeout=600, what=asked, every=1.0)[0].value
