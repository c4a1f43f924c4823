"""What it takes to look at what is held: opening the store, measuring a cohort anew, seeing that nothing changed.

    python -m tests.benchmarks.outcomes.look FOLDER

The folder is the `--state` of a processor that is stopped.
"""

from __future__ import annotations

import sys
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


def shown(looks: Looks) -> str:
    """A line for each."""
    lines = (
        f"{'opening the store, seconds of CPU':46} {looks.opening:8.2f}",
        f"{f'measuring cohorts of {looks.cohort_rows} outcomes':46} {looks.cohort:8.2f}",
        f"{'looking at them again when nothing changed':46} {looks.unchanged:8.4f}",
    )
    return "\n".join(lines)


if __name__ == "__main__":
    print(shown(looks_at(Path(sys.argv[1]), time.time_ns())))
