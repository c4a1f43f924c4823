"""The stream of a classifier's errors, on a model's page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from driftline.processors.control.markup import Markup, element, together
from driftline.processors.control.tables import table
from driftline.processors.control.words import card, state
from driftline.processors.documents.moments import moment
from driftline.processors.findings import ConceptDrift


def concept_section(found: Sequence[ConceptDrift]) -> Markup | None:
    """What each detector says of the newest final cohort; None where nothing follows the errors."""
    if not found:
        return None
    return together(element("h3", "Concept drift"), *(_card(each) for each in found))


def _card(each: ConceptDrift) -> Markup:
    rate = "errors of the newest final cohort" if each.error_rate is None else f"{each.error_rate:.1%} errors"
    shown = table(("detector", "score", "limit", "alarmed at"), _rows(each)) if each.signals else None
    return card(rate, state(each.status), each.why, shown)


def _rows(each: ConceptDrift) -> Iterator[Sequence[str]]:
    for one in each.signals:
        score, limit = ("" if value is None else f"{value:.4g}" for value in (one.score, one.limit))
        at = moment(one.at_ns) if one.at_ns is not None else "this cohort" if one.detected else ""
        yield one.detector, score, limit, at
