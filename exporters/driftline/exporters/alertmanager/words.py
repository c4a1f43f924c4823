"""The description of an alert: a finding's own sentence where it has one, else one made from its figures."""

from __future__ import annotations

from collections.abc import Iterable

from driftline.processors.documents.durations import write_duration
from driftline.processors.findings import Finding, Objective

_NAMED = 3
_MINUTE_NS = 60 * 10**9


def of_burn(objective: Objective) -> str:
    """How fast an error budget burns, how much of it is left and for how long; what is unknown is left out.

    >>> from driftline.processors.findings import Burn, Identity
    >>> burns = (Burn("5m", 20.0), Burn("1h", 16.25), Burn("3d", 0.4))
    >>> of_burn(Objective(Identity("credit"), "up", 0.999, 0, 0, remaining=0.634, burns=burns, seconds_left=7200))
    'up: its error budget burns 20 times too fast over 5m, 16.2 times over 1h; 63.4 % of it is left, for 2h.'
    """
    rates = [f"{burn.rate:.3g} times over {burn.window}" for burn in objective.burns if burn.rate > 1][:_NAMED]
    burning = ", ".join(rates).replace("times over", "times too fast over", 1) or "too fast"
    return f"{objective.name}: its error budget burns {burning}{_left(objective)}."


def _left(objective: Objective) -> str:
    if objective.remaining is None:
        return ""
    if objective.remaining <= 0:
        return "; nothing of it is left"
    return f"; {objective.remaining:.1%} of it is left{_for_how_long(objective.seconds_left)}".replace("%", " %")


def _for_how_long(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes = max(round(seconds / 60), 1)
    whole = minutes if minutes < 120 else round(minutes / 60) * 60
    return f", for {write_duration(whole * _MINUTE_NS)}"


def of_rows(violated: Iterable[Finding]) -> str:
    """What is said of rows, then of each embedding, as one text.

    Args:
        violated: findings of rows of one identity, at least one.
    """
    return together(each.why if each.field is None else f"{each.field}: {each.why}" for each in violated)


def together(whys: Iterable[str]) -> str:
    """Clauses as one sentence.

    >>> together(["roc_auc 0.6 is surely under its limit 0.8", "estimated from 400 scores"])
    'roc_auc 0.6 is surely under its limit 0.8; estimated from 400 scores.'
    """
    return "; ".join(why.removesuffix(".") for why in whys) + "."


def of_quality(violated: Iterable[Finding]) -> str:
    """The sentences of the checks that are furthest over their limit, and how many more there are.

    Args:
        violated: findings of quality of one identity, at least one.
    """
    ranked = sorted(violated, key=lambda each: (-(each.level or 0.0), each.field or ""))
    more = f" And {len(ranked) - _NAMED} more." if len(ranked) > _NAMED else ""
    return " ".join(each.why for each in ranked[:_NAMED]) + more
