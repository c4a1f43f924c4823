"""An OpenSLO document as objectives of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from driftline.processors.documents import Document, DocumentError
from driftline.processors.documents.loader import Where
from driftline.processors.monitor.openslo.shapes import (
    MINIMUM_EVENTS_ANNOTATION,
    NAME_ANNOTATION,
    SLI_ANNOTATION,
    SOURCE_TYPE,
    IndicatorSpec,
    Metadata,
    Sli,
    Slo,
)
from driftline.processors.monitor.openslo.windows import window_of


def objectives_of(document: Document, slo: Slo, indicators: Mapping[str, Sli]) -> list[dict[str, Any]]:
    """What the SLO says, as entries of a monitor's `slos`: one for each of its targets.

    Args:
        document: where it is written.
        slo: what it says.
        indicators: the SLIs beside it, by name.

    Raises:
        DocumentError: it asks for what is not known here; the message says what to write.
    """
    if slo.spec.budgeting_method != "Occurrences":
        message = "time slices are not counted here: write `Occurrences`; drift and quality count looks already"
        raise DocumentError([document.fault(("spec", "budgetingMethod"), message)])
    shared = {**_window(document, slo), "sli": _indicator(document, slo, indicators), **_minimum(document, slo)}
    names = _names(slo)
    return [
        {"name": name, "objective": target.percent} | shared
        for name, target in zip(names, slo.spec.objectives, strict=True)
    ]


def _names(slo: Slo) -> list[str]:
    name = slo.metadata.annotations.get(NAME_ANNOTATION, slo.metadata.name)
    if len(slo.spec.objectives) == 1:
        return [name]
    return [f"{name}-{target.percent:g}" for target in slo.spec.objectives]


def _window(document: Document, slo: Slo) -> dict[str, Any]:
    if not slo.spec.time_window:
        return {}
    try:
        return window_of(slo.spec.time_window[0])
    except ValueError as error:
        raise DocumentError([document.fault(("spec", "timeWindow", 0), str(error))]) from error


def _minimum(document: Document, slo: Slo) -> dict[str, Any]:
    text = slo.metadata.annotations.get(MINIMUM_EVENTS_ANNOTATION)
    if text is None:
        return {}
    if not text.isdecimal():
        where: Where = ("metadata", "annotations", MINIMUM_EVENTS_ANNOTATION)
        raise DocumentError([document.fault(where, f"`{text}` is no number of events: write one such as `10`")])
    return {"minimumEvents": int(text)}


def _indicator(document: Document, slo: Slo, indicators: Mapping[str, Sli]) -> Any:
    metadata, spec, where = _found(document, slo, indicators)
    for annotated in (slo.metadata, metadata):
        if annotated is not None and (text := annotated.annotations.get(SLI_ANNOTATION)):
            return _parsed(document, text)
    for source in spec.sources:
        if (source.type or "").casefold() == SOURCE_TYPE.casefold():
            return source.spec
    message = (
        f"its queries are another tool's: say which indicator they are with the annotation "
        f"`{SLI_ANNOTATION}: '{{\"availability\": {{}}}}'`, or with `metricSource: {{type: {SOURCE_TYPE}, "
        "spec: {availability: {}}}`"
    )
    raise DocumentError([document.fault(where, message)])


def _found(document: Document, slo: Slo, indicators: Mapping[str, Sli]) -> tuple[Metadata | None, IndicatorSpec, Where]:
    if slo.spec.indicator is not None:
        return slo.spec.indicator.metadata, slo.spec.indicator.spec, ("spec", "indicator")
    name = slo.spec.indicator_ref or ""
    if name not in indicators:
        message = f"there is no SLI `{name}` among these files: add it, or write the indicator here"
        raise DocumentError([document.fault(("spec", "indicatorRef"), message)])
    return indicators[name].metadata, indicators[name].spec, ("spec", "indicatorRef")


def _parsed(document: Document, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        message = (
            f'the annotation {SLI_ANNOTATION} is not JSON ({error.msg}): write one such as {{"availability": {{}}}}'
        )
        raise DocumentError([document.fault(("metadata", "annotations"), message)]) from error


def labels_of(metadata: Metadata) -> Iterator[tuple[str, str]]:
    """Labels with one value each; several are joined by commas."""
    for name, value in metadata.labels.items():
        yield name, value if isinstance(value, str) else ",".join(value)
