"""What the traffic was like before a drift began: segments, one to two windows back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from driftline.processors.findings import Identity
from driftline.processors.pipeline.held import Look


@dataclass(slots=True)
class _Turns:
    """Two looks: the later of them is taken for the earlier when a window's length has passed."""

    earlier: Look = field(default_factory=dict)
    later: Look = field(default_factory=dict)
    turned_ns: int = 0


class Calm:
    """Keeps, of models that have segments and are not in drift, a look from at least a window's length ago.

    A window that is about to alarm has drifted panes in it already; one that ended when it began has none.
    """

    def __init__(self) -> None:
        self._kept: dict[Identity, _Turns] = {}

    def note(self, whole: Identity, look: Look, now_ns: int, length_ns: int) -> None:
        """A look at the model, its segments among it, at which the whole is not in drift."""
        turns = self._kept.setdefault(whole, _Turns())
        if now_ns - turns.turned_ns >= length_ns:
            turns.earlier, turns.later, turns.turned_ns = turns.later, look, now_ns

    def before(self, whole: Identity) -> Look:
        """The look before the drift; empty when there was none."""
        turns = self._kept.get(whole)
        return {} if turns is None else turns.earlier or turns.later

    def keep_only(self, identities: Iterable[Identity]) -> None:
        """Forget everyone else."""
        kept = set(identities)
        self._kept = {whole: turns for whole, turns in self._kept.items() if whole in kept}


def whole_of(identity: Identity) -> Identity:
    """The whole traffic that a segment is a part of."""
    return replace(identity, segment=()) if identity.segment else identity
