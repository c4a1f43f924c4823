"""Takes a history batch by batch, and says after each that it has it: `child FOLDER ROWS SEED FIRST_BATCH`."""

from __future__ import annotations

import sys
from pathlib import Path

from driftline.processors.cli.memory import resident_bytes
from driftline.processors.health import Health
from driftline.processors.monitor import Monitor, Spec
from driftline.processors.outcomes import Outcomes, Predicted, Proved
from tests.benchmarks.outcomes.history import history


def outcomes_in(folder: Path) -> Outcomes:
    """The join over a folder, with the defaults of a monitor and room for two million rows."""
    spec = Spec()
    opened = Outcomes(folder, lambda one: Monitor(one.model, one.model, spec), Health(), most_rows=2_000_000)
    opened.open()
    return opened


def main(folder: Path, rows: int, seed: int, first: int) -> None:
    told = history(rows, seed)
    outcomes = outcomes_in(folder)
    for number in range(first, told.batches):
        batch, now_ns = list(told.batch(number)), told.now_ns(number)
        outcomes.predict([one for one in batch if isinstance(one, Predicted)], now_ns)
        outcomes.prove([one for one in batch if isinstance(one, Proved)], now_ns)
        print(number, resident_bytes() >> 20, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
