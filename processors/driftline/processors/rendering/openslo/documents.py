"""A monitor's objectives as `Service` and `SLO` documents of OpenSLO v1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from driftline.processors.documents import write_duration
from driftline.processors.monitor import Monitor, Objective
from driftline.processors.monitor.openslo import (
    API_VERSION,
    MINIMUM_EVENTS_ANNOTATION,
    NAME_ANNOTATION,
    SLI_ANNOTATION,
)
from driftline.processors.rendering.openslo.queries import Queries, queries_of
from driftline.processors.rendering.prometheus.scope import Scope

_CALENDARS: Final = {
    "week": ("1w", datetime(2024, 1, 1, tzinfo=UTC)),
    "month": ("1M", datetime(2024, 1, 1, tzinfo=UTC)),
    "quarter": ("1Q", datetime(2024, 1, 1, tzinfo=UTC)),
}
"""OpenSLO's name of each, and a moment at which one began: the first of 2024 was a Monday."""


def documents_of(monitor: Monitor, scope: Scope) -> Iterator[Mapping[str, Any]]:
    """The service, then an SLO for each objective; nothing for a monitor without any.

    Args:
        monitor: whose.
        scope: which series are its.
    """
    if not monitor.spec.slos:
        return
    labels = {"labels": dict(monitor.labels)} if monitor.labels else {}
    described = f"The model {monitor.model}."
    yield _document("Service", {"name": monitor.name, **labels}, {"description": described})
    for objective in monitor.spec.slos:
        yield _document("SLO", _metadata(monitor, objective), _spec(monitor, objective, queries_of(objective, scope)))


def _document(kind: str, metadata: Mapping[str, Any], spec: Mapping[str, Any]) -> dict[str, Any]:
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": spec}


def _metadata(monitor: Monitor, objective: Objective) -> dict[str, Any]:
    indicator = objective.sli.model_dump(mode="json", by_alias=True, exclude_unset=True)
    annotations = {
        NAME_ANNOTATION: objective.name,
        SLI_ANNOTATION: orjson.dumps(_durations_written(indicator)).decode(),
        MINIMUM_EVENTS_ANNOTATION: str(objective.minimum_events),
    }
    return {"name": _dns(f"{monitor.name}-{objective.name}"), "annotations": annotations}


def _durations_written(indicator: Mapping[str, Any]) -> dict[str, Any]:
    """An indicator as a person writes it: durations are nanoseconds once read."""
    return {key: _written(key, value) for key, value in indicator.items()}


def _written(key: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return _durations_written(value)
    return write_duration(value) if key in {"threshold", "within"} else value


def _spec(monitor: Monitor, objective: Objective, queries: Queries) -> dict[str, Any]:
    ratio = {"counter": True, queries.which: _source(queries.counted), "total": _source(queries.total)}
    indicator = {"metadata": {"name": _dns(f"{monitor.name}-{objective.name}")}, "spec": {"ratioMetric": ratio}}
    return {
        "description": f"{objective.objective:g} % of {monitor.model}'s events are good: {objective.sli.kind}.",
        "service": monitor.name,
        "indicator": indicator,
        "timeWindow": [_window(objective)],
        "budgetingMethod": "Occurrences",
        "objectives": [{"displayName": objective.name, "targetPercent": objective.objective}],
    }


def _source(query: str) -> dict[str, Any]:
    return {"metricSource": {"type": "Prometheus", "spec": {"query": query}}}


def _window(objective: Objective) -> dict[str, Any]:
    if objective.calendar is None:
        return {"duration": write_duration(objective.window), "isRolling": True}
    name, began = _CALENDARS[objective.calendar]
    calendar = {"startTime": f"{began:%Y-%m-%d %H:%M:%S}", "timeZone": objective.time_zone}
    return {"duration": name, "calendar": calendar, "isRolling": False}


def _dns(name: str) -> str:
    """A name as the specification wants one at least: lower case letters, digits and dashes, at most 63."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63].strip("-") or "objective"
