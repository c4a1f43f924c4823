"""A value for every choice of a dashboard, as a person who opens it would have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from driftline.exporters.grafana import Client
from driftline.processors.rendering.grafana.trial.loading import TIMEOUT

_VALUES: Final = re.compile(r"label_values\((?P<series>.*), (?P<label>\w+)\)")
_NAMES: Final = re.compile(r"label_names\((?P<metric>.*)\)")
_VARIABLE: Final = re.compile(r"\$(\w+)")


def choose(client: Client, dashboard: Mapping[str, Any], source: str, given: Mapping[str, str]) -> dict[str, str]:
    """Each variable's value: the one given, everything where several can be chosen, else the first there is.

    A choice that finds nothing is empty, as it is in Grafana. Raises ExportError.
    """
    chosen = {"datasource": source}
    for variable in dashboard["templating"]["list"][1:]:
        name = variable["name"]
        if name in given or variable["multi"]:
            chosen[name] = given.get(name, ".*")
        else:
            offered = _offered(client, fill(variable["query"]["query"], chosen), source, variable.get("regex", ""))
            chosen[name] = next(iter(offered), "")
    return chosen


def fill(expression: str, chosen: Mapping[str, str]) -> str:
    """The expression with what was chosen; Grafana's own variables are left to Grafana.

    >>> fill('rate(x{a="$model"}[$__rate_interval])', {"model": "credit"})
    'rate(x{a="credit"}[$__rate_interval])'
    """
    return _VARIABLE.sub(lambda found: chosen.get(found[1], found[0]), expression)


def _offered(client: Client, query: str, source: str, pattern: str) -> list[str]:
    """What the data source answers to a choice's query, sorted, and of it what its pattern lets through."""
    if (names := _NAMES.fullmatch(query)) is not None:
        path, series = "labels", names["metric"]
    else:
        values = _VALUES.fullmatch(query)
        if values is None:
            return []
        path, series = f"label/{values['label']}/values", values["series"]
    resource = f"/api/datasources/uid/{source}/resources/api/v1/{path}"
    answer = client.ask("GET", resource, timeout=TIMEOUT, params={"match[]": series})
    wanted = re.compile(pattern.strip("/") or ".+")
    return sorted(each for each in answer["data"] if wanted.fullmatch(each))
