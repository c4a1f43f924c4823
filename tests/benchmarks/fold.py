"""Folding one request against a plain numpy addition of the same matrix: `python -m tests.benchmarks fold`.

165 histogram points of 32 buckets, every stream known, one start each: the request that parses in about 0.1 ms.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from driftline.processors.findings import Identity
from driftline.processors.observations import Batch, BucketPoints, Stream, StreamKind
from driftline.processors.pipeline.intake import Intake
from driftline.processors.windows import Part, Target, WindowSpec

POINTS, BUCKETS, REQUESTS = 165, 32, 1000
SECOND = 10**9
NOW = 1_800_000_000 * SECOND
WINDOW = WindowSpec(300 * SECOND, 10 * SECOND, observations=500, longest_ns=7 * 86_400 * SECOND)


def stream(number: int) -> Stream:
    """The stream of one feature."""
    return Stream(
        "ml.field.distribution",
        "",
        StreamKind.HISTOGRAM,
        monotonic=True,
        delta=False,
        scope="",
        resource={},
        attributes={"n": str(number)},
        bounds=tuple(float(bound) for bound in range(BUCKETS - 1)),
    )


def route(described: Stream) -> list[Target]:
    return [Target(Identity("credit"), Part.DISTRIBUTION, described.attributes["n"], "feature", "", WINDOW)]


def request(streams: NDArray[np.int64], step: int) -> Batch:
    values = np.full((POINTS, BUCKETS), step, dtype=np.int64)
    times = np.full(POINTS, NOW + step * SECOND // 10)
    starts, unset = np.full(POINTS, 5), np.full(POINTS, np.nan)
    return Batch([BucketPoints(streams, starts, times, values, values.sum(axis=1), unset)])


def microseconds(work: Callable[[int], object]) -> float:
    taken = []
    for step in range(1, REQUESTS + 1):
        begun = time.perf_counter()
        work(step)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1e6


def main() -> int:
    """Print both, and their ratio; 1 when the fold takes longer than its target."""
    intake = Intake(route, started_ns=0)
    streams = np.array([int(intake.stream(stream(number))) for number in range(POINTS)])
    requests = [request(streams, step) for step in range(REQUESTS + 1)]
    fold = microseconds(lambda step: intake.fold(requests[step], NOW + step * SECOND // 10))
    total, matrix = np.zeros((POINTS, BUCKETS), dtype=np.int64), requests[1].buckets[0].values
    add = microseconds(lambda _: np.add(total, matrix, out=total))
    told = f"fold of {POINTS} x {BUCKETS}: {fold:.0f} us [150]; numpy add of the same: {add:.1f} us"
    print(f"{told}; {fold / add:.0f} times")
    return int(fold > 150)


if __name__ == "__main__":
    sys.exit(main())
