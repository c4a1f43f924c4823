"""Rules ask only for what there is, count each thing once, and never give a share of nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import sqrt
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.alerting import Alert, Severity, labels_of
from driftline.processors.alerting.labels import CAUSE
from driftline.processors.findings import Identity
from driftline.processors.monitor import Model, Monitor, MonitorSet, Objective, Spec, load_monitors
from driftline.processors.rendering.errors import RenderError
from driftline.processors.rendering.options import Options
from driftline.processors.rendering.prometheus import AlertRule, Group, Record, Rule, notes_of, rules_of
from driftline.processors.rendering.prometheus.scenarios import stories_of
from driftline.processors.rendering.prometheus.scope import scope_of
from driftline.processors.rendering.prometheus.surely import lower_bound
from driftline.processors.rendering.prometheus.target import named
from driftline.processors.rendering.prometheus.text import groups_text
from driftline.processors.slo.budget import ONE_SIDED_95
from driftline.processors.statistics.intervals import wilson
from driftline.semconv.prometheus import family_name
from driftline.semconv.registry import METRICS, Instrument

MONITORS = load_monitors([Path(__file__).parent / "monitors"])
SHORT = {"length": "5s", "every": "1s"}
OPTIONS = Options('job="driftline"')
SELECTED = re.compile(r"\b([a-zA-Z_:][a-zA-Z0-9_:]*)\{([^}]*)\}")


def _rules(monitors: MonitorSet = MONITORS) -> Iterator[tuple[Monitor, Group, Rule]]:
    for monitor in monitors:
        for group in rules_of(monitor, monitors, OPTIONS):
            yield from ((monitor, group, rule) for rule in group.rules)


def _known() -> set[str]:
    for_counter = {family_name(each.name, each.unit) + "_total" for each in METRICS.values() if _is(each.name)}
    gauges = {family_name(each.name, each.unit) for each in METRICS.values() if each.instrument is Instrument.GAUGE}
    buckets = {
        family_name(each.name, each.unit) + "_bucket"
        for each in METRICS.values()
        if each.instrument is Instrument.HISTOGRAM
    }
    return for_counter | gauges | buckets


def _is(name: str) -> bool:
    return METRICS[name].instrument is Instrument.COUNTER


def test_every_metric_that_is_asked_for_is_in_the_contract_or_recorded_before() -> None:
    recorded: set[str] = set()
    for _, _, rule in _rules():
        asked = {name for name, _ in SELECTED.findall(rule.expression)}
        assert asked - _known() - recorded == set(), rule.expression
        if isinstance(rule, Record):
            recorded.add(rule.name)


def test_templates_ask_for_metrics_of_the_contract_too() -> None:
    details = [rule.detail for _, _, rule in _rules() if isinstance(rule, AlertRule) and rule.detail]
    assert details
    for detail in details:
        asked = {name for name, _ in re.findall(r"\b([a-z_]+)\{([^}]*%q[^}]*)\}", detail)}
        assert asked
        assert asked <= _known()


def test_every_series_that_a_scrape_brings_is_asked_for_with_the_readers_matchers() -> None:
    for _, _, rule in _rules():
        for name, where in SELECTED.findall(rule.expression):
            assert 'job="driftline"' in where or ":" in name, rule.expression


def test_objectives_read_counters_only() -> None:
    for _, group, rule in _rules():
        if "-slo-" in group.name and isinstance(rule, Record):
            asked = {name for name, _ in SELECTED.findall(rule.expression) if ":" not in name}
            assert asked <= {"ml_predictions_total", "ml_prediction_duration_seconds_bucket", "slo_events_total"}


def test_nothing_is_divided_by_what_may_be_0() -> None:
    for _, _, rule in _rules():
        for divisor in re.findall(r"/\s*(\S[^\n]*)", rule.expression):
            assert re.match(r"0\.\d+|\(.*> 0\)$|\(driftline:slo_events:\S+ \+ 2\.7", divisor), rule.expression


def test_a_processor_run_twice_counts_once() -> None:
    for _, _, rule in _rules():
        for before in re.findall(r"(\S* ?by \([^)]*\) \((?:rate\()?)[a-z_]+\{", rule.expression):
            assert before.startswith(("max by", "(max by")), rule.expression


def test_labels_of_a_rule_and_of_its_series_are_those_of_a_push() -> None:
    for monitor, _, rule in _rules():
        if isinstance(rule, AlertRule):
            slo = rule.labels.get("slo_name")
            identity = Identity(monitor.model, "7")
            pushed = labels_of(rule.alert, Severity(rule.labels["severity"]), monitor, identity, slo=slo)
            own = {"alertname": str(rule.alert), "ml_model_name": monitor.model, "ml_model_version": "7"}
            of_the_rule_alone = {CAUSE: rule.labels[CAUSE]} if CAUSE in rule.labels else {}
            assert {**own, **rule.labels} == pushed | of_the_rule_alone


def test_an_alert_says_whose_why_and_what_to_do() -> None:
    for _, _, rule in _rules():
        if isinstance(rule, AlertRule):
            assert list(rule.annotations) == ["summary", "description", "runbook_url", "dashboard_url"]
            assert all(rule.annotations.values())


def test_alerts_on_data_fire_at_once_and_none_resolves_by_a_flicker() -> None:
    alerts = {
        rule.alert: rule for monitor, _, rule in _rules() if isinstance(rule, AlertRule) and monitor.name == "credit"
    }
    for alert in (Alert.DRIFT, Alert.DATA_QUALITY, Alert.PERFORMANCE):
        assert (alerts[alert].hold_ns, alerts[alert].keep_ns) == (0, 300 * 10**9)
    short = [rule for monitor, _, rule in _rules() if monitor.name == "credit-6" and isinstance(rule, AlertRule)]
    assert next(rule for rule in short if rule.alert is Alert.DRIFT).keep_ns == 60 * 10**9


def test_absence_is_told_later_than_staleness_but_sooner_where_nothing_is_scraped() -> None:
    for monitor in MONITORS:
        alerts = rules_of(monitor, MONITORS, OPTIONS)[-1].alerts
        unseen, unheard = (rule for rule in alerts if rule.alert is Alert.TELEMETRY_ABSENT)
        assert unheard.hold_ns == monitor.spec.stale_after + monitor.spec.window.every
        assert unseen.hold_ns == min(monitor.spec.stale_after, 300 * 10**9)
        assert unseen.labels == {**unheard.labels, CAUSE: "no series"}, "one resolved must not end the other"


@pytest.mark.parametrize(("stale_after", "told"), [("5s", True), ("3m", True), ("1d", False), ("20h", True)])
def test_stories_of_silence_are_told_of_waits_up_to_a_day(stale_after: str, told: bool) -> None:
    monitor = Monitor("credit", "credit", Spec.model_validate({"staleAfter": stale_after, "window": SHORT}))
    names = [story.name for story in stories_of(monitor, rules_of(monitor))]
    assert ("a model falls silent" in names) is ("a model never spoke" in names) is told


def test_severities_are_the_monitors() -> None:
    said = {
        (monitor.name, rule.alert): rule.labels["severity"]
        for monitor, _, rule in _rules()
        if isinstance(rule, AlertRule)
    }
    assert said["credit", Alert.PERFORMANCE] == said["credit-6", Alert.DRIFT] == "page"
    assert said["credit", Alert.DRIFT] == "ticket"
    assert said["credit", Alert.OUTCOME_COVERAGE] == "info"


def test_an_objective_of_90_percent_says_why_a_pair_was_rescaled_and_keeps_the_next() -> None:
    page = _burn(MONITORS, "credit", "steady")
    assert "/ 0.1 > 8\n" in page.expression
    assert "/ 0.1 > 6\n" in page.expression
    assert "credit: steady: page 1h/5m rescaled: a factor of 14.4 can never fire: all bad burns 10; 8 instead" in set(
        notes_of(MONITORS)
    )


def test_a_pair_that_was_left_out_is_in_no_expression_and_its_reason_in_the_file() -> None:
    page = _burn(MONITORS, "churn", "clean")
    assert "1h" not in page.expression
    text = groups_text(rules_of(named(MONITORS)["churn"], MONITORS))
    assert "# clean: page 1h/5m left out: a factor of 14.4 can never fire: all bad burns 5" in text


def test_an_objective_that_no_alarm_can_guard_is_refused() -> None:
    said = {"name": "brief", "objective": 99, "window": "30m", "sli": {"availability": {}}}
    brief = Objective.model_validate(said)
    with pytest.raises(RenderError, match="no pair of burn windows is left for `brief`"):
        rules_of(Monitor("credit", "credit", Spec(slos=(brief,))))


def test_numbers_are_written_as_people_write_them() -> None:
    for _, _, rule in _rules():
        assert not re.search(r"\d\.\d{7,}|\de[-+]\d", rule.expression), rule.expression


def test_the_yaml_is_the_rules() -> None:
    for monitor in MONITORS:
        groups = rules_of(monitor, MONITORS, OPTIONS)
        read = yaml.safe_load(groups_text(groups))["groups"]
        for group, got in zip(groups, read, strict=True):
            assert got["name"] == group.name
            assert [each["expr"] for each in got["rules"]] == [rule.expression for rule in group.rules]
            assert [each.get("labels", {}) for each in got["rules"]] == [dict(rule.labels) for rule in group.rules]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_no_name_breaks_the_yaml_or_the_expression(name: str) -> None:
    monitor = Monitor(name, name, Spec(owner=name), {"team": name})
    groups = rules_of(monitor)
    read = yaml.safe_load(groups_text(groups))["groups"][0]["rules"]
    assert [each["expr"] for each in read] == [rule.expression for rule in groups[0].rules]
    assert {each["labels"]["owner"] for each in read} == {name}


def test_a_version_of_another_monitor_is_left_to_it() -> None:
    whole, old = _of("whole"), _of("old", version="6")
    there, old_there = _of("there", environment="eu"), _of("old-there", version="6", environment="eu")
    among = [whole, old, there, old_there]
    matched = {each.name: scope_of(each, among).where.removeprefix('ml_model_name="credit",') for each in among}
    assert matched == {
        "whole": 'ml_model_version!~"6",deployment_environment_name!~"eu"',
        "old": 'ml_model_version="6",deployment_environment_name!~"eu"',
        "there": 'ml_model_version!~"6",deployment_environment_name="eu"',
        "old-there": 'ml_model_version="6",deployment_environment_name="eu"',
    }


def test_a_version_with_signs_of_an_expression_is_left_out_by_its_letters() -> None:
    old = _of("old", version="1.2+a")
    assert scope_of(_of("whole"), [old]).where.endswith(r'ml_model_version!~"1\\.2\\+a"')


def test_what_matchers_cannot_say_is_said_in_the_file() -> None:
    among = [_of("whole"), _of("old-there", version="6", environment="eu")]
    (note,) = scope_of(among[0], among).notes
    assert note.startswith("version 6 in eu is monitor old-there's, and is counted here too")


def _of(name: str, **asked: str) -> Monitor:
    return Monitor(name, "credit", Spec(model=Model.model_validate(asked)))


def _burn(monitors: MonitorSet, monitor: str, slo: str) -> AlertRule:
    return next(
        rule
        for each, _, rule in _rules(monitors)
        if each.name == monitor and isinstance(rule, AlertRule) and rule.labels.get("slo_name") == slo
    )


@given(st.integers(10, 10**6), st.floats(0, 1))
def test_the_lower_bound_is_wilsons(events: int, share: float) -> None:
    bad = round(share * events)
    formula, *conditions = lower_bound("p", "n", 10).split("\nand ")
    ours = eval(formula, {"p": bad / events, "n": events, "sqrt": sqrt})
    assert ours == pytest.approx(float(wilson(bad, events, ONE_SIDED_95).lower), abs=1e-6)
    assert conditions == ["n >= 10", "n * p >= 5"]
