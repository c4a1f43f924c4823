"""Where each prediction and each outcome lies, and which belong together: in memory, made anew at each start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from driftline.processors.outcomes.entries import Entries
from driftline.processors.outcomes.index import Places
from driftline.processors.outcomes.prints import Prints, of_model

NONE: Final = -1
Mask = NDArray[np.bool_]


class Linked(NamedTuple):
    """Predictions that have an outcome: their numbers and times, and the numbers of the outcomes."""

    predictions: Places
    times_ns: Places
    outcomes: Places


class Directory:
    """Predictions and outcomes without their values, linked. The rows themselves are in the store, in the order in
    which they came: an index on disk would be written at a random place for each row.

    An outcome is of a prediction with the same id, if it names that one's model or none. Of two the one that names the
    model goes before. One that is of no prediction waits.

    Cost: some 100 bytes for a prediction with its outcome; 2,000 are found among a million in a millisecond.
    """

    def __init__(self) -> None:
        self.predictions = Entries(source=np.int16, time_ns=np.int64, outcome=np.int32)
        self.outcomes = Entries(model=np.uint64, received_ns=np.int64, waits=np.bool_)
        self.waiting = 0
        self._models = np.zeros(0, dtype=np.uint64)

    def know(self, source: int, model: str) -> None:
        """A source is of this model."""
        if source >= len(self._models):
            self._models = np.resize(self._models, 2 * source + 1)
        self._models[source] = of_model(model)

    def predict(self, prints: Prints, number: Places, source: Places, time_ns: Places) -> None:
        """Add predictions, and link them with outcomes that came before them."""
        self.predictions.add(prints, number=number, source=source, time_ns=time_ns, outcome=NONE)
        added = np.arange(len(self.predictions) - len(number), len(self.predictions))
        asked, places = self.outcomes.find(prints)
        self._link(added[asked], places)

    def prove(self, prints: Prints, number: Places, model: NDArray[np.uint64], received_ns: Places) -> None:
        """Add outcomes, and link them with the predictions that they are of."""
        added = self.outcomes.add(prints, number=number, model=model, received_ns=received_ns, waits=True)
        self.waiting += len(added)
        asked, places = self.predictions.find(prints)
        self._link(places, added[asked])

    def between(self, sources: Sequence[int], start_ns: int, end_ns: int) -> Places:
        """Numbers of the sources' predictions made in [start, end) that have an outcome: source by source, in the order
        of their times.
        """
        held = self.predictions
        wanted = np.zeros(len(self._models), dtype=np.bool_)
        wanted[list(sources)] = True
        time_ns = held["time_ns"]
        places = np.flatnonzero(
            (time_ns >= start_ns) & (time_ns < end_ns) & wanted[held["source"]] & (held["outcome"] != NONE)
        )
        numbers: Places = held["number"][places[np.lexsort((time_ns[places], held["source"][places]))]]
        return numbers

    def linked(self, predictions: Places) -> Linked:
        """Of predictions by number those that have an outcome still, with it."""
        held = self.predictions
        ascending = held["number"]  # rows are added at the end
        places = np.searchsorted(ascending, predictions)
        within = places < len(held)
        places, predictions = places[within], predictions[within]
        places = places[ascending[places] == predictions]
        places = places[held["outcome"][places] != NONE]
        return Linked(ascending[places], held["time_ns"][places], self.outcomes["number"][held["outcome"][places]])

    def counts(self, lengths_ns: Mapping[int, int]) -> list[tuple[int, int, int, int]]:
        """(source, start, predictions, those with an outcome) of each stretch, as long as is said for its source."""
        held = self.predictions
        if not len(held):
            return []
        lengths = np.ones(len(self._models), dtype=np.int64)
        lengths[list(lengths_ns)] = list(lengths_ns.values())
        starts = held["time_ns"] - held["time_ns"] % lengths[held["source"]]
        order = np.lexsort((starts, held["source"]))
        starts, sources = starts[order], held["source"][order]
        new = np.flatnonzero(np.diff(starts, prepend=starts[0] - 1) | np.diff(sources, prepend=sources[0]))
        proved = np.add.reduceat((held["outcome"][order] != NONE).astype(np.int64), new)
        columns = sources[new], starts[new], np.diff(new, append=len(order)), proved
        return list(zip(*(each.tolist() for each in columns), strict=True))

    def old(self, before_ns: Mapping[int, int]) -> Mask:
        """Of predictions those that were made before the time given for their source."""
        limits = np.full(len(self._models), np.iinfo(np.int64).min)
        limits[list(before_ns)] = list(before_ns.values())
        made: Mask = self.predictions["time_ns"] < limits[self.predictions["source"]]
        return made

    def ended(self, before_ns: Mapping[int, int]) -> tuple[Mask, Mask]:
        """Of predictions the old ones, and of outcomes those that are of none but these."""
        held, known = self.predictions, self.outcomes
        gone = self.old(before_ns)
        _, theirs = self._related(np.flatnonzero(gone))
        theirs = np.unique(theirs)
        asked, others = held.find(Prints(known["high"][theirs], known["low"][theirs]))
        needed = theirs[asked][~gone[others] & self.is_of(known["model"][theirs[asked]], others)]
        ended = np.zeros(len(known), dtype=np.bool_)
        ended[theirs] = True
        ended[needed] = False
        return gone, ended

    def expired(self, received_before_ns: int) -> Mask:
        """Of outcomes those that wait and came before."""
        waiting: Mask = self.outcomes["waits"] & (self.outcomes["received_ns"] < received_before_ns)
        return waiting

    def forget(self, predictions: Mask | None, outcomes: Mask) -> None:
        """Drop what is marked; None: no prediction."""
        if predictions is not None and predictions.any():
            self.predictions.keep(~predictions)
        if outcomes.any():
            moved = self.outcomes.keep(~outcomes)
            linked = self.predictions["outcome"]
            linked[:] = np.where(linked == NONE, NONE, moved[linked])
            self.waiting = int(self.outcomes["waits"].sum())

    def waiting_since(self, oldest: int) -> int:
        """When the last of the `oldest` outcomes that wait came; 0 where fewer wait."""
        since = np.sort(self.outcomes["received_ns"][self.outcomes["waits"]])
        return int(since[oldest - 1]) if 0 < oldest <= len(since) else 0

    def _related(self, predictions: Places) -> tuple[Places, Places]:
        """Every (prediction, outcome that is of it)."""
        held = self.predictions
        asked, outcomes = self.outcomes.find(Prints(held["high"][predictions], held["low"][predictions]))
        good = self.is_of(self.outcomes["model"][outcomes], predictions[asked])
        return predictions[asked][good], outcomes[good]

    def is_of(self, models: NDArray[np.uint64], predictions: Places) -> Mask:
        """Whether each outcome, whose id is the prediction's, names that one's model or none."""
        same: Mask = (models == 0) | (models == self._models[self.predictions["source"][predictions]])
        return same

    def _link(self, predictions: Places, outcomes: Places) -> None:
        """Link pairs with the same id, where they belong together."""
        good = self.is_of(self.outcomes["model"][outcomes], predictions)
        predictions, outcomes = predictions[good], outcomes[good]
        named = self.outcomes["model"][outcomes] != 0
        linked, waits = self.predictions["outcome"], self.outcomes["waits"]
        free = ~named & (linked[predictions] == NONE)
        linked[predictions[free]] = outcomes[free]
        linked[predictions[named]] = outcomes[named]
        answered = np.unique(outcomes[waits[outcomes]])
        waits[answered] = False
        self.waiting -= len(answered)
