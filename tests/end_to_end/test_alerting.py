"""A drifting and failing model, its processor, Prometheus with the rendered rules, Alertmanager with the routes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self

import numpy as np
import pytest
import yaml

from driftline.exporters.alertmanager import AlertmanagerExporter, Patience, alertmanager_exporter
from driftline.instrumentation import ModelRecorder
from driftline.processors.findings import Finding, Identity, Kind, State, Window
from driftline.processors.monitor import MonitorSet, load_monitors
from driftline.processors.profile import Profile
from driftline.processors.rendering.options import Options
from driftline.processors.rendering.targets import render
from driftline.processors.rendering.written import write
from tests.docs.reading import RUNBOOKS, blocks
from tests.servers import alertmanager, prometheus, webhook
from tests.servers.alertmanager import Alertmanager
from tests.servers.driftline import Processor, running_processor
from tests.servers.processes import eventually
from tests.servers.webhook import Told, Webhook

pytestmark = pytest.mark.end_to_end

Programs = Callable[[str, str], Path]
CLUSTER = {"cluster": "test"}
SECOND = 10**9
DRIFT, BURN, ABSENT = "ModelDrift", "ModelErrorBudgetBurn", "ModelTelemetryAbsent"
RESENDS = "--rules.alert.resend-delay=1s"


def monitors(folder: Path, hook: str, *, window: str) -> MonitorSet:
    """Two models of one team: one is served, one never says a word."""
    told = {
        severity: {"receivers": [{"webhook": {"url": f"{hook}/{severity}"}}], "groupWait": wait, "groupInterval": "1s"}
        for severity, wait in {"page": "1ms", "ticket": "1s"}.items()
    }
    spec = {
        "owner": "risk",
        "window": {"length": window, "every": "1s"},
        "drift": {"severity": "page"},
        "notifications": told,
    }
    slos = [{"name": "up", "objective": 99, "sli": {"availability": {}}}]
    said = [
        monitor("credit", spec | {"slos": slos, "reference": {"profile": str(profile(folder))}}),
        monitor("silent", spec | {"staleAfter": "5s"}),
    ]
    (folder / "monitors.yaml").write_text(yaml.safe_dump_all(said), encoding="utf-8")
    return load_monitors([folder / "monitors.yaml"])


def monitor(name: str, spec: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": name, "labels": {"team": "scoring"}}
    return {"apiVersion": "driftline.dev/v1", "kind": "ModelMonitor", "metadata": metadata, "spec": spec}


def profile(folder: Path) -> Path:
    random = np.random.default_rng(1)
    table = {"age": random.normal(40, 9, 5000), "income": random.normal(0, 1, 5000)}
    path = folder / "credit.profile.json"
    Profile.from_table(table, model="credit", version="7").save(path)
    return path


class Traffic:
    """A model server's recorder, 100 rows in each tenth of a second; `age` drifts, and a third fails, when told to."""

    def __init__(self, endpoint: str) -> None:
        self.drifting, self.failing, self._enough = Event(), Event(), Event()
        self._endpoint = endpoint
        self._thread = Thread(target=self._send)

    def _send(self) -> None:
        random = np.random.default_rng(2)
        with ModelRecorder("credit", "7", endpoint=self._endpoint, environment="test", interval=0.25) as recorder:
            while not self._enough.wait(0.1):
                age = 60 if self.drifting.is_set() else 40
                recorder.record({"age": random.normal(age, 9, 100), "income": random.normal(0, 1, 100)}, duration=0.01)
                if self.failing.is_set():
                    recorder.record({"age": [40.0] * 50}, duration=0.01, error_type="Timeout")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()


def config(folder: Path, peer: Alertmanager, **options: str) -> Path:
    """`driftline.yaml`, with a second peer that is down."""
    endpoints = [peer.url, "http://127.0.0.1:9"]
    said = {"exporters": {"alertmanager": {"endpoints": endpoints, "externalLabels": CLUSTER} | options}}
    path = folder / "driftline.yaml"
    path.write_text(yaml.safe_dump(said), encoding="utf-8")
    return path


@contextmanager
def routed(folder: Path, program: Path, hook: Webhook, *, window: str) -> Iterator[tuple[Alertmanager, MonitorSet]]:
    """An Alertmanager with the rendered routes; the rendered rules are in `prometheus` below the folder."""
    said = monitors(folder, hook.url, window=window)
    files = render(["prometheus", "alertmanager"], said, Options())
    write(folder, files, tuple(files))
    (folder / "am").mkdir()
    with alertmanager.running(program, files["alertmanager/alertmanager.yaml"], folder / "am") as server:
        yield server, said


