"""What runs inside a peer's environment; needs numpy and nothing else.

Each script `with_<peer>.py` gives its methods to `main`. The command is `python -m ... JOB FOLDER METHOD`, JOB one of
`job`, `rates`, `streams`, and one line of JSON is the answer.
"""

from __future__ import annotations

import copy
import json
import resource
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHIFTS = (0.25, 0.5, 1.0)
_REPEAT, _ENOUGH_S = 7, 20.0


@dataclass(frozen=True, slots=True)
class Table:
    """Numeric columns `x0`.. (rows, X) float64, and categorical columns `k0`.. (rows, K) as codes from 0."""

    numeric: NDArray[np.float64]
    codes: NDArray[np.int64]

    @property
    def names(self) -> list[str]:
        return [f"x{at}" for at in range(self.numeric.shape[1])] + self.categorical

    @property
    def categorical(self) -> list[str]:
        return [f"k{at}" for at in range(self.codes.shape[1])]

    @property
    def categories(self) -> list[str]:
        """What the codes stand for."""
        return [f"c{code:03d}" for code in range(int(self.codes.max(initial=0)) + 1)]

    @property
    def columns(self) -> dict[str, NDArray[Any]]:
        """Name to column; categories as text."""
        texts = np.array(self.categories, dtype=object)
        columns = [*np.ascontiguousarray(self.numeric.T), *texts[self.codes.T]]
        return dict(zip(self.names, columns, strict=True))

    def save(self, path: Path) -> None:
        np.savez(path, numeric=self.numeric, codes=self.codes)

    @classmethod
    def load(cls, path: Path) -> Table:
        with np.load(path) as found:
            return cls(found["numeric"], found["codes"])


@dataclass(frozen=True, slots=True)
class Streams:
    """What comes before the shift (seeds, values), and after each of SHIFTS (shifts, seeds, values)."""

    before: NDArray[np.float64]
    after: NDArray[np.float64]

    def save(self, path: Path) -> None:
        np.savez(path, before=self.before, after=self.after)

    @classmethod
    def load(cls, path: Path) -> Streams:
        with np.load(path) as found:
            return cls(found["before"], found["after"])


@dataclass(frozen=True, slots=True)
class Method:
    """One way to ask a tool which fields have changed.

    Args:
        form: a table as the tool likes it; not timed.
        prepare: the reference made ready; not timed.
        look: what is ready and the current table, to an answer; timed.
        flagged: names of the fields an answer says have changed.
        cheap: worth asking thousands of times.
    """

    form: Callable[[Table], Any]
    prepare: Callable[[Any], Any]
    look: Callable[[Any, Any], Any]
    flagged: Callable[[Any], Iterable[str]]
    cheap: bool = True


@dataclass(frozen=True, slots=True)
class Detector:
    """A detector of changes in a stream: how to make one, and to give it a value and be told whether it alarms."""

    make: Callable[[], Any]
    update: Callable[[Any, float], bool]
    seeds: int = 20


def frame(table: Table) -> Any:
    """A pandas frame, categories as text."""
    import pandas as pd

    return pd.DataFrame(table.columns)


def main(methods: Mapping[str, Method], detectors: Mapping[str, Detector] | None = None) -> None:
    """Answer the command line."""
    what, folder, name = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    if what == "names":
        answer: object = {
            "job": list(methods),
            "rates": [name for name, method in methods.items() if method.cheap],
            "streams": list(detectors or {}),
        }
    elif what == "job":
        answer = job(methods[name], folder)
    elif what == "rates":
        answer = rates(methods[name], folder)
    else:
        answer = streams((detectors or {})[name], folder)
    print("\n" + json.dumps(answer))


def job(method: Method, folder: Path) -> dict[str, Any]:
    """What it flags of the two tables, its CPU seconds (the least of some runs), and the most memory it took."""
    reference, current = (method.form(Table.load(folder / f"{side}.npz")) for side in ("reference", "current"))
    start = time.process_time()
    ready = method.prepare(reference)
    preparing = time.process_time() - start
    seconds: list[float] = []
    while len(seconds) < _REPEAT and sum(seconds) < _ENOUGH_S:
        start = time.process_time()
        answer = method.look(ready, current)
        seconds.append(time.process_time() - start)
    return {
        "flagged": sorted(set(method.flagged(answer))),
        "first": seconds[0],
        "seconds": min(seconds),
        "preparing": preparing,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    }


def rates(method: Method, folder: Path) -> dict[str, float]:
    """Shares of unchanged fields flagged: `numeric/200`, `20/1000` (categories / rows) and so on."""
    found: dict[str, list[float]] = {}
    for path in sorted(folder.glob("reference_*.npz")):
        rows, levels = path.stem.split("_")[1:]
        reference, current = Table.load(path), Table.load(path.with_name(path.name.replace("reference", "current")))
        answer = method.look(method.prepare(method.form(reference)), method.form(current))
        flagged = set(method.flagged(answer))
        numeric = sum(name.startswith("x") for name in flagged) / reference.numeric.shape[1]
        found.setdefault(f"numeric/{rows}", []).append(numeric)
        found[f"{levels}/{rows}"] = [sum(name.startswith("k") for name in flagged) / reference.codes.shape[1]]
    return {name: float(np.mean(shares)) for name, shares in found.items()}


def streams(detector: Detector, folder: Path) -> dict[str, Any]:
    """False alarms in all values before a shift, and after it each seed's values until the first alarm, or null."""
    known = Streams.load(folder / "streams.npz")
    false = 0
    delays: list[list[int | None]] = [[] for _ in SHIFTS]
    for seed in range(detector.seeds):
        made = detector.make()
        alarms = [detector.update(made, value) for value in known.before[seed].tolist()]
        false += sum(now and not earlier for earlier, now in zip([False, *alarms[:-1]], alarms, strict=True))
        for found, after in zip(delays, known.after[:, seed], strict=True):
            found.append(_first(detector, copy.deepcopy(made), after.tolist()))
    return {"false": false, "values": detector.seeds * known.before.shape[1], "delays": delays}


def _first(detector: Detector, made: Any, values: Sequence[float]) -> int | None:
    for at, value in enumerate(values):
        if detector.update(made, value):
            return at + 1
    return None
