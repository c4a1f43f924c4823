"""Panels in Grafana's form. Imports the SDK at its top: `factory` imports this when it needs it, and only then."""

# The SDK's setters take one argument, by position, also where it is a boolean.
# ruff: noqa: FBT003

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from driftline.processors.rendering.grafana.classic import classic_form
from driftline.processors.rendering.grafana.shapes import Annotation, Colour, Link, Look, Panel, Query, Told

with classic_form():
    from grafana_foundation_sdk.builders import common as build
    from grafana_foundation_sdk.builders import dashboard, prometheus, stat, statetimeline, table, timeseries
    from grafana_foundation_sdk.models import common
    from grafana_foundation_sdk.models import dashboard as form
    from grafana_foundation_sdk.models import prometheus as spelling

_DATASOURCE: Final = common.DataSourceRef(type_val="prometheus", uid="$datasource")
_GRAFANA: Final = common.DataSourceRef(type_val="grafana", uid="-- Grafana --")


class Panels:
    """Makes panels that ask the chosen data source."""

    datasource: Final = _DATASOURCE

    def row(self, title: str, *, number: int, y: int) -> Any:
        """An open row's heading."""
        return dashboard.Row(title).id(number).grid_pos(form.GridPos(h=1, w=24, x=0, y=y))

    def panel(self, panel: Panel, *, number: int, x: int, y: int) -> Any:
        """One panel at its place."""
        made = (
            _LOOKS[panel.look](panel)
            .id(number)
            .title(panel.title)
            .description(panel.description)
            .datasource(_DATASOURCE)
            .unit(panel.unit.value)
            .grid_pos(form.GridPos(h=panel.height, w=panel.width, x=x, y=y))
            .thresholds(_thresholds(panel))
        )
        for place, query in enumerate(panel.queries):
            made.with_target(_target(query, chr(ord("A") + place), now=panel.look in {Look.STAT, Look.TABLE}))
        if panel.link is not None and panel.look is not Look.TABLE:
            made.data_links([_link(panel.link, "__field.labels")])
        if panel.words and panel.look is not Look.TABLE:
            made.mappings(_words(panel))
        if panel.each:
            made.repeat(panel.each).repeat_direction("h").max_per_row(24 // panel.width)
        return made

    def annotation(self, annotation: Annotation | Told) -> Any:
        """Marks in every chart: where the expression has a value, or what Grafana was told."""
        made = dashboard.AnnotationQuery().name(annotation.name).icon_color(annotation.colour.value)
        if isinstance(annotation, Told):
            target: Any = dashboard.AnnotationTarget()  # the SDK's own type, which its setter's annotation forgets
            target.type("tags").tags(list(annotation.tags)).limit(100).match_any(False)
            return made.datasource(_GRAFANA).enable(False).target(target)
        made.datasource(_DATASOURCE).enable(True).title_format(annotation.title)
        return made.target(prometheus.Dataquery().expr(annotation.expression).ref_id("Anno"))


def _stat(panel: Panel) -> Any:
    return (
        stat.Panel()
        .reduce_options(build.ReduceDataOptions().calcs(["lastNotNull"]).values(False))
        .color_mode(common.BigValueColorMode.VALUE)
        .graph_mode(common.BigValueGraphMode.NONE)
        .no_value("no data" if not panel.words else "not known")
    )


def _chart(panel: Panel) -> Any:
    style = common.GraphThresholdsStyleMode.DASHED if panel.line else common.GraphThresholdsStyleMode.OFF
    made = (
        timeseries.Panel()
        .fill_opacity(0)
        .line_width(1)
        .color_scheme(dashboard.FieldColor().mode(form.FieldColorModeId.PALETTE_CLASSIC))
        .thresholds_style(build.GraphThresholdsStyleConfig().mode(style))
        .tooltip(build.VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI).sort(common.SortOrder.DESCENDING))
        .legend(_legend().calcs(["lastNotNull", "max"]))
    )
    for query in (one for one in panel.queries if one.colour is not None):
        made.override_by_name(query.legend, [_fixed(query.colour)])
    for band in panel.bands:
        made.override_by_name(band.lower, _unseen())
        made.override_by_name(band.upper, [*_unseen(), *_filled_to(band.lower)])
    return made


def _fixed(colour: Colour | None) -> form.DynamicConfigValue:
    return form.DynamicConfigValue("color", {"mode": "fixed", "fixedColor": colour})