def seconds_after_start(told: Told) -> float:
    """How long after its cause was found a notification came."""
    return told.at - datetime.fromisoformat(told.starts_at).timestamp()


def once(hook: Webhook, status: str, *, timeout: float = 30.0, **labels: str) -> Told:
    """The first time it was told so."""
    return eventually(lambda: hook.of(status, **labels), timeout=timeout, what=f"{status} {labels}")[0]


@pytest.mark.timeout(180)
@pytest.mark.parametrize(("prometheus_version", "alertmanager_version"), [("2.42", "0.25"), ("3.16.0", "0.34.2")])
def test_a_page_arrives_at_once_with_its_why_as_one_alert_of_push_and_rule_and_is_resolved(
    prometheus_version: str, alertmanager_version: str, real_part: Programs, tmp_path: Path
) -> None:
    programs = real_part("prometheus", prometheus_version), real_part("alertmanager", alertmanager_version)
    with (
        webhook.listening() as hook,
        routed(tmp_path, programs[1], hook, window="3s") as (peer, said),
        running_processor(
            tmp_path, "--config", config(tmp_path, peer, resend="2s"), "--monitor", tmp_path / "monitors.yaml"
        ) as processor,
    ):
        scrape = scrape_of(tmp_path, processor, peer)
        (tmp_path / "tsdb").mkdir()
        with (
            prometheus.running(programs[0], scrape, tmp_path / "tsdb", RESENDS) as server,
            Traffic(f"http://{processor.addresses['otlp_http']}") as traffic,
        ):
            server.wait_for('ml_monitor_status{ml_model_name="credit",ml_monitor_state="ok"} == 1')
            assert not [told for told in hook.told if told.path == "/page"], "nothing is wrong yet"
            traffic.drifting.set()
            traffic.failing.set()
            _pages_arrive(hook)
            _a_page_hushes_its_ticket(peer)
            traffic.failing.clear()  # the budget's window of five minutes is to be well again soon
            _push_and_rule_are_one(server, peer)
            _absence_hushes_drift_of_that_model_only(peer, said)
            _runbooks_ask_what_prometheus_understands(server)
            failed = {"exporter": "alertmanager 127.0.0.1:9", "outcome": "failed"}
            assert processor.value("driftline_exports_total", **failed), "the peer that is down is counted"
            traffic.drifting.clear()
            for name in (DRIFT, BURN):
                once(hook, "resolved", alertname=name, severity="page")
            pages = [told for told in hook.told if told.labels["alertname"] == DRIFT and told.path == "/page"]
            told = [(page.labels["ml_model_name"], page.status) for page in pages]
            assert told == [("credit", "firing"), ("credit", "resolved")], "once, though push and rule both send it"


def scrape_of(folder: Path, processor: Processor, peer: Alertmanager) -> str:
    targets = {"driftline": processor.addresses["prometheus"]}
    alerting = prometheus.alerting_config(folder / "prometheus", peer.url.removeprefix("http://"))
    return prometheus.scrape_config(targets, external_labels=CLUSTER) + alerting


def _pages_arrive(hook: Webhook) -> None:
    drift = once(hook, "firing", alertname=DRIFT)
    assert drift.path == "/page"
    assert seconds_after_start(drift) < 1, "a push does not wait for a scrape"
    why = drift.annotations["description"]
    assert why.startswith("credit 7 (test) drifts since ")
    assert "`age`" in why
    assert "income" not in why
    assert drift.labels == CLUSTER | {
        "alertname": DRIFT,
        "severity": "page",
        "monitor": "credit",
        "owner": "risk",
        "team": "scoring",
        "ml_model_name": "credit",
        "ml_model_version": "7",
        "deployment_environment_name": "test",
    }
    burn = once(hook, "firing", alertname=BURN, severity="page")
    assert (burn.path, burn.labels["slo_name"]) == ("/page", "up")
    assert burn.annotations["description"].startswith("up: its error budget burns ")


def _push_and_rule_are_one(server: prometheus.Prometheus, peer: Alertmanager) -> None:
    server.wait_for(f'ALERTS{{alertname="{DRIFT}",alertstate="firing"}}')
    senders = set[bool]()

    def both() -> bool:
        (alert,) = peer.alerts(alertname=DRIFT, ml_model_name="credit")
        senders.add(alert["generatorURL"] == alert["annotations"]["dashboard_url"])
        return len(senders) == 2

    eventually(both, timeout=20, what="the rule's alert and the push's in one", every=0.1)


