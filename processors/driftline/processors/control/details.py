"""One model on the page: its sentence, what moves its output, who carries it, every field's bars, earlier alarms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from driftline.processors.control.drawing import distributions, level_bar
from driftline.processors.control.markup import Markup, element, together
from driftline.processors.control.words import headline, pairs, prose, whose

Json = Mapping[str, Any]


def details(found: Json, alarms: Sequence[Json]) -> list[Markup]:
    """The body of a model's page, of what the board explains and of its alarms."""
    return [*(_identity(each) for each in found["identities"]), _alarms(alarms)]


def _identity(identity: Json) -> Markup:
    explanation = identity.get("explanation") or {}
    title = " · ".join(whose(identity)) or "all traffic"
    since = element("p", f"since {identity['since']}", class_="since")
    return together(
        element("section", headline(title, identity), prose(identity["why"]), since, class_="card"),
        _contributions(explanation),
        _segments(explanation.get("segments", ())),
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
    table = _table(
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
    return together(element("h3", "What moves the output"), element("p", said, class_="faint"), table)


def _segments(segments: Sequence[Json]) -> Markup | None:
    if not segments:
        return None
    rows = (
        (", ".join(pairs(each["segment"])), f"{each['traffic']:.1%}", _share(each), "carries it" * each["carries"])
        for each in segments
    )
    table = _table(("segment", "of the traffic", "of the drift", ""), rows)
    return together(element("h3", "Who carries it"), table)


def _fields(fields: Iterable[Json]) -> Markup:
    key = element(
        "span",
        element("span", class_="key was"),
        "reference",
        element("span", class_="key is"),
        "window",
        class_="faint",
    )
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
    table = _table(("began", "ended", "at its worst"), rows)
    return together(element("h3", "Alarms"), table if alarms else element("p", "none so far", class_="faint"))


def _table(names: Sequence[str], rows: Iterable[Sequence[str | None]]) -> Markup:
    head = element("tr", *(element("th", name) for name in names))
    return element("table", head, *(element("tr", *(element("td", cell) for cell in row)) for row in rows))


def _share(each: Json) -> str:
    return "" if each.get("share") is None else f"{round(each['share'], 2) + 0.0:.0%}"
