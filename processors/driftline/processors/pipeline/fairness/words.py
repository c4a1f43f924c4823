"""Why a finding of fairness says what it says: one plain sentence."""

from __future__ import annotations

from collections.abc import Sequence

from driftline.processors.findings import Comparison, Group
from driftline.processors.statistics.fairness import METRICS, Shape
from driftline.processors.statistics.fairness.table import FOUR_FIFTHS

_RULE = ", the four-fifths rule of 29 CFR 1607.4(D)"
_NAMED = 5


def compared(
    attributes: Sequence[str], comparisons: Sequence[Comparison], groups: Sequence[Group], *, provisional: bool = False
) -> str:
    """Of groups that were compared: the worst that is beyond its limit, else that nothing is."""
    who, rest = ", ".join(attributes), _left_out(groups)
    beyond = [each for each in comparisons if each.violated]
    if beyond:
        worst = max(beyond, key=_distance)
        more = f"; {len(beyond) - 1} more beyond their limits" if len(beyond) > 1 else ""
        return f"{who}: {_figure(worst)}, surely {_relation(worst)}{more}{rest}."
    watched = [each for each in comparisons if each.limit is not None]
    if not watched:
        reason = "provisional, so not judged yet" if provisional else "no metric has a limit"
        return f"{who}: {_figure(comparisons[0])}; {reason}{rest}."
    worst = max(watched, key=_distance)
    return f"{who}: {_figure(worst)}, not surely {_relation(worst)}{rest}."


def not_compared(attributes: Sequence[str], reason: str, groups: Sequence[Group]) -> str:
    """Of groups that could not be compared."""
    return f"{', '.join(attributes)}: not compared, because {reason}{_left_out(groups)}."


def _figure(each: Comparison) -> str:
    name = each.metric.replace("_", " ")
    whose = f" of {each.group}" if each.group is not None else ""
    return f"{name}{whose} {each.value:.2f} (95 % interval {each.lower:.2f} to {each.upper:.2f})"


def _relation(each: Comparison) -> str:
    below = METRICS[each.metric].shape is not Shape.DIFFERENCE
    rule = _RULE if each.metric == "disparate_impact_ratio" and each.limit == FOUR_FIFTHS else ""
    return f"{'below' if below else 'above'} its limit {each.limit:g}{rule}"


def _distance(each: Comparison) -> float:
    """How far a figure is on the bad side of its limit."""
    away = each.value - (each.limit or 0.0)
    return away if METRICS[each.metric].shape is Shape.DIFFERENCE else -away


def _left_out(groups: Sequence[Group]) -> str:
    small = [f"{each.name} ({each.observations:,})" for each in groups if each.rate is None]
    more = f" and {len(small) - _NAMED} more" if len(small) > _NAMED else ""
    return f"; too small to be compared: {', '.join(small[:_NAMED])}{more}" if small else ""
