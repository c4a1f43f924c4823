"""The checks of quality of 500 fields at one look, against one numpy pass over the same counts.

Run with `python -m tests.benchmarks quality`. `calm`: nothing has changed; `torn`: every field is in another unit, and
a tenth of its values is missing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from driftline.processors.monitor.quality import Quality
from driftline.processors.pipeline.alignment import Aligned, align
from driftline.processors.pipeline.quality import Allowance, Facts, check_fields
from driftline.processors.pipeline.quality.allowance import STREAM_CHECKS
from driftline.processors.pipeline.sides import Side, side_of
from driftline.processors.profile import Profile
from driftline.processors.windows import Binned, FieldWindow
from driftline.semconv import Defect

FIELDS, TARGET = 500, 0.02
_VALUES, _KNOWN = 5_000, 20_000


def fields(*, torn: bool) -> list[Facts]:
    """Fields of twenty quantile buckets, each with some values missing."""
    random = np.random.default_rng(5)
    side = side_of(Profile.from_table({"x": random.lognormal(3, 1, _KNOWN)}).fields[0])
    return [_field(side, random, torn=torn) for _ in range(FIELDS)]


def _field(side: Side, random: np.random.Generator, *, torn: bool) -> Facts:
    values = random.lognormal(3, 1, _VALUES) * (10 if torn else 1)
    if side.binned is None:
        raise ValueError("a numeric field has buckets")
    counts = np.bincount(np.searchsorted(side.binned.bounds, values), minlength=len(side.binned.counts))
    defects: dict[str, int] = {Defect.MISSING: int(random.integers(1, 50)) + (_VALUES // 10 if torn else 0)}
    window = FieldWindow("x", "feature", (Binned(side.binned.bounds, counts),), defects=defects)
    aligned = align(window, side)
    return Facts(window, side, aligned if isinstance(aligned, Aligned) else None)


def _seconds(function: Callable[[], object], repeats: int = 7) -> float:
    """CPU seconds of the fastest run."""
    taken = []
    for _ in range(repeats):
        begin = time.process_time()
        function()
        taken.append(time.process_time() - begin)
    return min(taken)


def _pass(facts: Sequence[Facts]) -> None:
    counts = np.stack([each.window.binned[0].counts for each in facts]).astype(np.float64)
    shares = counts / counts.sum(axis=1, keepdims=True)
    np.abs(np.cumsum(shares, axis=1)).max(axis=1)


def main() -> int:
    """Print the table; the number of missed targets."""
    allowance, missed = Allowance.of(Quality(), STREAM_CHECKS), 0
    for name, facts in (("calm", fields(torn=False)), ("torn", fields(torn=True))):
        base = _seconds(partial(_pass, facts))
        taken = _seconds(partial(check_fields, facts, allowance, 1e-6))
        fine = taken <= TARGET
        missed += not fine
        print(f"{name:6} {taken * 1e3:7.1f} ms [{TARGET * 1e3:.0f}]  {taken / base:6.1f} times the pass")
    return missed


if __name__ == "__main__":
    raise SystemExit(main())
