"""500 monitors with two objectives each: rendered, and their rules evaluated every 30 s by a real Prometheus."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from driftline.processors.monitor import Monitor, MonitorSet, Spec
from driftline.processors.rendering.options import Options
from driftline.processors.rendering.targets import TARGETS, render
from tests.benchmarks.rendering.fleet import identities, now_ns, served, shown
from tests.servers.parts import find
from tests.servers.prometheus import Prometheus, running, scrape_config

MONITORS, INTERVAL, SECONDS = 500, 30, 240
RECORDED = '{__name__=~"slo:.+|driftline:.+|sloth_slo_info"}'


def monitors(count: int = MONITORS) -> MonitorSet:
    """Monitors with an objective on predictions and one on looks."""
    spec = Spec.model_validate(
        {
            "slos": [
                {"name": "availability", "objective": 99.9, "sli": {"availability": {}}},
                {"name": "steady", "objective": 90, "sli": {"drift": {}}},
            ]
        }
    )
    return MonitorSet([Monitor(f"model-{number}", f"model-{number}", spec) for number in range(count)])


def main() -> None:
    """Print the table."""
    fleet = monitors()
    for names in (["prometheus"], list(TARGETS)):
        start = time.process_time()
        files = render(names, fleet, Options())
        size = sum(map(len, files.values())) / 2**20
        print(f"render {' '.join(names)}: {time.process_time() - start:.1f} CPU s, {len(files)} files, {size:.0f} MiB")
    with tempfile.TemporaryDirectory() as folder:
        _evaluate(Path(folder), render(["prometheus"], fleet, Options()))


def _evaluate(folder: Path, files: dict[str, str]) -> None:
    rules = folder / "rules"
    rules.mkdir()
    for path, text in files.items():
        (rules / Path(path).name).write_text(text, encoding="utf-8")
    (folder / "server").mkdir()
    started, fleet = now_ns() - 7200 * 10**9, identities(MONITORS)
    with shown(lambda: [each for model in fleet for each in served(model, started, now_ns())]) as page:
        config = scrape_config({"driftline": page}, interval=f"{INTERVAL}s")
        config += f"rule_files: ['{rules}/*.rules.yaml']\n"
        with running(find("prometheus", "3.16.0"), config, folder / "server", timeout=300) as server:
            time.sleep(SECONDS)
            _tell(server)


def _tell(server: Prometheus) -> None:
    """What the server says of itself."""
    own = server.own()
    took = _of(own, "prometheus_rule_group_last_duration_seconds")
    print(f"groups: {len(took)}, their last evaluations together {sum(took):.2f} s, the longest {max(took):.3f} s")
    missed, failed = (
        sum(_of(own, f"prometheus_rule_{name}_total")) for name in ("group_iterations_missed", "evaluation_failures")
    )
    print(f"missed iterations {missed:.0f}, failed evaluations {failed:.0f}")
    done, rules = (sum(_of(own, f"prometheus_rule_{name}")) for name in ("evaluations_total", "group_rules"))
    slow = sum(
        value for name, value in own.items() if name.startswith("prometheus_rule_group_rules{") and "-slow" in name
    )
    each = own["process_cpu_seconds_total"] / done
    needed = each * ((rules - slow) / INTERVAL + slow / 120)
    print(f"{rules:.0f} rules, {done:.0f} evaluations, {1e6 * each:.0f} CPU us each, scrapes included")
    print(f"all of them in time take {100 * needed:.0f} % of one core")
    memory, series = own["process_resident_memory_bytes"] / 2**20, own["prometheus_tsdb_head_series"]
    print(f"memory: {memory:.0f} MiB, series {series:.0f}")
    recorded = server.query(f"count({RECORDED})")[0].value
    scraped = server.query('sum(scrape_samples_scraped{job="driftline"})')[0].value
    print(f"series a monitor: {scraped / MONITORS:.0f} scraped, {recorded / MONITORS:.0f} recorded")


def _of(own: Mapping[str, float], name: str) -> list[float]:
    return [value for sample, value in own.items() if sample.startswith(f"{name}{{")]
