"""Every benchmark, one table after the other; or those named.

    python -m tests.benchmarks [record] [decode] [fold] [evaluation] [check] [replay] [quality] [sequential]
    [sequential_rates] [concept] [latency]

Each figure is a ratio against something run in the same process, with its target in brackets. They report; they do
not gate: the exit code is the number of tables with a missed target.
"""

from __future__ import annotations

import importlib
import sys

NAMES = (
    "record",
    "decode",
    "fold",
    "evaluation",
    "check",
    "replay",
    "quality",
    "sequential",
    "sequential_rates",
    "concept",
    "latency",
)


def main(names: list[str]) -> int:
    """Run the benchmarks of these names, in this order."""
    missed = 0
    for name in names or NAMES:
        module = importlib.import_module(f"tests.benchmarks.{name}")
        print(f"\n== {name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        missed += bool(module.main())
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