def drift_of(model: str) -> Finding:
    window = Window(0, 1, 1)
    return Finding("1", Kind.MODEL, Identity(model), None, None, State.DRIFT, window, since_ns=1, why="By hand.")


def pushed_by_hand(peer: Alertmanager, said: MonitorSet, patience: Patience) -> AlertmanagerExporter:
    """What the processor pushes with, without one."""
    return alertmanager_exporter(
        peer.url, monitor_of=lambda each: said.for_identity(each.model), patience=patience, external_labels=CLUSTER
    )


def _a_page_hushes_its_ticket(peer: Alertmanager) -> None:
    assert peer.state(alertname=BURN, severity="page") == "active"
    hushed = {"alertname": BURN, "severity": "ticket"}
    eventually(lambda: peer.state(**hushed) == "suppressed", timeout=10, what="the ticket hushed by the page")


def _absence_hushes_drift_of_that_model_only(peer: Alertmanager, said: MonitorSet) -> None:
    eventually(lambda: _absent(peer), timeout=30, what="absence told")
    pushed_by_hand(peer, said, Patience(60 * SECOND)).export([drift_of("silent")], 5.0)
    silent = {"alertname": DRIFT, "ml_model_name": "silent"}
    eventually(lambda: peer.state(**silent) == "suppressed", timeout=10, what="drift hushed by absence")
    assert peer.state(alertname=DRIFT, ml_model_name="credit") == "active"


def _absent(peer: Alertmanager) -> bool:
    """Whether it is told that the silent model's processor has no data of it."""
    found = peer.alerts(alertname=ABSENT, monitor="silent")
    return any("cause" not in each["labels"] and each["status"]["state"] == "active" for each in found)


def _runbooks_ask_what_prometheus_understands(server: prometheus.Prometheus) -> None:
    asked = {block: server.query(block) for page in RUNBOOKS for block in blocks(page.read_text(), "promql")}
    answered = [block for block, samples in asked.items() if samples]
    assert "driftline_info" in answered
    assert any("ml_drift_level" in block for block in answered)
    assert any("slo_burn_rate" in block for block in answered)


@pytest.mark.parametrize("version", ["0.25", "0.34.2"])
def test_where_the_push_resolves_people_are_told_so_at_once(version: str, real_part: Programs, tmp_path: Path) -> None:
    program = real_part("alertmanager", version)
    with webhook.listening() as hook, routed(tmp_path, program, hook, window="3s") as (peer, said):
        push = pushed_by_hand(peer, said, Patience(60 * SECOND, resolve_ns=0))
        push.export([drift_of("silent")], 5.0)
        once(hook, "firing", alertname=DRIFT)
        push.export([], 5.0)
        resolved = once(hook, "resolved", alertname=DRIFT, timeout=10)
        assert resolved.annotations["description"] == "By hand."
        assert peer.state(alertname=DRIFT) is None


def test_a_restart_with_state_resolves_no_alarm_that_still_has_its_cause(real_part: Programs, tmp_path: Path) -> None:
    program = real_part("alertmanager", "0.34.2")
    with webhook.listening() as hook, routed(tmp_path, program, hook, window="30s") as (peer, _):
        out = config(tmp_path, peer, resend="20s", resolvedBy="push", resolveAfter="1s")
        flags = "--config", out, "--monitor", tmp_path / "monitors.yaml", "--state", tmp_path / "state"
        with (
            running_processor(tmp_path, *flags) as processor,
            Traffic(f"http://{processor.addresses['otlp_http']}") as traffic,
        ):
            traffic.drifting.set()
            once(hook, "firing", alertname=DRIFT)
        (before,) = peer.alerts(alertname=DRIFT)
        with running_processor(tmp_path, *flags):
            eventually(lambda: _lasts_longer(peer, before), timeout=20, what="the alarm taken up again")
            time.sleep(3)  # looks enough to resolve it, were it thought to be over
            assert peer.state(alertname=DRIFT) == "active"
    assert not hook.of("resolved", alertname=DRIFT)


def _lasts_longer(peer: Alertmanager, before: dict[str, Any]) -> bool:
    (now,) = peer.alerts(alertname=DRIFT)
    assert (now["fingerprint"], now["startsAt"]) == (before["fingerprint"], before["startsAt"])
    return bool(now["endsAt"] > before["endsAt"])
