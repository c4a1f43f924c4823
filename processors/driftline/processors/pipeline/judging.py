"""Puts the subjects of one monitor's look before the judge, each under its own rule, all under one alpha."""

from __future__ import annotations

from collections.abc import Sequence

from driftline.processors.detectors import Judge, Pair, Verdict
from driftline.processors.pipeline.alignment import Aligned
from driftline.processors.pipeline.subjects import Subject


def judge_all(judge: Judge, subjects: Sequence[Subject], alpha: float) -> dict[int, Verdict]:
    """Verdicts by the position of their subject, for those that can be compared; all that decide share alpha."""
    pairs = {at: _pair(each, each.aligned) for at, each in enumerate(subjects) if each.aligned is not None}
    return dict(zip(pairs, judge.judge(list(pairs.values()), alpha=alpha), strict=True))


def _pair(subject: Subject, aligned: Aligned) -> Pair:
    return Pair(
        aligned.current,
        aligned.reference,
        ordered=aligned.bounds is not None,
        bounds=aligned.bounds,
        scale=aligned.scale,
        decides=subject.decides,
        minimum_effect=subject.rule.minimum_effect,
        minimum_observations=1,  # the subject knows whether it holds enough, and says so in its state
    )
