"""Every figure of a history that was taken between kills, against scikit-learn on the same rows."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import metrics as sk

from driftline.processors.findings import Performance
from tests.benchmarks.outcomes.child import outcomes_in
from tests.benchmarks.outcomes.history import History, history
from tests.benchmarks.outcomes.look import Looks, looks_at

ORACLE: dict[str, Callable[[Any, Any, Any], float]] = {
    "accuracy": lambda true, said, _: sk.accuracy_score(true, said),
    "precision": lambda true, said, _: sk.precision_score(true, said),
    "recall": lambda true, said, _: sk.recall_score(true, said),
    "f1": lambda true, said, _: sk.f1_score(true, said),
    "roc_auc": lambda true, _, score: sk.roc_auc_score(true, score),
    "pr_auc": lambda true, _, score: sk.average_precision_score(true, score),
    "log_loss": lambda true, _, score: sk.log_loss(true, score),
    "brier": lambda true, _, score: sk.brier_score_loss(true, score),
}


@dataclass(frozen=True)
class Compared:
    """How far figures are from the oracle's, what taking the history took, and what looking at it takes."""

    cohorts: int
    figures: int
    largest_error: float
    coverage_errors: int
    kills: int
    seconds: float
    cpu_seconds: float
    peak_mebibytes: int
    file_mebibytes: float
    looks: Looks


def compare(folder: Path, rows: int, *, seed: int = 20261129, kills: int = 3) -> Compared:
    """Take the history in processes that are killed with SIGKILL on the way, each going on where the last answer was;
    then compare every cohort with the batch computation.
    """
    told = history(rows, seed)
    began, used_before, peak, first = time.monotonic(), _children_cpu(), 0, 0
    stops = np.linspace(0, told.batches, kills + 2).astype(int)[1:]
    for stop in stops:
        first, used = _run(folder, rows, seed, first, int(stop), last=stop == told.batches)
        peak = max(peak, used)
    seconds, cpu_seconds = time.monotonic() - began, _children_cpu() - used_before
    now_ns = told.now_ns(told.batches - 1)
    outcomes = outcomes_in(folder)
    found = outcomes.history("credit", now_ns)
    outcomes.close()
    errors = [error for one in found for error in _errors(one, told)]
    size = sum(path.stat().st_size for path in folder.iterdir()) / 2**20
    wrong = sum(one.coverage != _coverage(one, told) for one in found)
    looks = looks_at(folder, now_ns)
    return Compared(len(found), len(errors), max(errors), wrong, kills, seconds, cpu_seconds, peak, size, looks)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _run(folder: Path, rows: int, seed: int, first: int, stop: int, *, last: bool) -> tuple[int, int]:
    """Batches from `first` on, killed right after the answer to the one before `stop`; where the next begins: the last
    batches are told again, as a sender does whose answers were lost.
    """
    command = [sys.executable, "-m", "tests.benchmarks.outcomes.child", str(folder), *map(str, (rows, seed, first))]
    done, peak = first, 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            number, used = map(int, line.split())
            done, peak = number + 1, max(peak, used)
            if done >= stop and not last:
                child.kill()
                break
    if last and child.returncode:
        raise RuntimeError(f"the child ended with {child.returncode}")
    return max(done - 2, 0), peak


def _of(one: Performance, told: History) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    within: np.ndarray[tuple[int], np.dtype[np.bool_]] = (told.made_ns >= one.window.start_ns) & (
        told.made_ns < one.window.end_ns
    )
    return within


def _coverage(one: Performance, told: History) -> float:
    within = _of(one, told)
    return float((told.labels[within] >= 0).sum() / within.sum())


def _errors(one: Performance, told: History) -> list[float]:
    known = _of(one, told) & (told.labels >= 0)
    true, score = told.labels[known], told.scores[known]
    figures = {figure.metric: figure.value for figure in one.figures}
    return [abs(figures[name] - oracle(true, score > 0.5, score)) for name, oracle in ORACLE.items()]
