"""Puts the subjects of one monitor's look before the judge, each under its own rule, all under one alpha."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from driftline.processors.detectors import Judge, Pair, Verdict
from driftline.processors.pipeline.subjects import Subject

Effects = tuple[tuple[str, float], ...]


def judge_all(judge: Judge, subjects: Sequence[Subject], alpha: float) -> dict[int, Verdict]:
    """Verdicts by the position of their subject, for those that can be compared.

    The alpha of the look is shared by all subjects that decide, whatever minimum effect each of them has: a group of k
    out of m gets 1 - (1 - alpha)^(k/m), so that a field's part is 1 - (1 - alpha)^(1/m) in every group.
    """
    pairs = {at: _pair(subject) for at, subject in enumerate(subjects) if subject.aligned is not None}
    groups: dict[Effects, list[int]] = defaultdict(list)
    for at in pairs:
        groups[tuple(sorted(subjects[at].rule.minimum_effect.items()))].append(at)
    deciding = sum(_evaluated(pair) for pair in pairs.values())
    verdicts: dict[int, Verdict] = {}
    for effects, members in groups.items():
        among = [pairs[at] for at in members]
        part = sum(_evaluated(pair) for pair in among) / max(deciding, 1)
        share = 1 - (1 - alpha) ** part if part < 1 else alpha
        found = judge.judge(among, alpha=share or alpha, minimum_effect=dict(effects), minimum_observations=1)
        verdicts |= dict(zip(members, found, strict=True))
    return verdicts


def _pair(subject: Subject) -> Pair:
    aligned = subject.aligned
    if aligned is None:
        raise ValueError("only a subject that is aligned can be judged")
    return Pair(
        aligned.current,
        aligned.reference,
        ordered=aligned.bounds is not None,
        bounds=aligned.bounds,
        scale=aligned.scale,
        decides=subject.decides,
    )


def _evaluated(pair: Pair) -> bool:
    """Whether the judge counts it among the fields that share alpha."""
    return pair.decides and pair.occupied >= 2 and bool(pair.reference.any())
