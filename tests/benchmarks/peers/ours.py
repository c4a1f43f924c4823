"""Our sequential detectors on the peers' streams, in panes of 10 values: those of `tests.benchmarks.sequential`."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from driftline.processors.detectors.sequential import CHARTS
from tests.benchmarks.peers.inside import SHIFTS
from tests.benchmarks.sequential import BEFORE, PANE, SEEDS, charted

NAMES = tuple(CHARTS)


def streams(name: str) -> dict[str, Any]:
    """The answer of `inside.streams`."""
    false, delays = 0, []
    for shift in SHIFTS:
        found: list[int | None] = []
        for seed in range(SEEDS):
            alarms = list(charted(name, seed, shift))
            before, after = alarms[: BEFORE // PANE], alarms[BEFORE // PANE :]
            if shift == SHIFTS[0]:
                false += sum(now and not earlier for earlier, now in pairwise([False, *before]))
            found.append((after.index(True) + 1) * PANE if True in after else None)
        delays.append(found)
    return {"false": false, "values": SEEDS * BEFORE, "delays": delays}
