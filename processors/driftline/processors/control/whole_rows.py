"""Whole rows and embeddings beside those of the reference, on a model's page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from driftline.processors.control.markup import Markup, element, together
from driftline.processors.control.tables import table
from driftline.processors.control.words import card, state
from driftline.processors.findings import Finding, State


def rows_section(found: Sequence[Finding]) -> Markup | None:
    """All features together, then each embedding; None where no rows are compared."""
    if not found:
        return None
    return together(element("h3", "Whole rows"), element("div", *(_card(each) for each in found), class_="grid"))


def _card(each: Finding) -> Markup:
    judged = each.status in {State.OK, State.DRIFT} and each.statistics
    shown = table(("statistic", "score", "limit", "p"), _rows(each)) if judged else None
    return card(each.field or "all features", state(each.status), each.why, shown)


def _rows(each: Finding) -> Iterator[Sequence[str]]:
    """A score is over its limit exactly where it takes part in a detection; those stand first."""
    for one in sorted(each.statistics, key=lambda one: one.limit is None or one.score <= one.limit):
        limit = "none" if one.limit is None else f"{one.limit:.4g}"
        yield one.name, f"{one.score:.4g}", limit, "" if one.p_value is None else f"{one.p_value:.2g}"
