"""Whom an alert reaches, and what hushes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.alerting import Alert, Severity, labels_of
from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor, MonitorSet, Spec, load_monitors
from driftline.processors.monitor.notifications import Notifications
from driftline.processors.rendering.alertmanager import Plan, plan
from driftline.processors.rendering.errors import RenderError
from tests.processors.rendering.alertmanager.walking import hushed, route_of

FLEET = Path(__file__).parent / "fleet.yaml"
CREDIT = Identity("credit", "7", "champion", "production", (("customer.region", "eu"),))


def hook(name: str) -> dict[str, object]:
    return {"receivers": [{"webhook": {"url": f"http://{name}.test/"}}]}


SAID = st.sampled_from(
    [
        Notifications(),
        Notifications.model_validate({"ticket": hook("a")}),
        Notifications.model_validate({"page": hook("a"), "ticket": hook("b"), "info": hook("c")}),
        Notifications.model_validate({"page": hook("b"), "quietHours": [{"severities": ["page"]}]}),
    ]
)
OWNERS = st.sampled_from([None, "risk", "unowned", "risk/credit"])
SPECS = st.builds(lambda owner, said: Spec(owner=owner, notifications=said), OWNERS, SAID)
NAMES = st.sampled_from(["credit", "credit.v2", "credit|v2", "a+b", 'c"d', "e\\f", "x-y"])


@st.composite
def monitor_sets(draw: st.DrawFn) -> MonitorSet:
    names = draw(st.lists(NAMES, unique=True, max_size=5))
    return MonitorSet([Monitor(name, name, draw(SPECS)) for name in names], draw(SPECS))


@given(monitor_sets(), st.sampled_from(Alert), st.sampled_from(Severity))
def test_every_alert_reaches_exactly_whom_its_monitor_names(
    monitors: MonitorSet, alert: Alert, severity: Severity
) -> None:
    said = plan(monitors)
    ways = {receiver.name: receiver.ways for receiver in said.receivers}
    assert len(ways) == len(said.receivers), "each name once"
    for monitor in (*monitors, monitors.for_identity("nobody-named-me")):
        reached = route_of(said, labels_of(alert, severity, monitor, Identity(monitor.model)))
        told = monitor.spec.notifications
        assert ways[reached.receiver] == told.receivers(severity.value)
        if told.receivers(severity.value):
            assert reached.times == told.channel(severity.value)
            assert reached.quiet == told.quiet(severity.value)


@given(monitor_sets())
def test_alerts_of_others_are_left_alone(monitors: MonitorSet) -> None:
    said = plan(monitors)
    assert route_of(said, {"alertname": "NodeDown", "owner": "risk", "severity": "page"}) is said.route


def test_quiet_hours_of_two_monitors_that_say_the_same_are_one() -> None:
    said = plan(load_monitors([FLEET]))
    assert [hours.name for hours in said.quiet] == [
        "quiet 00:00-24:00 saturday,sunday UTC",
        "quiet 20:00-08:00 daily UTC",
    ]


def test_an_owner_whose_page_or_ticket_nobody_gets_is_named() -> None:
    assert plan(load_monitors([FLEET])).notes == ()
    monitors = MonitorSet([Monitor("credit", "credit", Spec(owner="risk"))], Spec.model_validate({"owner": "ml"}))
    assert plan(monitors).notes == (
        "Nobody is told of a page or a ticket of monitors of ml: name receivers in `notifications`.",
        "Nobody is told of a page or a ticket of monitors of risk: name receivers in `notifications`.",
    )


def test_two_monitors_of_one_name_that_tell_different_people_are_refused() -> None:
    other = Spec.model_validate({"model": {"version": "2"}, "notifications": {"page": hook("a")}})
    twins = [Monitor("credit", "credit", Spec()), Monitor("credit", "credit", other)]
    with pytest.raises(RenderError, match=r"give one another `metadata\.name`"):
        plan(MonitorSet(twins))


@pytest.fixture
def fleet() -> tuple[Plan, Monitor, Monitor]:
    """The plan, and the monitors of credit and churn."""
    monitors = load_monitors([FLEET])
    return plan(monitors), monitors.for_identity("credit"), monitors.for_identity("churn")


def test_absent_telemetry_hushes_what_is_said_of_the_data_of_that_model_only(
    fleet: tuple[Plan, Monitor, Monitor],
) -> None:
    said, credit, churn = fleet
    absent = dict(labels_of(Alert.TELEMETRY_ABSENT, Severity.TICKET, credit, Identity("credit")))
    for alert in Alert:
        ours = labels_of(alert, Severity.TICKET, credit, CREDIT)
        of_outcomes = {Alert.PERFORMANCE, Alert.FAIRNESS, Alert.CONCEPT_DRIFT}
        told_anyway = {Alert.TELEMETRY_ABSENT, Alert.ERROR_BUDGET_BURN, *of_outcomes}
        assert hushed(said, ours, [absent]) is (alert not in told_anyway), alert
        assert not hushed(said, labels_of(alert, Severity.TICKET, churn, Identity("churn")), [absent])
    assert not hushed(said, absent, [absent])


def test_a_page_hushes_the_ticket_of_the_same_objective_only(fleet: tuple[Plan, Monitor, Monitor]) -> None:
    said, credit, _ = fleet
    burn = Alert.ERROR_BUDGET_BURN
    page = labels_of(burn, Severity.PAGE, credit, CREDIT, slo="up")
    assert hushed(said, labels_of(burn, Severity.TICKET, credit, CREDIT, slo="up"), [page])
    assert not hushed(said, labels_of(burn, Severity.TICKET, credit, CREDIT, slo="fast"), [page])
    assert not hushed(said, labels_of(burn, Severity.TICKET, credit, Identity("credit", "8"), slo="up"), [page])
    elsewhere = Identity("credit", "7", "champion", "production", (("customer.region", "us"),))
    assert not hushed(said, labels_of(burn, Severity.TICKET, credit, elsewhere, slo="up"), [page])
    assert not hushed(said, labels_of(Alert.DRIFT, Severity.TICKET, credit, CREDIT), [page])
    assert not hushed(said, page, [page])


def test_a_stale_version_hushes_its_own_drift_and_not_another_version_s(fleet: tuple[Plan, Monitor, Monitor]) -> None:
    said, credit, _ = fleet
    stale = labels_of(Alert.STALE, Severity.TICKET, credit, CREDIT)
    assert hushed(said, labels_of(Alert.DATA_QUALITY, Severity.PAGE, credit, CREDIT), [stale])
    assert not hushed(said, labels_of(Alert.DRIFT, Severity.PAGE, credit, Identity("credit", "8")), [stale])


def test_an_alert_of_no_model_hushes_nobody(fleet: tuple[Plan, Monitor, Monitor]) -> None:
    said, _, _ = fleet
    nameless = {"alertname": "ModelTelemetryAbsent", "severity": "page"}
    assert not hushed(said, {"alertname": "ModelDrift", "severity": "ticket"}, [nameless])
