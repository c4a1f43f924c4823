"""Performance estimated without outcomes, beside what outcomes showed and beside NannyML on the same chunks.

    python -m tests.benchmarks.estimation [--alone]

NannyML runs in its own environment (made by `tests.benchmarks.peers`, 900 MB; `--alone` leaves it out). The data are in
its wheel.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from driftline.processors.statistics.estimation import ESTIMABLE_OF_CLASSES, ESTIMABLE_OF_NUMBERS
from tests.benchmarks.estimation.data import CASES, Case, car_price
from tests.benchmarks.estimation.ours import METRICS, estimates
from tests.benchmarks.estimation.ours_of_rows import loss_estimates
from tests.benchmarks.estimation.simulated import coverage
from tests.benchmarks.estimation.simulated_classes import errors
from tests.benchmarks.estimation.simulated_losses import coverage as coverage_of_losses
from tests.benchmarks.peers.environments import interpreter


def main(arguments: list[str]) -> int:
    print("mean absolute error of the estimate; constant: the reference's value said of every chunk")
    print("| data | chunks | metric | Driftline | NannyML, rows | constant | 95 % intervals held |")
    print("|---|---|---|---|---|---|---|")
    for case in CASES:
        _show(case(), beside="--alone" not in arguments)
    _sizes(car_price())
    print("\n600 simulated chunks whose rows shift and are predicted as well as before, a new reference for every 20")
    print("| reference | chunk | " + " | ".join(ESTIMABLE_OF_NUMBERS) + " |")
    print("|---|---|" + "---|" * len(ESTIMABLE_OF_NUMBERS))
    for reference, chunk in ((10_000, 2_000), (3_000, 1_000), (1_000, 1_000)):
        _print_row(reference, chunk, coverage_of_losses(reference, chunk, 600))
    _classes()
    print("\n2,000 simulated chunks whose scores shift and keep their meaning, a new reference for every 20")
    print("| reference | chunk | " + " | ".join(METRICS) + " |")
    print("|---|---|" + "---|" * len(METRICS))
    for reference, chunk in ((20_000, 2_000), (5_000, 1_000)):
        _print_row(reference, chunk, coverage(reference, chunk, 2_000))
    return 0


def _print_row(reference: int, chunk: int, shares: Mapping[str, float]) -> None:
    print(
        f"| {reference:,} | {chunk:,} | " + " | ".join(f"{share:.1%}" for share in shares.values()) + " |", flush=True
    )


def _classes() -> None:
    print(
        "\nsimulated chunks of several classes: error of the estimate / of the reference's value, intervals that held"
    )
    print("| classes | " + " | ".join(ESTIMABLE_OF_CLASSES) + " |")
    print("|---|" + "---|" * len(ESTIMABLE_OF_CLASSES))
    for classes in (3, 5, 10, 20):
        found = errors(classes).values()
        cells = [f"{ours:.4f} / {constant:.4f}, {held:.0%}" for ours, constant, held in found]
        print(f"| {classes} | " + " | ".join(cells) + " |", flush=True)


def _sizes(case: Case) -> None:
    print(f"\n{case.title}: rows kept of the reference, mean of three draws")
    print("| rows | " + " | ".join(case.metrics) + " |")
    print("|---|" + "---|" * len(case.metrics))
    for rows in (1_000, 3_000, 10_000, 20_000, 50_000):
        drawn = [loss_estimates(case, rows, seed) for seed in range(3)]
        errors = {metric: sum(each.error(metric) for each in drawn) / len(drawn) for metric in case.metrics}
        print(f"| {rows:,} | " + " | ".join(f"{error:.4g}" for error in errors.values()) + " |", flush=True)


def _show(case: Case, *, beside: bool) -> None:
    ours = loss_estimates(case) if case.task == "regression" else estimates(case)
    theirs = _nannyml(case) if beside else {}
    for metric, their_name in case.metrics.items():
        other = f"{ours.error_of(metric, theirs['estimated'][their_name]):.4f}" if theirs else "not run"
        chunks = len(ours.realized[metric])
        print(
            f"| {case.title} | {chunks} | {metric} | {ours.error(metric):.4f} | {other} | "
            f"{ours.constant_error(metric):.4f} | {ours.coverage(metric):.0%} |"
        )
    seconds = f"; NannyML: fit {theirs['seconds'][0]:.2f} s, estimate {theirs['seconds'][1]:.2f} s" if theirs else ""
    print(f"CPU of {case.title}: {ours.seconds * 1000:.0f} ms for all chunks{seconds}", file=sys.stderr, flush=True)


def _nannyml(case: Case) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / f"{name}.parquet" for name in ("reference", "analysis")}
        case.reference.to_parquet(paths["reference"])
        case.analysis.to_parquet(paths["analysis"])
        job = {**{name: str(path) for name, path in paths.items()}, "task": case.task, "chunk": case.chunk}
        answer = subprocess.run(
            [str(interpreter("nannyml")), str(Path(__file__).parent / "with_nannyml.py")],
            input=json.dumps({**job, "metrics": list(case.metrics.values())}),
            env={**os.environ, "NML_DISABLE_USAGE_LOGGING": "1", "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=True,
            timeout=1200,
        ).stdout
    found: dict[str, Any] = json.loads(answer[answer.index('{"estimated"') :])
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
