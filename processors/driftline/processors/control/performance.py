"""How good a model is, on its page: what outcomes show of each cohort, what was estimated, and the estimate now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from driftline.processors.control.charts import Stretch, over_time
from driftline.processors.control.markup import Markup, element, together
from driftline.processors.control.words import card, keys, pill
from driftline.processors.findings import Figure, Performance
from driftline.semconv import PerformanceKind


def performance_section(cohorts: Sequence[Performance], estimate: Performance | None) -> Markup | None:
    """One chart a metric, and the sentences about the newest of each kind; None where nothing is known."""
    known = [*cohorts, *([] if estimate is None else [estimate])]
    metrics = _metrics(known)
    if not metrics:
        return None
    newest = {each.kind: each for each in known}
    said = (element("p", element("b", kind), f" {each.why}", class_="faint") for kind, each in newest.items())
    cards = (_card(metric, known) for metric in metrics)
    key = keys(*PerformanceKind)
    return together(element("h3", "Performance", key), *said, element("div", *cards, class_="grid"))


def _metrics(known: Sequence[Performance]) -> list[str]:
    """Those that can be estimated first: they are known soonest."""
    figures = [figure for each in known for figure in each.figures]
    early = {figure.metric for figure in figures if figure.estimated is not None}
    early |= {figure.metric for each in known if each.kind is PerformanceKind.ESTIMATED for figure in each.figures}
    return sorted({figure.metric for figure in figures}, key=lambda metric: (metric not in early, metric))


def _card(metric: str, known: Sequence[Performance]) -> Markup:
    shown = [(each, figure) for each in known for figure in each.figures if figure.metric == metric]
    stretches = [_stretch(each, figure) for each, figure in shown]
    newest = {each.kind: figure for each, figure in shown}
    limit = next((figure.limit for figure in newest.values() if figure.limit is not None), None)
    return card(metric, _verdict(newest.values()), "; ".join(_sentences(newest)), over_time(stretches, limit))


def _stretch(each: Performance, figure: Figure) -> Stretch:
    window = each.window
    reach = figure.value, figure.lower, figure.upper
    return Stretch(window.start_ns, window.end_ns, str(each.kind), *reach, figure.estimated)


def _verdict(newest: Iterable[Figure]) -> Markup | None:
    said = [figure.violated for figure in newest if figure.violated is not None]
    if not said:
        return None
    return pill("beyond its limit", "drift") if any(said) else pill("within its limit", "ok")


def _sentences(newest: dict[PerformanceKind, Figure]) -> Iterator[str]:
    for kind, figure in newest.items():
        reach = "" if figure.lower is None or figure.upper is None else f" ({figure.lower:.3f} to {figure.upper:.3f})"
        now = " now" if kind is PerformanceKind.ESTIMATED else ""
        yield f"{kind}{now} {figure.value:.3f}{reach}"
        if figure.estimated is not None:
            yield f"its estimate was {figure.estimated:.3f}, off by {figure.estimated - figure.value:+.3f}"
