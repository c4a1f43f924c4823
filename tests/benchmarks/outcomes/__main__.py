"""What a joined outcome costs beside plain SQLite, and that figures are the truth after kills.

    python -m tests.benchmarks.outcomes [ROWS]

The history is that of `history.py`: a million predictions, taken in four processes of which three are killed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.benchmarks.outcomes.cost import costs
from tests.benchmarks.outcomes.look import shown
from tests.benchmarks.outcomes.truth import compare

ROWS = 1_000_000


def main(rows: int = ROWS) -> int:
    """Print both tables; 1 when a target is missed."""
    joined, plain = costs()
    print(f"{'a joined outcome, us of CPU':46} {joined:8.1f} [20]")
    print(f"{'the same rows by sqlite3.executemany, us':46} {plain:8.1f}   x {joined / plain:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        found = compare(Path(folder), rows)
    print(f"{rows} predictions, {found.kills} kills: {found.cohorts} cohorts, {found.figures} figures")
    print(f"{'largest difference from scikit-learn':46} {found.largest_error:8.1e} [1e-9]")
    print(f"{'cohorts whose coverage differs':46} {found.coverage_errors:8d} [0]")
    print(f"{'seconds, all processes':46} {found.seconds:8.0f}")
    print(f"{'seconds of CPU, all processes':46} {found.cpu_seconds:8.0f}")
    print(f"{'MiB of the largest process':46} {found.peak_mebibytes:8d}")
    print(f"{'MiB on disk':46} {found.file_mebibytes:8.0f}")
    print(shown(found.looks))
    return int(joined > 20 or found.largest_error > 1e-9 or bool(found.coverage_errors))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
