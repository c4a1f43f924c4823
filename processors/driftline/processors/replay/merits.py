"""How good the model was over a history: figures as they come, those beyond a limit, and all of them summed up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from driftline.processors.findings import Identity, Performance
from driftline.processors.replay.lines import identified, rfc3339
from driftline.semconv import PerformanceKind


@dataclass(slots=True)
class _Range:
    """The values of one metric."""

    lowest: float
    highest: float
    last: float

    def take(self, value: float) -> None:
        """Take the next one."""
        self.lowest, self.highest, self.last = min(self.lowest, value), max(self.highest, value), value


@dataclass(slots=True)
class Merit:
    """What became of one kind of figures of the whole traffic; `windows` are cohorts, or looks of an estimate."""

    windows: int = 0
    violated: int = 0
    metrics: dict[str, _Range] = field(default_factory=dict)

    def take(self, found: Performance) -> None:
        """Take the figures of the next window."""
        self.windows += 1
        self.violated += found.violated
        for figure in found.figures:
            if figure.metric in self.metrics:
                self.metrics[figure.metric].take(figure.value)
            else:
                self.metrics[figure.metric] = _Range(figure.value, figure.value, figure.value)

    def to_dict(self) -> dict[str, Any]:
        """JSON values."""
        ranges = {
            name: {"lowest": each.lowest, "highest": each.highest, "last": each.last}
            for name, each in self.metrics.items()
        }
        return {"windows": self.windows, "violated": self.violated, "metrics": ranges}


class Merits:
    """Follows performances, look after look.

    >>> Merits().violations
    0
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Identity, PerformanceKind, int], Performance] = {}
        self._beyond: dict[tuple[Identity, PerformanceKind], frozenset[str]] = {}
        self._merits: dict[PerformanceKind, Merit] = {}
        self.violations = 0
        """How often figures began to be beyond a limit."""

    def fresh(self, found: Iterable[Performance]) -> list[Performance]:
        """Those that say something else than at the look before; a final cohort is told of once, unless restated."""
        return [each for each in found if self._is_fresh(each)]

    def of(self, fresh: Iterable[Performance]) -> Iterator[Performance]:
        """Those of them whose figures beyond a limit are not those of the window before."""
        for each in fresh:
            if each.kind is not PerformanceKind.PROVISIONAL:  # never judged
                beyond = frozenset(figure.metric for figure in each.figures if figure.violated)
                before = self._beyond.get((each.identity, each.kind), frozenset())
                self._beyond[each.identity, each.kind] = beyond
                self.violations += bool(beyond - before)
                if beyond != before:
                    yield each

    def summary(self) -> dict[str, Any]:
        """Kind of figures, `realized` or `estimated`, to what became of them; empty where nothing was known."""
        return {kind.value: merit.to_dict() for kind, merit in self._merits.items()}

    def _is_fresh(self, found: Performance) -> bool:
        estimated = found.kind is PerformanceKind.ESTIMATED
        key = found.identity, found.kind, 0 if estimated else found.window.start_ns
        before = self._known.get(key)
        self._known[key] = found
        if before is not None and _same(before, found):
            return False
        judged = found.kind is not PerformanceKind.PROVISIONAL and not found.identity.segment
        if judged and (before is None or estimated):
            self._merits.setdefault(found.kind, Merit()).take(found)
        return True


def _same(before: Performance, now: Performance) -> bool:
    return (before.figures, before.outcomes, before.window) == (now.figures, now.outcomes, now.window)


def merit_line(found: Performance, time_ns: int) -> dict[str, Any]:
    """A performance as `driftline replay --json` prints it; of a figure what does not exist is left out."""
    names = ("value", "lower", "upper", "limit", "violated", "estimated")
    figures = {
        each.metric: {name: value for name in names if (value := getattr(each, name)) is not None}
        for each in found.figures
    }
    return {
        "time": rfc3339(time_ns),
        **identified(found.identity),
        "performance": found.kind.value,
        "from": rfc3339(found.window.start_ns),
        "to": rfc3339(found.window.end_ns),
        "predictions": found.window.observations,
        "outcomes": found.outcomes,
        "violated": found.violated,
        "figures": figures,
        "why": found.why,
    }
