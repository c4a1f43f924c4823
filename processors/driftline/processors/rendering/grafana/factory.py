"""Pages in Grafana's form, by Grafana's own SDK.

Source: grafana-foundation-sdk 0.0.21 (classic dashboards, the form that file provisioning of Grafana 10 to 13 loads).
"""

# The SDK's setters take one argument, by position, also where it is a boolean.
# ruff: noqa: FBT003

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from driftline.processors.rendering.grafana.classic import classic_form
from driftline.processors.rendering.grafana.errors import GrafanaError
from driftline.processors.rendering.grafana.shapes import LabelNames, Page, Panel, Variable

if TYPE_CHECKING:
    from driftline.processors.rendering.grafana.panels import Panels

WIDTH: Final = 24
_UNKNOWN: Final = {"auto", "auto_count", "auto_min", "footer"}


def render(page: Page) -> str:
    """The dashboard as JSON text, keys sorted, ending in a newline: the same text for the same page.

    Raises:
        GrafanaError: the SDK is not installed.

    >>> import json
    >>> from driftline.processors.rendering.grafana.pages import PAGES
    >>> json.loads(render(PAGES[0]))["uid"]
    'driftline-fleet'
    """
    try:
        with classic_form():
            from grafana_foundation_sdk.cog.encoder import JSONEncoder

            from driftline.processors.rendering.grafana.panels import Panels

            made = json.loads(JSONEncoder().encode(_dashboard(page, Panels())))
    except ModuleNotFoundError as missing:
        if not (missing.name or "").startswith("grafana_foundation_sdk"):
            raise
        raise GrafanaError("dashboards are made by Grafana's SDK: pip install 'driftline[grafana]'") from missing
    return json.dumps(_as_known(made), sort_keys=True, indent=2) + "\n"


def _as_known(made: Any) -> Any:
    """Without what the SDK adds of its own.

    Keys of kinds of variables and tables that Grafana's schema does not have there, and a place in a closed menu for
    links and marks, which belong beside the choices.
    """
    if isinstance(made, dict):
        kept = {key: each for key, each in made.items() if key not in _UNKNOWN and each != "inControlsMenu"}
        return {key: _as_known(each) for key, each in kept.items()}
    return [_as_known(each) for each in made] if isinstance(made, list) else made


def _dashboard(page: Page, panels: Panels) -> Any:
    from grafana_foundation_sdk.builders import dashboard
    from grafana_foundation_sdk.models.dashboard import DashboardCursorSync, DashboardLinkType

    made = (
        dashboard.Dashboard(page.title)
        .uid(page.uid)
        .description(page.description)
        .tags(["driftline"])
        .readonly()
        .refresh("30s")
        .time("now-6h", "now")
        .timezone("browser")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .variables([dashboard.DatasourceVariable("datasource").label("Data source").type("prometheus")])
        .link(
            dashboard.DashboardLink("Driftline")
            .type(DashboardLinkType.DASHBOARDS)
            .tags(["driftline"])
            .as_dropdown(True)
            .include_vars(True)
            .keep_time(True)
        )
    )
    for variable in page.variables:
        made.with_variable(_variable(variable, panels))
    for annotation in page.annotations:
        made.annotation(panels.annotation(annotation))
    _place(made, page, panels)
    return made.build()


def _variable(variable: Variable | LabelNames, panels: Panels) -> Any:
    from grafana_foundation_sdk.builders import dashboard
    from grafana_foundation_sdk.models.dashboard import VariableOption, VariableRefresh, VariableSort

    made = (
        dashboard.QueryVariable(variable.name)
        .label(variable.heading)
        .datasource(panels.datasource)
        .query({"query": variable.query, "refId": variable.name})
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.NATURAL_ASC)
    )
    if variable.pattern:
        made.regex(variable.pattern)
    if not variable.many:
        return made
    everything = VariableOption(selected=True, text=["All"], value=["$__all"])
    return made.multi(True).include_all(True).all_value(".*").current(everything)


def _place(made: Any, page: Page, panels: Panels) -> None:
    """Rows from the top, panels from the left, each line as high as its highest panel; ids in reading order."""
    number, y = 0, 0
    for row in page.rows:
        number += 1
        made.with_row(panels.row(row.title, number=number, y=y))
        y += 1
        for line in _lines(row.panels):
            x = 0
            for panel in line:
                number += 1
                made.with_panel(panels.panel(panel, number=number, x=x, y=y))
                x += panel.width
            y += max(panel.height for panel in line)


def _lines(panels: tuple[Panel, ...]) -> Iterator[list[Panel]]:
    line: list[Panel] = []
    for panel in panels:
        if sum(one.width for one in line) + panel.width > WIDTH:
            yield line
            line = []
        line.append(panel)
    yield line
