"""The answers as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from tests.benchmarks.peers.inside import SHIFTS

Answers = Mapping[tuple[str, str], Any]
"""Tool and method to what `inside` answers, or to the reason why there is none."""


def job(answers: Answers, sizes: Mapping[str, float], changed: frozenset[str], fields: int) -> list[str]:
    """What was found of the changes, what was flagged besides, and what it took."""
    return _table(
        ("tool, method", "found", "false alarms", "CPU s", "first look", "reference", "peak MB", "install MB"),
        answers,
        lambda tool, answer: (
            f"{len(changed & set(answer['flagged']))} of {len(changed)}",
            f"{len(set(answer['flagged']) - changed)} of {fields - len(changed)}",
            f"{answer['seconds']:.3f}",
            f"{answer['first']:.2f}",
            f"{answer['preparing']:.2f}",
            f"{answer['megabytes']:.0f}",
            f"{sizes[tool]:.0f}" if tool in sizes else "-",
        ),
    )


def rates(answers: Answers, kinds: Sequence[str], rows: Sequence[int]) -> list[str]:
    """Shares of unchanged fields flagged: a column for each kind of field and number of rows."""
    keys = [f"{kind}/{count}" for kind in kinds for count in rows]
    return _table(
        ("tool, method", *keys), answers, lambda _, answer: tuple(f"{answer[key]:.2f}".lstrip("0") for key in keys)
    )


def streams(answers: Answers) -> list[str]:
    """False alarms for 10,000 values, and for each shift the median delay and how many streams were missed."""
    return _table(
        ("tool, detector", "false alarms / 10k", *(f"shift {shift}: delay, missed" for shift in SHIFTS)),
        answers,
        lambda _, answer: (
            f"{answer['false'] * 10_000 / answer['values']:.2f}",
            *(_delays(found) for found in answer["delays"]),
        ),
    )


def _delays(found: Sequence[int | None]) -> str:
    middle = median(float("inf") if delay is None else delay for delay in found)
    shown = "never" if middle == float("inf") else f"{middle:.0f}"
    return f"{shown}, {sum(delay is None for delay in found)} of {len(found)}"


def _table(head: Sequence[str], answers: Answers, cells: Any) -> list[str]:
    lines = [_line(head), _line(["---"] * len(head))]
    for (tool, method), answer in answers.items():
        told = [answer] if isinstance(answer, str) else cells(tool, answer)
        lines.append(_line([f"{tool}: {method}", *told, *[""] * (len(head) - 1 - len(told))]))
    return lines


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
