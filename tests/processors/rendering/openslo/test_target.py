"""OpenSLO documents: what is written for other tools, and that ours reads it back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from driftline.processors.monitor import MonitorSet, load_monitors
from driftline.processors.rendering.openslo.target import openslo
from driftline.processors.rendering.options import Options

GOLDEN = Path(__file__).parent / "golden" / "credit.openslo.yaml"
MONITOR = """
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: credit, labels: {team: risk}}
spec:
  slos:
    - {name: Availability, objective: 99.9, sli: {availability: {}}}
    - {name: fast, objective: 99, window: 28d, minimumEvents: 50, sli: {latency: {threshold: 250ms}}}
    - name: quick
      objective: 99.5
      calendar: quarter
      timeZone: Europe/Berlin
      sli: {latency: {threshold: 40ms, metric: {name: http.server.request.duration, where: {http.route: /predict}}}}
    - {name: steady, objective: 90, calendar: week, sli: {drift: {}}}
    - {name: young, objective: 90, calendar: month, sli: {freshness: {of: reference, within: 90d}}}
"""


@pytest.fixture
def monitors(tmp_path: Path) -> MonitorSet:
    (tmp_path / "credit.yaml").write_text(MONITOR)
    return load_monitors([tmp_path / "credit.yaml"])


def test_the_documents_are_those_that_are_checked_in(monitors: MonitorSet) -> None:
    written = openslo(monitors, Options(selector='job="driftline"'))
    assert written == {"openslo/credit.openslo.yaml": GOLDEN.read_text()}


def test_what_was_written_is_read_back_as_the_same_objectives(monitors: MonitorSet, tmp_path: Path) -> None:
    (folder := tmp_path / "other").mkdir()
    (folder / "credit.yaml").write_text(openslo(monitors, Options())["openslo/credit.openslo.yaml"])
    (again,) = load_monitors([folder])
    (first,) = monitors
    assert again.spec.slos == first.spec.slos
    assert (again.name, again.labels) == (first.name, first.labels)


def test_names_are_such_as_every_tool_takes(monitors: MonitorSet) -> None:
    documents = yaml.safe_load_all(openslo(monitors, Options())["openslo/credit.openslo.yaml"])
    names = [each["metadata"]["name"] for each in documents if each["kind"] == "SLO"]
    assert names == ["credit-availability", "credit-fast", "credit-quick", "credit-steady", "credit-young"]


def test_a_monitor_without_objectives_gives_no_file(tmp_path: Path) -> None:
    (tmp_path / "bare.yaml").write_text("apiVersion: driftline.dev/v1\nkind: ModelMonitor\nmetadata: {name: bare}\n")
    assert openslo(load_monitors([tmp_path / "bare.yaml"]), Options()) == {}
