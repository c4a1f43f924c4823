"""Sequential detectors on a stream that shifts once: false alarms, and values until the shift is found.

    python -m tests.benchmarks sequential

20 seeds; 10,000 normal values, then a shift of 0.25, 0.5 or 1 standard deviations. Ours see panes of 10 values, counted
in 20 buckets, against a profile of 10,000 other values; the budget is one false alarm in 86,400 values. River's ADWIN
and Page-Hinkley see every value, with their defaults; they are left out where River is not installed. The oracle is a
CUSUM on every value that knows mean, deviation and the very shift. A first alarm counts as the detection; delays are
in values, medians over the seeds. Targets: false alarms within the Poisson 99.9 % of the budget, delays at or under
River's ADWIN (336, 128, 48, measured on these streams) plus one pane.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.sequential import CHARTS, Chart, Cusum
from tests.processors.detectors.sequential.streams import panes, profile_bounds

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Alarms = Iterator[bool]

SEEDS, BEFORE, AFTER, PANE, BUDGET = 20, 10_000, 4_000, 10, 86_400
TARGETS = {0.25: 336 + PANE, 0.5: 128 + PANE, 1.0: 48 + PANE}
MOST_FALSE = 9
"""The 99.9 % point of a Poisson law of 2.3: 200,000 values at one in 86,400."""


def charted(name: str, seed: int, shift: float) -> Alarms:
    """Whether one of our charts alarms, pane by pane."""
    _, reference, counts = stream(seed, shift)
    chart: Chart = CHARTS[name](reference, ordered=True)
    for pane in counts:
        chart.update(pane, PANE / BUDGET)
        score, limit = chart.get()
        yield score > limit


def oracle(seed: int, shift: float) -> Alarms:
    """The CUSUM that knows everything but when."""
    chart = Cusum(0.0, 1.0, shift=shift, run_length=BUDGET)
    for value in stream(seed, shift)[0].tolist():
        yield bool(chart.update(value))


def theirs(name: str, seed: int, shift: float) -> Alarms:
    """One of River's detectors, with its defaults."""
    detector = getattr(import_module("river.drift"), name)()
    for value in stream(seed, shift)[0].tolist():
        detector.update(value)
        yield bool(detector.drift_detected)


def measure(alarms: Callable[[int, float], Alarms], step: int) -> tuple[int, dict[float, float]]:
    """False alarms before the shift, over all seeds, and median delays; alarms come every `step` values."""
    false, delays = 0, {}
    for shift in TARGETS:
        found = []
        for seed in range(SEEDS):
            stream = list(alarms(seed, shift))
            before = stream[: BEFORE // step]
            if shift == min(TARGETS):  # what comes before the shift is the same for all
                false += sum(now and not earlier for earlier, now in pairwise([False, *before]))
            after = stream[BEFORE // step :]
            found.append((after.index(True) + 1) * step if True in after else np.inf)
        delays[shift] = float(np.median(found))
    return false, delays


def stream(seed: int, shift: float) -> tuple[Floats, Counts, Counts]:
    """Values, the profile's counts, and the values in panes."""
    random = np.random.default_rng(seed)
    known = random.normal(0, 1, 10_000)
    values = np.concatenate([random.normal(0, 1, BEFORE), random.normal(shift, 1, AFTER)])
    bounds = profile_bounds(known, 20)
    return values, panes(known, bounds, len(known))[0], panes(values, bounds, PANE)


def main() -> int:
    """Print the table; the number of our detectors that miss a target."""
    print(f"  {'detector':24} {'false alarms':>12}   {'0.25':>6} {'0.5':>6} {'1':>6}  [{MOST_FALSE}; 346, 138, 58]")
    missed = 0
    for name in CHARTS:
        false, delays = measure(partial(charted, name), PANE)
        met = false <= MOST_FALSE and all(delays[shift] <= target for shift, target in TARGETS.items())
        missed += not met
        _print(name, false, delays, "" if met else "  missed")
    _print("oracle", *measure(oracle, 1))
    for name in ("ADWIN", "PageHinkley") if find_spec("river") else ():
        _print(f"river {name}", *measure(partial(theirs, name), 1))
    return missed


def _print(name: str, false: int, delays: dict[float, float], note: str = "") -> None:
    figures = " ".join(f"{delay:6.0f}" for delay in delays.values())
    print(f"  {name:24} {false:12d}   {figures}{note}", flush=True)


if __name__ == "__main__":
    main()
