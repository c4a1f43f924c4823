"""Detectors of concept drift on errors whose rate changes once: false alarms, and outcomes until the change is found.

    python -m tests.benchmarks concept

20 seeds; 10,000 outcomes at one rate of errors, then 10,000 at another. The detectors of the literature see each
outcome, with their defaults, which are River's alarm by alarm. Ours with a budget, `cusum` and `e_process`, see panes
of 10 outcomes as two counts, right and wrong, against a reference of 10,000 other outcomes; the budget is one false
alarm in 86,400 outcomes. False alarms are those a 10,000 outcomes before the change, delays are medians over the seeds
that found it. Target: ours within the Poisson 99.9 % of the budget, and no change missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from driftline.processors.detectors.concept import DETECTORS, Zone
from driftline.processors.detectors.sequential import CHARTS

Alarms = Callable[[NDArray[np.bool_], NDArray[np.bool_]], Iterator[bool]]

SEEDS, LENGTH, PANE, BUDGET = 20, 10_000, 10, 86_400
CHANGES = ((0.1, 0.15), (0.1, 0.2), (0.1, 0.3), (0.2, 0.4))
MOST_FALSE = 9
"""The 99.9 % point of a Poisson law of 2.3: 200,000 outcomes at one in 86,400."""
BUDGETED = ("cusum", "e_process")


def literature(name: str, errors: NDArray[np.bool_], _: NDArray[np.bool_]) -> Iterator[bool]:
    """Whether a detector with its defaults alarms, outcome by outcome."""
    detector = DETECTORS[name]()
    return (detector.update(error) is Zone.DRIFT for error in errors.tolist())


def budgeted(name: str, errors: NDArray[np.bool_], known: NDArray[np.bool_]) -> Iterator[bool]:
    """Whether a chart of two counts alarms, pane by pane."""
    chart = CHARTS[name](_counts(known[None])[0], ordered=True)
    for counts in _counts(errors.reshape(-1, PANE)):
        chart.update(counts, PANE / BUDGET)
        score, limit = chart.get()
        yield score > limit


def _counts(errors: NDArray[np.bool_]) -> NDArray[np.int64]:
    wrong = errors.sum(axis=1)
    return np.stack([errors.shape[1] - wrong, wrong], axis=1)


def measure(alarms: Alarms, step: int, before: float, after: float) -> tuple[int, float, int]:
    """False alarms of all seeds, median delay in outcomes, and how many seeds never found the change."""
    false, delays = 0, []
    for seed in range(SEEDS):
        random = np.random.default_rng(seed)
        known = random.random(LENGTH) < before
        errors = np.concatenate([random.random(LENGTH) < before, random.random(LENGTH) < after])
        found = list(alarms(errors, known))
        early, late = found[: LENGTH // step], found[LENGTH // step :]
        false += sum(now and not earlier for earlier, now in pairwise([False, *early]))
        if True in late:
            delays.append((late.index(True) + 1) * step)
    return false, float(np.median(delays)) if delays else np.nan, SEEDS - len(delays)


def main() -> int:
    """Print the table; the number of our detectors that miss a target."""
    print(f"  {'false alarms a 10,000 / delay / missed':40}" + "".join(f"{f'{a:g} to {b:g}':>18}" for a, b in CHANGES))
    missed = 0
    rows = [(name, partial(literature, name), 1) for name in DETECTORS]
    rows += [(f"{name} with a budget", partial(budgeted, name), PANE) for name in BUDGETED]
    for title, alarms, step in rows:
        found = [measure(alarms, step, *change) for change in CHANGES]
        met = step == 1 or all(false <= MOST_FALSE and not lost for false, _, lost in found)
        missed += not met
        cells = "".join(f"{f'{false / SEEDS:.2f} / {delay:.0f} / {lost}':>18}" for false, delay, lost in found)
        print(f"  {title:40}{cells}{'' if met else '  missed'}", flush=True)
    return missed


if __name__ == "__main__":
    main()