def _unseen() -> list[form.DynamicConfigValue]:
    """Neither a line nor an entry of the legend; the tooltip still says the figure."""
    hidden = {"legend": True, "tooltip": False, "viz": False}
    return [form.DynamicConfigValue("custom.lineWidth", 0), form.DynamicConfigValue("custom.hideFrom", hidden)]


def _filled_to(lower: str) -> list[form.DynamicConfigValue]:
    return [form.DynamicConfigValue("custom.fillBelowTo", lower), form.DynamicConfigValue("custom.fillOpacity", 15)]


def _timeline(panel: Panel) -> Any:  # noqa: ARG001 - one shape for every look
    return (
        statetimeline.Panel()
        .color_scheme(dashboard.FieldColor().mode(form.FieldColorModeId.THRESHOLDS))
        .show_value(common.VisibilityMode.NEVER)
        .merge_values(True)
        .legend(_legend())
    )


def _legend() -> Any:
    return (
        build.VizLegendOptions()
        .show_legend(True)
        .display_mode(common.LegendDisplayMode.LIST)
        .placement(common.LegendPlacement.BOTTOM)
    )


def _table(panel: Panel) -> Any:
    made = table.Panel().with_transformation(form.DataTransformerConfig(id_val="merge", options={}))
    made.with_transformation(form.DataTransformerConfig(id_val="organize", options=_columns(panel)))
    for query in panel.queries:
        made.override_by_name(query.legend, [form.DynamicConfigValue("unit", query.unit.value)])
    if panel.words:
        shown = [form.DynamicConfigValue("mappings", _words(panel)), _coloured()]
        made.override_by_name(panel.queries[0].legend, shown)
    if panel.link is not None:
        link = _link(panel.link, "__data.fields").build()
        made.override_by_name(panel.names[0][1], [form.DynamicConfigValue("links", [link])])
    if panel.worst_first:
        made.sort_by([build.TableSortByFieldState().display_name(panel.worst_first).desc(True)])
    return made


def _coloured() -> form.DynamicConfigValue:
    return form.DynamicConfigValue("custom.cellOptions", {"type": "color-text"})


def _columns(panel: Panel) -> dict[str, Any]:
    """Labels first, figures after them, under their headings; the query's time is of no interest."""
    figures = {_value_column(panel, place): query.legend for place, query in enumerate(panel.queries)}
    order = [*(label for label, _ in panel.names), *figures]
    return {
        "excludeByName": {"Time": True},
        "indexByName": {name: place for place, name in enumerate(order)},
        "renameByName": dict(panel.names) | figures,
    }


def _value_column(panel: Panel, place: int) -> str:
    return "Value" if len(panel.queries) == 1 else f"Value #{chr(ord('A') + place)}"


def _target(query: Query, reference: str, *, now: bool) -> Any:
    made = prometheus.Dataquery().expr(query.expression).ref_id(reference).datasource(_DATASOURCE)
    made.legend_format(query.legend)
    if now:
        return made.instant().format(spelling.PromQueryFormat.TABLE) if "{{" not in query.legend else made.instant()
    return made.range()


def _thresholds(panel: Panel) -> Any:
    steps = [form.Threshold(value=None, color=panel.good.value)]
    steps += [form.Threshold(value=value, color=colour.value) for value, colour in panel.steps]
    return dashboard.ThresholdsConfig().mode(form.ThresholdsMode.ABSOLUTE).steps(steps)


def _words(panel: Panel) -> list[Any]:
    results = {
        str(word.value): form.ValueMappingResult(text=word.text, color=word.colour.value, index=place)
        for place, word in enumerate(panel.words)
    }
    return [form.ValueMap(options=results)]


def _link(link: Link, source: str) -> Any:
    """The clicked labels choose the other dashboard's variables; what was chosen before stays, and so does the time."""
    chosen = {name: f"var-{name}=${{{source}.{label}}}" for name, label in link.labels}
    kept = [f"${{{name}:queryparam}}" for name in ("datasource", "environment") if name not in chosen]
    if "model" not in chosen:
        kept += ["${model:queryparam}", "${version:queryparam}"]
    address = "&".join(["${__url_time_range}", *kept, *chosen.values()])
    return dashboard.DashboardLink(link.title).type(form.DashboardLinkType.LINK).url(f"/d/{link.uid}?{address}")


_LOOKS: Final[dict[Look, Callable[[Panel], Any]]] = {
    Look.STAT: _stat,
    Look.CHART: _chart,
    Look.TABLE: _table,
    Look.TIMELINE: _timeline,
}
