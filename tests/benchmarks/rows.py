"""The share of eighteen shifts of digits that rows show, by window size, beside the methods of "Failing Loudly".

Run with `python -m tests.benchmarks.rows [runs]`: 15 windows of each shift unless said otherwise, and a third as many
without one; about an hour of one core. The target at every size is the best figure of the stand-in's own table, and of
the two best peers measured here on the same windows; false positives at most 0.05, give or take 2.5 standard errors.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from scipy.stats import ks_2samp

from driftline.processors.detectors.rows import DEFAULT_STATISTICS, RowJudge
from driftline.processors.windows.row_sample import RowSample
from tests.benchmarks.digits import SHIFTS, Digits, Images, Shift, digits

ALPHA = 0.05
SIZES = (10, 20, 50, 100, 200, 500)
TABLE = dict(zip(SIZES, (0.31, 0.32, 0.46, 0.52, 0.53, 0.61), strict=True))
"""The best method of the stand-in's table, Kolmogorov-Smirnov on every pixel with Bonferroni's correction."""

Detects = Callable[[Digits, Images], bool]


def _sample(images: Images) -> RowSample:
    return RowSample({f"p{at}": column for at, column in enumerate(images.T)}, np.arange(len(images)))


def rows(known: Digits, window: Images) -> bool:
    """All statistics but the classifier."""
    return RowJudge().rows(_sample(known.known), _sample(window), alpha=ALPHA).status == "drift"


def with_classifier(known: Digits, window: Images) -> bool:
    """All statistics."""
    judge = RowJudge((*DEFAULT_STATISTICS, "classifier"))
    return judge.rows(_sample(known.known), _sample(window), alpha=ALPHA).status == "drift"


def embedding(known: Digits, window: Images) -> bool:
    """The model's own embedding alone."""
    sides = [RowSample({"logits": known.logits(each)}, np.arange(len(each))) for each in (known.known, window)]
    return RowJudge().embedding("logits", *sides, alpha=ALPHA).status == "drift"


def ks_of_pixels(known: Digits, window: Images) -> bool:
    """Kolmogorov-Smirnov on every pixel with Bonferroni's correction: the best of the table."""
    return _ks(known.known, window)


def ks_of_scores(known: Digits, window: Images) -> bool:
    """The same on the model's ten probabilities, BBSDs: the best of the paper."""
    return _ks(known.model.predict_proba(known.known), known.model.predict_proba(window))


def _ks(known: Images, window: Images) -> bool:
    found = [ks_2samp(a, b, method="asymp").pvalue for a, b in zip(known.T, window.T, strict=True)]
    return bool(min(found) <= ALPHA / known.shape[1])


METHODS: dict[str, Detects] = {
    "rows": rows,
    "embedding": embedding,
    "KS of pixels": ks_of_pixels,
    "KS of scores": ks_of_scores,
    "rows, classifier": with_classifier,
}


def share(detects: Detects, shifts: tuple[Shift | None, ...], size: int, runs: int) -> float:
    """How many of the windows a method finds changed."""
    known = digits()
    return float(
        np.mean(
            [
                detects(known, known.window(shift, size, np.random.default_rng([size, at, run])))
                for at, shift in enumerate(shifts)
                for run in range(runs)
            ]
        )
    )


def main(runs: int = 15) -> int:
    """Print the table; the number of missed targets."""
    print(f"{'':18}" + "".join(f"{f'n={size}':>8}" for size in SIZES) + f"{'false':>8}")
    print(f"{'best of the table':18}" + "".join(f"{TABLE[size]:8.2f}" for size in SIZES) + f"{0.011:8.3f}")
    found, false = {}, {}
    for name, detects in METHODS.items():
        found[name] = [share(detects, SHIFTS, size, runs) for size in SIZES]
        false[name] = float(np.mean([share(detects, (None,) * len(SHIFTS), size, max(runs // 3, 1)) for size in SIZES]))
        print(f"{name:18}" + "".join(f"{each:8.2f}" for each in found[name]) + f"{false[name]:8.3f}", flush=True)
    bars = zip(found["rows"], TABLE.values(), found["KS of pixels"], found["KS of scores"], strict=True)
    missed = sum(ours < max(others) for ours, *others in bars)
    windows = len(SIZES) * len(SHIFTS) * max(runs // 3, 1)
    most = ALPHA + 2.5 * np.sqrt(ALPHA * (1 - ALPHA) / windows)
    return missed + sum(bool(false[name] > most) for name in ("rows", "embedding", "rows, classifier"))


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
