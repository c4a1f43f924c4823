"""OpenSLO documents beside monitors: their objectives become the monitors'."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftline.processors.documents import DocumentError, parse_duration
from driftline.processors.monitor import MonitorSet, load_monitors

MONITOR = """
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: credit, labels: {team: risk}}
spec:
  slos: [{name: fresh, objective: 99, sli: {freshness: {}}}]
---
"""
SERVICE = """
apiVersion: openslo/v1
kind: Service
metadata: {name: credit, labels: {team: other, tags: [a, b]}}
spec: {description: Says who gets credit}
---
"""
SLO = """
apiVersion: openslo/v1
kind: SLO
metadata: {name: availability, displayName: Answers}
spec:
  service: credit
  indicator:
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Driftline, spec: {availability: {}}}}
        total: {metricSource: {type: Driftline, spec: {availability: {}}}}
  timeWindow: [{duration: 4w, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: Answers, target: 0.999}]
"""


def load(folder: Path, text: str) -> MonitorSet:
    (folder / "monitors.yaml").write_text(text)
    return load_monitors([folder])


def faults(folder: Path, text: str) -> str:
    with pytest.raises(DocumentError) as refused:
        load(folder, text)
    return str(refused.value)


def test_an_slo_comes_after_the_objectives_of_the_monitor_that_has_its_services_name(tmp_path: Path) -> None:
    (monitor,) = load(tmp_path, MONITOR + SERVICE + SLO)
    assert [(slo.name, slo.objective, slo.window) for slo in monitor.spec.slos] == [
        ("fresh", 99.0, parse_duration("30d")),
        ("availability", 99.9, parse_duration("28d")),
    ]
    assert monitor.spec.slos[1].sli.kind == "availability"


def test_the_labels_of_a_service_lie_under_those_of_the_monitor(tmp_path: Path) -> None:
    (monitor,) = load(tmp_path, MONITOR + SERVICE + SLO)
    assert monitor.labels == {"team": "risk", "tags": "a,b"}


def test_a_service_without_a_monitor_gets_one_with_every_default(tmp_path: Path) -> None:
    (monitor,) = load(tmp_path, SERVICE + SLO)
    assert (monitor.name, monitor.model, monitor.labels["team"]) == ("credit", "credit", "other")
    assert [slo.name for slo in monitor.spec.slos] == ["availability"]


def test_a_monitor_of_another_name_takes_the_objectives_of_its_model(tmp_path: Path) -> None:
    renamed = MONITOR.replace("name: credit,", "name: credit-v2,").replace(
        "spec:\n", "spec:\n  model: {name: credit}\n"
    )
    (monitor,) = load(tmp_path, renamed + SLO)
    assert (monitor.name, [slo.name for slo in monitor.spec.slos]) == ("credit-v2", ["fresh", "availability"])


def test_an_annotation_says_which_indicator_the_queries_of_another_tool_are(tmp_path: Path) -> None:
    queries = SLO.replace("{type: Driftline, spec: {availability: {}}}", "{type: Prometheus, spec: {query: up}}")
    annotated = queries.replace(
        "displayName: Answers}\nspec",
        'annotations: {driftline.dev/sli: \'{"latency": {"threshold": "250ms"}}\', '
        'driftline.dev/minimum-events: "50"}}\nspec',
    )
    (monitor,) = load(tmp_path, annotated)
    (slo,) = monitor.spec.slos
    assert slo.sli.latency is not None
    assert (slo.sli.latency.threshold, slo.minimum_events) == (parse_duration("250ms"), 50)
    assert "monitors.yaml:7: spec.indicator: its queries are another tool's" in faults(tmp_path, queries)


def test_an_indicator_that_is_referred_to_is_found_in_another_file(tmp_path: Path) -> None:
    inline = SLO[SLO.index("  indicator:") : SLO.index("  timeWindow")]
    (tmp_path / "sli.yaml").write_text(
        "apiVersion: openslo/v1\nkind: SLI\nmetadata: {name: answers}\n"
        + inline.replace("  indicator:\n    spec:", "spec:")
        .replace("      ratio", "  ratio")
        .replace("        ", "    ")
    )
    referring = SLO.replace(inline, "  indicatorRef: answers\n")
    (monitor,) = load(tmp_path, referring)
    assert monitor.spec.slos[0].sli.kind == "availability"
    assert "there is no SLI `answer` among these files" in faults(tmp_path, referring.replace("answers", "answer"))


def test_each_of_several_targets_is_an_objective_of_its_own(tmp_path: Path) -> None:
    two = SLO.replace("target: 0.999}", "target: 0.999}, {targetPercent: 99.99}")
    (monitor,) = load(tmp_path, two)
    assert [(slo.name, slo.objective) for slo in monitor.spec.slos] == [
        ("availability-99.9", 99.9),
        ("availability-99.99", 99.99),
    ]


def test_a_calendar_window_keeps_its_time_zone(tmp_path: Path) -> None:
    calendar = "{duration: 1M, calendar: {startTime: 2026-01-01 00:00:00, timeZone: Europe/Berlin}}"
    (monitor,) = load(tmp_path, SLO.replace("{duration: 4w, isRolling: true}", calendar))
    assert (monitor.spec.slos[0].calendar, monitor.spec.slos[0].time_zone) == ("month", "Europe/Berlin")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Occurrences", "Timeslices", "write `Occurrences`"),
        ("duration: 4w", "duration: 1M", "`1M` has no fixed length: write days"),
        ("isRolling: true", "calendar: {startTime: 2026-01-01 00:00:00}", "a calendar of 4w is not known here"),
        (
            "{duration: 4w, isRolling: true}",
            "{duration: 1w, calendar: {startTime: 2026-01-01 00:00:00}}",
            "a week here begins at its first midnight (a week on Monday)",
        ),
        ("target: 0.999", "target: 99.9", "less than 1"),
        ("target: 0.999", "target: 0.9, targetPercent: 90", "needs exactly one of"),
        ("availability: {}", "availabilty: {}", "did you mean `availability`?"),
        ("budgetingMethod", "budgetMethod", "did you mean `budgetingMethod`?"),
        ("kind: SLO", "kind: SLOs", "did you mean `SLO`?"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_write(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in faults(tmp_path, SLO.replace(old, new))


def test_two_objectives_of_one_name_are_refused(tmp_path: Path) -> None:
    assert "two objectives `availability`" in faults(tmp_path, SLO + "---" + SLO)


def test_documents_that_hold_no_objective_are_named_and_not_used(tmp_path: Path) -> None:
    others = "---\napiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: {name: page}\nspec: {alertWhenNoData: true}\n"
    monitors = load(tmp_path, SLO + others)
    assert monitors.notices == ("1 AlertPolicy document of OpenSLO not used: a monitor says where alarms go",)
