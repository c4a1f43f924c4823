"""Stories of silence: a model that falls silent is stale and never absent; one that never spoke is absent in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Final

from driftline.processors.findings import State
from driftline.processors.rendering.prometheus.rules import AlertRule
from driftline.processors.rendering.prometheus.scenarios.firing import fires, never
from driftline.processors.rendering.prometheus.scenarios.story import Input, Story, labelled
from driftline.processors.rendering.series import STATE, series
from driftline.semconv import metrics

_MINUTE: Final = 60 * 10**9
_CALM: Final = 5
"""Minutes before the model falls silent."""
_SLACK: Final = 6
"""Minutes that scrapes and evaluations may take."""
_LONGEST: Final = 1440
"""Minutes of a wait that is told: every rule is evaluated all the while."""


def silence_stories(
    stale: AlertRule, unheard: AlertRule, series_labels: Mapping[str, str], identity: Mapping[str, str]
) -> Iterator[Story]:
    """Both stories; none where `staleAfter` is longer than a day.

    Args:
        stale: fires in the state `stale`.
        unheard: fires once the state was `no_data` for as long as its own wait.
        series_labels: what the model's series have, the reader's own labels too.
        identity: those of them that its alerts have.
    """
    wait = ceil(unheard.hold_ns / _MINUTE)
    if wait > _LONGEST:
        return
    silent, end = _CALM + wait, _CALM + wait + _SLACK
    fallen = {
        State.OK: f"1x{_CALM - 1} 0x{end}",
        State.NO_DATA: f"0x{_CALM - 1} 1x{max(wait - 2, 0)} 0x{end}",  # stale a moment before the wait is over
        State.STALE: f"0x{silent - 2} 1x{_SLACK}",
    }
    told = fires(end - 2, stale, identity), never(end - 2, unheard)
    yield Story("a model falls silent", tuple(_shown(fallen, series_labels)), told)
    spoke = {State.NO_DATA: f"1x{wait + _SLACK}"}
    early = (never(wait - 2, unheard),) if wait > 2 else ()  # a shorter wait lies within one evaluation
    late = fires(wait + _SLACK - 2, unheard, identity)
    yield Story("a model never spoke", tuple(_shown(spoke, series_labels)), (*early, late))


def _shown(states: Mapping[State, str], labels: Mapping[str, str]) -> Iterator[Input]:
    name = series(metrics.ML_MONITOR_STATUS).removesuffix("{}")
    for state, values in states.items():
        yield Input(labelled(name, {**labels, STATE: state}), values)
