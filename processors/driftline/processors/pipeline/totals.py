"""Predictions and their durations, summed over instances since the start: what RED panels stand on."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.findings import Durations, Identity, Traffic
from driftline.processors.windows import ExponentialCounts
from driftline.semconv import metrics

BOUNDS = metrics.ML_PREDICTION_DURATION_BOUNDS
_EDGES = np.array(BOUNDS)


class Totals:
    """Monotonic totals of each identity, by `error.type` ("" is success).

    >>> totals = Totals(started_ns=0)
    >>> totals.add_predictions(totals.predictions_row(Identity("credit"), ""), 3, now_ns=8)
    >>> totals.traffic(Identity("credit"), time_ns=9).predictions
    {None: 3}
    """

    def __init__(self, *, started_ns: int) -> None:
        self.started_ns = started_ns
        self._predictions: dict[Identity, dict[str, float]] = defaultdict(dict)
        self._durations: dict[Identity, dict[str, tuple[NDArray[np.int64], list[float]]]] = defaultdict(dict)
        self._events: dict[Identity, dict[str, tuple[int, int]]] = defaultdict(dict)
        self._last_ns: dict[Identity, int] = {}

    def predictions_row(self, identity: Identity, error: str) -> tuple[Identity, str]:
        """A place for predictions that ended with `error`."""
        self._predictions[identity].setdefault(error, 0.0)
        return identity, error

    def durations_row(self, identity: Identity, error: str) -> tuple[Identity, str]:
        """A place for durations of predictions that ended with `error`."""
        self._durations[identity].setdefault(error, (np.zeros(len(BOUNDS) + 1, dtype=np.int64), [0.0]))
        return identity, error

    def events_row(self, identity: Identity, objective: str) -> tuple[Identity, str]:
        """A place for events of an objective."""
        self._events[identity].setdefault(objective, (0, 0))
        return identity, objective

    def add_predictions(self, row: tuple[Identity, str], count: float, now_ns: int) -> None:
        """Count predictions."""
        self._last_ns[row[0]] = now_ns
        self._predictions[row[0]][row[1]] += count

    def add_durations(self, row: tuple[Identity, str], counts: NDArray[np.int64], seconds: float, now_ns: int) -> None:
        """Count durations, (17,) on the contract's bounds."""
        self._last_ns[row[0]] = now_ns
        held, total = self._durations[row[0]][row[1]]
        held += counts
        total[0] += seconds

    def add_events(self, row: tuple[Identity, str], good: int, count: int, now_ns: int) -> None:
        """Count events of an objective, `good` of them good."""
        self._last_ns[row[0]] = now_ns
        held, total = self._events[row[0]][row[1]]
        self._events[row[0]][row[1]] = held + good, total + count

    def identities(self) -> set[Identity]:
        """Everyone with traffic."""
        return {*self._predictions, *self._durations, *self._events}

    def dump(self) -> list[dict[str, Any]]:
        """Every total, as JSON can hold it."""
        return [
            {
                "identity": [identity.model, identity.version, identity.variant, identity.environment],
                "segment": [list(pair) for pair in identity.segment],
                "predictions": dict(self._predictions.get(identity, {})),
                "events": {name: list(held) for name, held in self._events.get(identity, {}).items()},
                "durations": {
                    error: [counts.tolist(), total[0]]
                    for error, (counts, total) in self._durations.get(identity, {}).items()
                },
            }
            for identity in self.identities()
        ]

    def load(self, saved: list[dict[str, Any]]) -> None:
        """Go on from what another process had counted. Raises KeyError, TypeError or ValueError on anything else."""
        for each in saved:
            model, version, variant, environment = each["identity"]
            segment = tuple((str(name), str(value)) for name, value in each["segment"])
            identity = Identity(model, version, variant, environment, segment)
            self._predictions[identity].update({error: float(count) for error, count in each["predictions"].items()})
            for name, (good, count) in each.get("events", {}).items():  # absent: saved by an older version
                self.add_events(self.events_row(identity, name), int(good), int(count), 0)
            for error, (counts, seconds) in each["durations"].items():
                held, total = self._durations[self.durations_row(identity, error)[0]][error]
                held += np.array(counts, dtype=np.int64)
                total[0] += float(seconds)

    def forget(self, identity: Identity) -> None:
        """Drop an identity that is long gone."""
        self._predictions.pop(identity, None)
        self._durations.pop(identity, None)
        self._events.pop(identity, None)
        self._last_ns.pop(identity, None)

    def last_ns(self, identity: Identity) -> int:
        """When traffic of an identity last arrived; 0: never."""
        return self._last_ns.get(identity, 0)

    def predictions(self, identity: Identity) -> int | None:
        """All predictions of an identity; None when it never sent any."""
        counted = self._predictions.get(identity)
        return None if counted is None else round(sum(counted.values()))

    def traffic(self, identity: Identity, *, time_ns: int) -> Traffic | None:
        """The totals of an identity; None when it never sent any."""
        if not any(identity in held for held in (self._predictions, self._durations, self._events)):
            return None
        durations = self._durations.get(identity, {})
        return Traffic(
            identity,
            self.started_ns,
            time_ns,
            {error or None: round(count) for error, count in self._predictions.get(identity, {}).items()},
            {
                error or None: Durations(BOUNDS, tuple(held.tolist()), seconds[0])
                for error, (held, seconds) in durations.items()
            },
            dict(self._events.get(identity, {})),
        )


def onto_contract(bounds: tuple[float, ...]) -> NDArray[np.int64]:
    """For each bucket of `bounds` the contract's bucket its upper end lies in, (B,).

    No bucket is split: at edges both layouts have, cumulative counts are exact; elsewhere a prediction counts as no
    faster than it was.

    >>> onto_contract((0.005, 0.3)).tolist()
    [2, 9, 16]
    """
    return np.append(np.searchsorted(_EDGES, np.array(bounds, dtype=np.float64)), len(BOUNDS)).astype(np.int64)


def rebinned(counts: NDArray[Any], onto: NDArray[np.int64]) -> NDArray[np.int64]:
    """Counts (n, B) on the contract's bounds, (n, 17)."""
    binned = np.zeros((len(counts), len(BOUNDS) + 1), dtype=np.int64)
    np.add.at(binned.T, onto, counts.T)
    return binned


def exponential_durations(counts: ExponentialCounts) -> NDArray[np.int64]:
    """Exponential counts of seconds on the contract's bounds, (17,); whole buckets, by their upper end."""
    _, upper, held = counts.get()
    binned = np.zeros(len(BOUNDS) + 1, dtype=np.int64)
    np.add.at(binned, np.searchsorted(_EDGES, upper), held)
    return binned
