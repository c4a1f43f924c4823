"""One model on the page: its sentence, what moves its output, who carries it, what is beside drift, fields, alarms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from driftline.processors.control.beside import Beside
from driftline.processors.control.concept import concept_section
from driftline.processors.control.drawing import distributions, level_bar
from driftline.processors.control.markup import Markup, element, together
from driftline.processors.control.performance import performance_section
from driftline.processors.control.tables import table
from driftline.processors.control.treatment import fairness_section
from driftline.processors.control.whole_rows import rows_section
from driftline.processors.control.words import headline, keys, pairs, prose, whose

Json = Mapping[str, Any]


def details(found: Json, alarms: Sequence[Json], beside_of: Callable[[Json], Beside]) -> list[Markup]:
    """The body of a model's page, of what the board explains, of its alarms, and of what there is beside drift."""
    return [*(_identity(each, beside_of(each)) for each in found["identities"]), _alarms(alarms)]


def _identity(identity: Json, beside: Beside) -> Markup:
    explanation = identity.get("explanation") or {}
    title = " · ".join(whose(identity)) or "all traffic"
    since = element("p", f"since {identity['since']}", class_="since")
    return together(
        element("section", headline(title, identity), prose(identity["why"]), since, class_="card"),
        _contributions(explanation),
        _segments(explanation.get("segments", ())),
        performance_section(beside.cohorts, beside.estimate),
        concept_section(beside.concept),
        fairness_section(beside.fairness),
        rows_section(beside.rows),
        _fields(identity["fields"]),
    )


def _contributions(explanation: Json) -> Markup | None:
    """Which fields move the output; nothing where the reference does not know it."""
    output = explanation.get("output")
    rows = [each for each in explanation.get("contributions", ()) if "shift" in each]
    if output is None or not rows:
        return None
    explained = explanation.get("explained")
    together_ = f"; the fields together explain {explained:.0%} of it" if explained is not None else ""
    said = f"{output['name']} moved from {output['reference']:.4g} to {output['current']:.4g}{together_}"
    shown = table(
        ("field", "level", "moves it by", "share"),
        (
            (
                each["field"],
                level_bar(each.get("level")),
                f"{each['shift']:+.3g} ± {2 * each['error']:.1g}",
                _share(each),
            )
            for each in rows
        ),
    )
    return together(element("h3", "What moves the output"), element("p", said, class_="faint"), shown)


def _segments(segments: Sequence[Json]) -> Markup | None:
    if not segments:
        return None
    rows = (
        (", ".join(pairs(each["segment"])), f"{each['traffic']:.1%}", _share(each), "carries it" * each["carries"])
        for each in segments
    )
    shown = table(("segment", "of the traffic", "of the drift", ""), rows)
    return together(element("h3", "Who carries it"), shown)


def _fields(fields: Iterable[Json]) -> Markup:
    key = keys("was", "is", shown={"was": "reference", "is": "window"})
    cards = [_field(each) for each in fields]
    return together(element("h3", "Fields", key), element("div", *cards, class_="grid"))


def _field(field: Json) -> Markup:
    moved = (field.get("explanation") or {}).get("moved", ())
    why = prose(field["why"])
    return element(
        "section", headline(field["field"], field), why, distributions(moved) if moved else None, class_="card"
    )


def _alarms(alarms: Sequence[Json]) -> Markup:
    rows = ((each["begin"], each.get("end", "lasts"), each.get("why", "")) for each in alarms)
    shown = table(("began", "ended", "at its worst"), rows)
    return together(element("h3", "Alarms"), shown if alarms else element("p", "none so far", class_="faint"))


def _share(each: Json) -> str:
    return "" if each.get("share") is None else f"{round(each['share'], 2) + 0.0:.0%}"
