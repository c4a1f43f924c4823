"""Which alerts a look gives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from driftline.exporters.alertmanager import Pushed, firing
from driftline.processors.alerting import Links
from driftline.processors.findings import (
    Burn,
    Comparison,
    ConceptDrift,
    Fairness,
    Figure,
    Finding,
    Identity,
    Kind,
    Objective,
    Output,
    Performance,
    Signal,
    State,
    Window,
)
from driftline.processors.monitor import Monitor, Spec
from driftline.processors.monitor.rows import Rows
from driftline.semconv import PerformanceKind

SECOND = 10**9
NOW = 1_790_000_000 * SECOND
CREDIT = Identity("credit", "7", None, "production", (("customer.region", "eu"),))
SPEC = Spec.model_validate(
    {"owner": "risk", "tier": "1", "drift": {"severity": "page"}, "segments": ["customer.region"]}
)
MONITOR = Monitor("credit-eu", "credit", SPEC, labels={"team": "risk"})
WINDOW = Window(NOW - 300 * SECOND, NOW, 4200)
MODEL = Finding(
    "1",
    Kind.MODEL,
    CREDIT,
    None,
    None,
    State.DRIFT,
    WINDOW,
    2.5,
    since_ns=NOW - 5 * SECOND,
    why="age drifts.",
)
QUALITY = Finding(
    "2", Kind.QUALITY, CREDIT, "age", "feature", State.OK, WINDOW, 1.5, why="age: 9 % missing.", violated=True
)
BURN = Objective(
    CREDIT, "up", 0.99, 0, NOW, remaining=0.5, burns=(Burn("5m", 20.0), Burn("1h", 15.0)), firing=("page", "ticket")
)


def alerts(*outputs: Output, monitor: Monitor = MONITOR) -> list[Pushed]:
    return list(firing(outputs, lambda _: monitor, Links("https://r.test", "https://g.test/d")).values())


def test_a_model_in_drift_is_one_alert_with_the_labels_of_the_rules_and_its_why() -> None:
    (alert,) = alerts(MODEL, replace(MODEL, kind=Kind.FIELD, field="age", role="feature"))
    assert alert.labels == {
        "alertname": "ModelDrift",
        "severity": "page",
        "monitor": "credit-eu",
        "owner": "risk",
        "tier": "1",
        "team": "risk",
        "ml_model_name": "credit",
        "ml_model_version": "7",
        "deployment_environment_name": "production",
        "customer_region": "eu",
    }
    assert alert.annotations == {
        "summary": "Model credit is in drift.",
        "description": "age drifts.",
        "runbook_url": "https://r.test/ModelDrift.md",
        "dashboard_url": "https://g.test/d/driftline-model?var-model=credit&var-version=7&var-environment=production",
    }
    assert alert.since_ns == MODEL.since_ns


@pytest.mark.parametrize("state", [state for state in State if state not in {State.DRIFT, State.STALE}])
def test_no_other_state_of_a_model_alarms_at_once(state: State) -> None:
    assert alerts(replace(MODEL, status=state)) == []


def test_a_stale_model_alarms() -> None:
    (alert,) = alerts(replace(MODEL, status=State.STALE, why="no data for 900 s."))
    assert (alert.labels["alertname"], alert.labels["severity"]) == ("ModelStale", "ticket")
    assert alert.annotations["description"] == "no data for 900 s."


@pytest.mark.parametrize(("silent_seconds", "declared", "told"), [(899, True, 0), (900, True, 1), (9000, False, 0)])
def test_a_declared_model_is_absent_after_stale_after(silent_seconds: int, declared: bool, told: int) -> None:
    nothing = replace(MODEL, status=State.NO_DATA, since_ns=NOW - silent_seconds * SECOND)
    found = alerts(nothing, monitor=replace(MONITOR, declared=declared))
    assert [alert.labels["alertname"] for alert in found] == ["ModelTelemetryAbsent"] * told


def test_checks_of_quality_are_one_alert_and_the_worst_is_said_first() -> None:
    found = [replace(QUALITY, id=str(at), field=f"f{at}", level=1.0 + at, why=f"f{at} is bad.") for at in range(5)]
    (alert,) = alerts(*found, replace(QUALITY, field="fine", violated=False, why="fine."))
    assert alert.labels["alertname"] == "ModelDataQuality"
    assert alert.labels["severity"] == "ticket"
    assert alert.annotations["description"] == "f4 is bad. f3 is bad. f2 is bad. And 2 more."


def test_rows_and_their_embeddings_are_one_alert_of_the_severity_that_rows_have() -> None:
    rows = replace(QUALITY, kind=Kind.ROWS, field=None, role=None, status=State.DRIFT, why="500 rows differ")
    turned = replace(rows, field="logits", role="embedding", why="vectors point another way")
    like = replace(rows, identity=replace(CREDIT, version="8"), status=State.OK, violated=False)
    paging = replace(MONITOR, spec=SPEC.model_copy(update={"rows": Rows(severity="page")}))
    (alert,) = alerts(rows, turned, like, monitor=paging)
    assert (alert.labels["alertname"], alert.labels["severity"]) == ("ModelRowDrift", "page")
    assert alert.annotations["description"] == "500 rows differ; logits: vectors point another way."
    assert alert.annotations["runbook_url"].endswith("/ModelRowDrift.md")


def test_a_burn_is_an_alert_for_each_severity_that_fires() -> None:
    page, ticket = alerts(BURN)
    assert (page.labels["severity"], ticket.labels["severity"]) == ("page", "ticket")
    assert {page.labels["slo_name"], ticket.labels["slo_name"]} == {"up"}
    said = "up: its error budget burns 20 times too fast over 5m, 15 times over 1h; 50.0 % of it is left."
    assert page.annotations["description"] == said
    assert alerts(replace(BURN, firing=())) == []


def test_a_burn_of_a_model_that_is_muted_is_not_told() -> None:
    assert alerts(replace(MODEL, status=State.MUTED), BURN) == []
    other = replace(MODEL, status=State.MUTED, identity=replace(CREDIT, version="8"))
    assert len(alerts(other, BURN)) == 2


def test_a_spent_budget_and_an_unknown_one_are_said_so() -> None:
    spent, _ = alerts(replace(BURN, remaining=-0.2))
    unknown, _ = alerts(replace(BURN, remaining=None, burns=()))
    assert spent.annotations["description"].endswith("; nothing of it is left.")
    assert unknown.annotations["description"] == "up: its error budget burns too fast."


def test_performance_alarms_on_the_newest_window_of_a_kind_alone() -> None:
    bad = (Figure("roc_auc", 0.6, 0.5, 0.7, limit=0.8, violated=True),)
    good = (Figure("roc_auc", 0.9, 0.85, 0.95, limit=0.8, violated=False),)
    yesterday = Window(0, NOW - 86_400 * SECOND, 100)
    old = Performance(CREDIT, yesterday, NOW, "binary", PerformanceKind.REALIZED, bad, why="roc_auc was bad.")
    new = Performance(CREDIT, WINDOW, NOW, "binary", PerformanceKind.REALIZED, good, why="roc_auc is good.")
    guess = Performance(CREDIT, WINDOW, NOW, "binary", PerformanceKind.ESTIMATED, bad, why="roc_auc looks bad.")
    assert alerts(old, new) == []
    (alert,) = alerts(old, new, guess)
    assert alert.labels["alertname"] == "ModelPerformance"
    assert alert.annotations["description"] == "roc_auc looks bad."
    (alert,) = alerts(guess, old)
    assert alert.annotations["description"] == "roc_auc was bad; roc_auc looks bad."


def test_treatment_is_one_alert_an_identity_and_changed_outcomes_are_another() -> None:
    beyond = (Comparison("disparate_impact_ratio", 0.6, 0.5, 0.7, "female", 0.8, violated=True),)
    sex = Fairness(CREDIT, ("sex",), WINDOW, NOW, State.OK, comparisons=beyond, why="sex: too far apart.")
    region = replace(sex, attributes=("region",), why="region: too far apart.")
    fair = replace(sex, identity=replace(CREDIT, version="8"), comparisons=(replace(beyond[0], violated=False),))
    changed = ConceptDrift(CREDIT, WINDOW, NOW, State.DRIFT, (Signal("cusum", detected=True),), why="More are wrong.")
    learning = replace(changed, identity=replace(CREDIT, version="8"), status=State.WARMING_UP)
    outcomes, treatment = alerts(sex, region, fair, changed, learning)
    assert (outcomes.labels["alertname"], outcomes.annotations["description"]) == (
        "ModelConceptDrift",
        "More are wrong.",
    )
    assert treatment.labels["alertname"] == "ModelFairness"
    assert treatment.annotations["description"] == "sex: too far apart. region: too far apart."


def test_two_versions_are_two_alerts() -> None:
    other = replace(MODEL, identity=replace(CREDIT, version="8"))
    assert [alert.labels["ml_model_version"] for alert in alerts(MODEL, other)] == ["7", "8"]
