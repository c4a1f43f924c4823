"""How groups of people are treated, on a model's page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from driftline.processors.control.markup import Markup, element, together
from driftline.processors.control.tables import table
from driftline.processors.control.words import card, pill, state
from driftline.processors.findings import Comparison, Fairness


def fairness_section(found: Sequence[Fairness]) -> Markup | None:
    """Each attribute's sentence and its comparisons; None where no groups are compared."""
    if not found:
        return None
    return together(element("h3", "How groups are treated"), *(_attribute(each) for each in found))


def _attribute(each: Fairness) -> Markup:
    title = ", ".join(each.attributes) + (f", by {each.kind} outcomes" if each.kind else "")
    verdict = pill("beyond a limit", "drift") if each.violated else state(each.status)
    groups = ", ".join(f"{group.name} {group.observations:,}" for group in each.groups)
    counts = element("p", f"observations: {groups}", class_="since") if groups else None
    names = ("metric", "group", "value", "95 % interval", "limit", "")
    return card(title, verdict, each.why, counts, table(names, _rows(each)) if each.comparisons else None)


def _rows(each: Fairness) -> Iterator[Sequence[str | None]]:
    for one in each.comparisons:
        limit = "" if one.limit is None else f"{one.limit:g}"
        yield (one.metric, one.group, f"{one.value:.3f}", f"{one.lower:.3f} to {one.upper:.3f}", limit, _verdict(one))


def _verdict(one: Comparison) -> Markup | None:
    if one.violated is None:
        return None
    return pill("beyond", "drift") if one.violated else pill("within", "ok")
