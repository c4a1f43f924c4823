"""What it takes to look at what is held: opening the store, measuring a cohort anew, seeing that nothing changed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.outcomes.child import outcomes_in


@dataclass(frozen=True)
class Looks:
    """Seconds of CPU."""

    opening: float
    cohort_rows: int
    cohort: float
    unchanged: float


def looks_at(folder: Path, now_ns: int) -> Looks:
    """Open the store of a folder, and look twice at its newest cohort."""
    began = time.process_time()
    outcomes = outcomes_in(folder)
    opened = time.process_time()
    found = outcomes.measure(now_ns)
    measured = time.process_time()
    outcomes.measure(now_ns)
    again = time.process_time()
    outcomes.close()
    return Looks(opened - began, sum(one.outcomes or 0 for one in found), measured - opened, again - measured)
