"""Counts in, verdicts out: is this more than chance does, and does it matter?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from driftline.processors.detectors.library import Library
from driftline.processors.detectors.nulls import Null
from driftline.processors.detectors.pair import Pair
from driftline.processors.detectors.scoring import score
from driftline.processors.detectors.verdict import Score, Status, Verdict
from driftline.processors.statistics.levels import field_level
from driftline.processors.statistics.p_values import chi2_p_value
from driftline.processors.statistics.table import MINIMUM_EFFECTS


class Judge:
    """Judges the fields of a model, keeping the null tails it has computed. Not thread-safe: one judge, one lock.

    Args:
        capacity: tails kept of each kind; one takes about 1 kB.

    >>> import numpy as np
    >>> same = Pair(np.array([25, 25, 25, 25]), np.array([500, 500, 500, 500]), ordered=True)
    >>> moved = Pair(np.array([5, 15, 30, 50]), np.array([500, 500, 500, 500]), ordered=True)
    >>> [verdict.status for verdict in Judge().judge([same, moved], alpha=0.01)]
    ['ok', 'drift']
    """

    def __init__(self, capacity: int = 20_000) -> None:
        self._library = Library(capacity)

    def judge(
        self,
        pairs: Sequence[Pair],
        *,
        alpha: float,
        minimum_effect: Mapping[str, float] | None = None,
        minimum_observations: int = 10,
    ) -> list[Verdict]:
        """One verdict per pair, in their order.

        Args:
            pairs: the fields of one model at one look; fields that decide and have something to judge share `alpha`.
            alpha: chance, in (0, 1), that any of them is in drift although nothing has changed.
            minimum_effect: floors of the limits by statistic, over the defaults of the table. A floor for a statistic
                that does not decide changes nothing.
            minimum_observations: windows that hold fewer are not judged.
        """
        statuses = [_status_before(pair, minimum_observations) for pair in pairs]
        counted = [
            i for i, pair in enumerate(pairs) if pair.observations and pair.reference.any() and pair.occupied > 1
        ]
        scores = dict(zip(counted, score([pairs[i] for i in counted]), strict=True))
        open_ = [i for i in counted if statuses[i] == "ok"]
        nulls = dict(zip(open_, self._library.nulls([pairs[i] for i in open_]), strict=True))
        level = field_level(alpha, max(sum(pairs[i].decides for i in open_), 1))
        floors = {**MINIMUM_EFFECTS, **(minimum_effect or {})}
        return [
            _verdict(status, pair, scores.get(i, {}), nulls.get(i), level, floors)
            for i, (status, pair) in enumerate(zip(statuses, pairs, strict=True))
        ]


def _status_before(pair: Pair, minimum_observations: int) -> Status:
    if pair.observations < max(minimum_observations, 1) or not pair.reference.any():
        return "not_enough_samples"
    return "constant" if pair.occupied < 2 else "ok"


def _verdict(  # noqa: PLR0917 - the six things a verdict follows from
    status: Status,
    pair: Pair,
    scores: Mapping[str, float],
    null: Null | None,
    level: float,
    floors: Mapping[str, float],
) -> Verdict:
    limits = null.limits(level) if null is not None and pair.decides else {}
    limits = {name: max(limit, floors.get(name, 0.0)) for name, limit in limits.items()}
    p_values = _p_values(pair, scores, null)
    listed = tuple(Score(name, value, limits.get(name), p_values.get(name)) for name, value in scores.items())
    if not limits:
        return Verdict(status, scores=listed)
    levels = {name: scores[name] / limit for name, limit in limits.items()}
    decided_by = max(levels, key=levels.__getitem__)
    return Verdict("drift" if levels[decided_by] > 1 else "ok", levels[decided_by], decided_by, listed)


def _p_values(pair: Pair, scores: Mapping[str, float], null: Null | None) -> dict[str, float]:
    if null is None:
        return {}
    by_chi2 = chi2_p_value(pair.current, pair.reference)
    return ({} if by_chi2 is None else {"chi2": by_chi2}) | null.p_values(scores)
