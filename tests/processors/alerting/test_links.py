"""Links lead to pages that exist, with variables that these pages have."""

from __future__ import annotations

import json
import re

from driftline.processors.alerting import Alert, Links, annotations_of, dashboard_template, dashboard_url
from driftline.processors.alerting.links import PAGES
from driftline.processors.rendering.grafana import PAGES as DASHBOARDS
from driftline.processors.rendering.grafana import render

LABELS = {"ml_model_name": "credit", "ml_model_version": "7", "deployment_environment_name": "eu", "slo_name": "fast"}
VARIABLES = {
    page.uid: {variable["name"] for variable in json.loads(render(page))["templating"]["list"]} for page in DASHBOARDS
}


def test_every_alert_leads_to_a_dashboard_that_has_the_variables_it_sets() -> None:
    for alert in Alert:
        labels = LABELS if alert is Alert.ERROR_BUDGET_BURN else {k: v for k, v in LABELS.items() if k != "slo_name"}
        for address in (dashboard_url(alert, labels, Links()), dashboard_template(alert, "credit", Links())):
            assert f"/{PAGES[alert]}?var-model=credit" in address
            assert set(re.findall(r"var-(\w+)=", address)) <= VARIABLES[PAGES[alert]]


def test_a_name_with_signs_of_an_address_stays_one_value() -> None:
    assert dashboard_url(Alert.DRIFT, {"ml_model_name": "a b/c&d=e"}, Links()).endswith("?var-model=a%20b%2Fc%26d%3De")
    assert "?var-model=a%20b%2Fc%26d%3De{{" in dashboard_template(Alert.DRIFT, "a b/c&d=e", Links())


def test_every_alert_has_a_summary_of_its_own() -> None:
    said = [
        annotations_of(alert, "credit", description="d", dashboard="u", links=Links("https://r", "https://g"))
        for alert in Alert
    ]
    assert len({each["summary"] for each in said}) == len(Alert)
    assert {each["runbook_url"] for each in said} == {f"https://r/{alert}.md" for alert in Alert}
