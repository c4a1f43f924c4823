"""States as numbers, so that one series can show them: the larger, the more it wants somebody to look."""

from __future__ import annotations

from typing import Final

from driftline.processors.findings import State
from driftline.processors.rendering.grafana.promql import worst
from driftline.processors.rendering.grafana.shapes import Colour, Word
from driftline.processors.rendering.series import IDENTITY, STATE, series

_ORDER: Final = (
    (State.OK, Colour.GOOD),
    (State.MUTED, Colour.NEUTRAL),
    (State.CONSTANT, Colour.NEUTRAL),
    (State.NOT_ENOUGH_SAMPLES, Colour.UNKNOWN),
    (State.WARMING_UP, Colour.UNKNOWN),
    (State.NO_REFERENCE, Colour.UNKNOWN),
    (State.INCOMPATIBLE_BINS, Colour.CAREFUL),
    (State.NO_DATA, Colour.CAREFUL),
    (State.STALE, Colour.CAREFUL),
    (State.DRIFT, Colour.BAD),
)
WORDS: Final = tuple(
    Word(number, state.value.replace("_", " "), colour) for number, (state, colour) in enumerate(_ORDER, start=1)
)


def state(metric: str, where: str, *by: str) -> str:
    """The state of each group as its number in `WORDS`; of several series the worst."""
    coded = " or ".join(
        f"{number} * " + series(metric, f'{where},{STATE}="{each.value}"')
        for number, (each, _) in enumerate(_ORDER, start=1)
    )
    return f"max by ({', '.join(by)}) ({coded}) > 0"


def in_state(metric: str, where: str, *states: State) -> str:
    """How many model identities are in one of these states."""
    wanted = f'{STATE}=~"{"|".join(each.value for each in states)}"'
    return f"sum({worst(metric, f'{where},{wanted}', *IDENTITY)})"
