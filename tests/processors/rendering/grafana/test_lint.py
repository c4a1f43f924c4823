"""The rules of Grafana's dashboard-linter that apply, and ours, over every dashboard.

Its rules for `job` and `instance` do not: the labels that say whose figure it is are a model's own, and two processors
that watch one model must show one figure. Source: grafana/dashboard-linter v0.2.0, docs/index.md.
"""

from __future__ import annotations

import re
from itertools import combinations
from string import ascii_uppercase
from typing import Any

import pytest

from driftline.processors.rendering.grafana import PAGES
from driftline.semconv.prometheus import family_name, label_name
from driftline.semconv.registry import METRICS, Instrument
from tests.processors.rendering.grafana.reading import METRIC, asked_marks, dashboards, expressions, panels

UIDS = [page.uid for page in PAGES]
BUILT_IN = {"__rate_interval", "__url_time_range"}


@pytest.fixture(params=UIDS)
def dashboard(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = dashboards()[request.param]
    return found


def samples() -> dict[str, Instrument]:
    """Every sample name a scrape can show, with what it is."""
    names: dict[str, Instrument] = {}
    for metric in METRICS.values():
        name = family_name(metric.name, metric.unit)
        parts = {Instrument.COUNTER: ("_total",), Instrument.HISTOGRAM: ("_bucket", "_count", "_sum")}
        names |= dict.fromkeys([f"{name}{part}" for part in parts.get(metric.instrument, ("",))], metric.instrument)
    return names


def test_uids_never_change() -> None:
    names = ("fleet", "model", "field", "quality", "performance", "segments", "slo", "health")
    assert [f"driftline-{name}" for name in names] == UIDS
    assert len({page.title for page in PAGES}) == len(PAGES)


def test_it_cannot_be_edited_in_place_and_links_to_its_siblings_keeping_choices_and_time(
    dashboard: dict[str, Any],
) -> None:
    assert dashboard["editable"] is False
    assert "driftline" in dashboard["tags"]
    (link,) = dashboard["links"]
    assert (link["type"], link["tags"], link["includeVars"], link["keepTime"]) == (
        "dashboards",
        ["driftline"],
        True,
        True,
    )


def test_links_and_marks_stand_beside_the_choices_and_charts_share_their_cross_hair(dashboard: dict[str, Any]) -> None:
    assert "inControlsMenu" not in str(dashboard)
    assert dashboard["graphTooltip"] == 1


def test_the_data_source_is_a_choice_and_everything_asks_it(dashboard: dict[str, Any]) -> None:
    first, *others = dashboard["templating"]["list"]
    assert (first["name"], first["type"], first["query"]) == ("datasource", "datasource", "prometheus")
    asking = [*others, *panels(dashboard), *asked_marks(dashboard)]
    asking += [target for panel in panels(dashboard) for target in panel["targets"]]
    assert {(one["datasource"]["type"], one["datasource"]["uid"]) for one in asking} == {("prometheus", "$datasource")}


def test_choices_follow_the_time_range_and_several_are_possible_only_where_expressions_match_patterns(
    dashboard: dict[str, Any],
) -> None:
    asked = " ".join(expression for _, expression in expressions(dashboard))
    for variable in dashboard["templating"]["list"][1:]:
        assert variable["refresh"] == 2
        assert variable["label"]
        operator = "=~" if variable.get("multi") else "="
        names_a_label = variable["query"]["query"].startswith("label_names(")
        assert (f"${variable['name']})" if names_a_label else f'{operator}"${variable["name"]}"') in asked
        assert variable.get("allValue") == (".*" if variable.get("multi") else None), (
            "a label that is absent is no value"
        )


def test_each_panel_says_what_it_shows_in_which_unit(dashboard: dict[str, Any]) -> None:
    for panel in panels(dashboard):
        assert panel["title"], panel
        assert panel["description"].endswith((".", "`.")), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert [target["refId"] for target in panel["targets"]] == list(ascii_uppercase[: len(panel["targets"])])


def test_every_table_column_has_a_heading_and_a_unit(dashboard: dict[str, Any]) -> None:
    for panel in (one for one in panels(dashboard) if one["type"] == "table"):
        assert all(target["format"] == "table" and target["instant"] for target in panel["targets"])
        (renamed,) = [one["options"]["renameByName"] for one in panel["transformations"] if one["id"] == "organize"]
        figures = {heading for column, heading in renamed.items() if column.startswith("Value")}
        assert len(figures) == len(panel["targets"])
        united = {
            one["matcher"]["options"]
            for one in panel["fieldConfig"]["overrides"]
            for each in one["properties"]
            if each["id"] == "unit"
        }
        assert united == figures


def test_no_panel_lies_on_another_or_over_the_edge(dashboard: dict[str, Any]) -> None:
    places = [panel["gridPos"] for panel in dashboard["panels"]]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    for one, other in combinations(places, 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or above, (one, other)
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)


def test_every_metric_is_in_the_contract_and_counters_are_asked_for_their_rate(dashboard: dict[str, Any]) -> None:
    known = samples()
    for where, expression in expressions(dashboard):
        used = METRIC.findall(expression)
        assert used, where
        for name in used:
            assert name in known, (where, name)
            rated = re.findall(rf"rate\({name}\{{[^}}]*\}}\[([^]]*)\]\)", expression)
            if known[name] is Instrument.GAUGE:
                assert not rated, where
            else:
                assert len(rated) == used.count(name), (where, "a counter is asked for its rate everywhere")
                assert set(rated) == {"$__rate_interval"}, where


def test_every_variable_that_is_used_exists(dashboard: dict[str, Any]) -> None:
    here = {variable["name"] for variable in dashboard["templating"]["list"]}
    for where, expression in expressions(dashboard):
        assert set(re.findall(r"\$(\w+)", expression)) - BUILT_IN <= here, where


def test_every_way_to_another_dashboard_sets_only_choices_it_has(dashboard: dict[str, Any]) -> None:
    here = {variable["name"] for variable in dashboard["templating"]["list"]}
    text = str(dashboard["panels"])
    for uid, address in re.findall(r"/d/([\w-]+)\?([^'\"]*)", text):
        there = {variable["name"] for variable in dashboards()[uid]["templating"]["list"]}
        assert set(re.findall(r"var-(\w+)=", address)) <= there
        kept = set(re.findall(r"\$\{(\w+):queryparam\}", address))
        assert kept <= here & there
        assert "datasource" in kept
        assert "${__url_time_range}" in address


def test_bands_lie_between_series_of_their_panel_and_repeated_panels_repeat_over_a_choice_of_several() -> None:
    banded = repeated = 0
    for one in dashboards().values():
        several = {variable["name"] for variable in one["templating"]["list"] if variable.get("multi")}
        for panel in panels(one):
            overrides = panel["fieldConfig"].get("overrides", [])
            filled = [
                each for override in overrides for each in override["properties"] if each["id"] == "custom.fillBelowTo"
            ]
            legends = {target["legendFormat"] for target in panel["targets"]}
            assert {each["value"] for each in filled} <= legends, panel["title"]
            if panel["type"] != "table":
                assert {override["matcher"]["options"] for override in overrides} <= legends, panel["title"]
            if "repeat" in panel:
                assert panel["repeat"] in several
            banded += len(filled)
            repeated += "repeat" in panel
    assert banded
    assert repeated


def test_a_label_that_is_ours_is_no_choice_of_a_segment() -> None:
    (segment,) = [one for one in dashboards()["driftline-segments"]["templating"]["list"] if one["name"] == "segment"]
    offered = re.compile(segment["regex"].strip("/"))
    ours = {label_name(name) for name in METRICS["ml.monitor.status"].attributes}
    assert not [name for name in (*ours, "ml_model_name", "job", "__name__") if offered.fullmatch(name)]
    assert offered.fullmatch("region")
    assert offered.fullmatch("job_title")


def test_the_pages_of_one_model_mark_new_versions_and_alarms() -> None:
    marked = {uid for uid, one in dashboards().items() if one["annotations"].get("list")}
    assert marked == {page.uid for page in PAGES} - {"driftline-fleet", "driftline-health"}
    for uid in marked:
        *asked, told = dashboards()[uid]["annotations"]["list"]
        assert [one["name"] for one in asked] == ["New versions", "Drift alarms"]
        assert (told["datasource"]["uid"], told["enable"]) == ("-- Grafana --", False)
        assert told["target"]["tags"] == ["driftline", "model:$model"], "as the exporter tags them"
