"""Puts the subjects of one monitor's look before the judge, each under its own rule, all under one budget."""

from __future__ import annotations

from collections.abc import Sequence

from driftline.processors.detectors import Judge, Pair, Verdict
from driftline.processors.monitor import Monitor
from driftline.processors.pipeline.alignment import Aligned
from driftline.processors.pipeline.subjects import Subject
from driftline.processors.windows import FieldWindow


def judge_all(judge: Judge, subjects: Sequence[Subject], monitor: Monitor, share: float = 1.0) -> dict[int, Verdict]:
    """Verdicts by the position of their subject, for those that can be compared; all that decide share the budget.

    Args:
        judge: whose limits.
        subjects: of one look of the monitor.
        monitor: whose budget, and whose step from look to look.
        share: the part of the budget that windows may use, in (0, 1].
    """
    every_ns = monitor.spec.window.every
    pairs = {at: _pair(each, each.aligned, every_ns) for at, each in enumerate(subjects) if each.aligned is not None}
    budget = monitor.budget_per_look * share
    return dict(zip(pairs, judge.judge(list(pairs.values()), budget_per_look=budget), strict=True))


def overlap(window: FieldWindow, every_ns: int) -> float:
    """The share of a window that the next look sees again: a quiet model's reaches back, and keeps more of itself.

    >>> overlap(FieldWindow("age", "feature", start_ns=0, end_ns=300), every_ns=10)
    0.9666666666666667
    """
    return max(1 - every_ns / max(window.end_ns - window.start_ns, every_ns), 0.0)


def _pair(subject: Subject, aligned: Aligned, every_ns: int) -> Pair:
    side = subject.side
    return Pair(
        aligned.current,
        aligned.reference,
        ordered=aligned.bounds is not None,
        bounds=aligned.bounds,
        scale=aligned.scale,
        decides=subject.decides,
        minimum_effect=subject.rule.minimum_effect,
        minimum_observations=1,  # the subject knows whether it holds enough, and says so in its state
        overlap=overlap(subject.window, every_ns),
        reference_overlap=1.0 if side is None else side.overlap,
        dispersion=None if side is None else side.dispersion,
        unnamed=aligned.unnamed,
    )
