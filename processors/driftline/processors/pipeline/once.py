"""Delta points: each counts once."""

from __future__ import annotations

import numpy as np

from driftline.processors.observations import BucketPoints, Tally
from driftline.processors.pipeline.registry import Registry
from driftline.processors.windows import Step


def count_once(registry: Registry, points: BucketPoints, late_before_ns: int, tally: Tally) -> Step:
    """The points that were not counted before, in full; the others are rejected in `tally`."""
    kept = []
    times = zip(points.streams.tolist(), points.start_ns.tolist(), points.time_ns.tolist(), strict=True)
    for at, (number, start_ns, time_ns) in enumerate(times):
        entry = registry.entry(number)
        if entry is None or entry.deltas is None:
            continue
        reason = entry.deltas.count(start_ns, time_ns, late_before_ns=late_before_ns)
        if reason is None:
            kept.append(at)
        else:
            tally.reject(reason)
    index = np.array(kept, dtype=np.int64)
    return Step(index, points.values[index], np.nan_to_num(points.total[index], posinf=0.0, neginf=0.0))
