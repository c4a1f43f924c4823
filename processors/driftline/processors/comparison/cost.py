"""What a monitor's false-alarm budget costs: the looks it is spread over, the limits it leads to, what they find."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from driftline.processors.detectors import Judge, Pair, Verdict
from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor
from driftline.processors.pipeline.references import DEFAULT_LEARNING, References
from driftline.processors.pipeline.sides import Side
from driftline.processors.statistics.given_reference import Sliding, rate_given_reference
from driftline.processors.statistics.renewal import kept, level_for_rate
from driftline.processors.windows import Binned

TYPICAL_OBSERVATIONS = 500
ASSUMED_FIELDS = 20
FEWEST_WINDOWS = 10
"""References of fewer windows are warned of: one that is unlucky alarms far more often than the budget says."""
_FOUND = NormalDist().inv_cdf(0.95)


@dataclass(frozen=True, slots=True)
class Cost:
    """What the budget of one monitor costs.

    `alpha_field` is the chance that a look of one field is in drift for nothing. `shift` is the shift of a numeric
    field's mean that 95 % of windows show, in standard deviations, and `psi` that of a categorical field; each of the
    field with the middle limit, None without such fields. `median` and `upper95` are the false alarms in the budget's
    period, over the references this one could have been.
    """

    monitor: str
    events: float
    period_seconds: float
    looks: float
    alpha_look: float
    alpha_field: float
    fields: int
    observations: int
    reference: int
    known: bool
    """False where there is no profile: 20 numeric fields against a learned reference are taken."""
    shift: float | None
    psi: float | None
    median: float
    upper95: float

    @property
    def warning(self) -> str | None:
        """What to do about the reference; None where it is large enough."""
        if self.reference >= FEWEST_WINDOWS * self.observations:
            return None
        return (
            f"the reference ({self.reference:,} observations) holds under ten windows of {self.observations:,}: an "
            f"unlucky one alarms {self.upper95:.2g} times in the period; give it {FEWEST_WINDOWS * self.observations:,}"
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it; what does not exist is left out."""
        found = asdict(self) | {"warning": self.warning}
        return {name: value for name, value in found.items() if value is not None}


def cost(monitor: Monitor, references: References, observations: int | None = None) -> Cost:
    """What the budget of a monitor costs with windows of so many observations.

    Args:
        monitor: the monitor; versions and segments share its budget, and are not counted here.
        references: with the profiles that monitors declare.
        observations: in a typical window; None: what a quiet model's window reaches back for, else 500.
    """
    window, drift = monitor.spec.window, monitor.spec.drift
    size = observations or window.reaches_back_for or TYPICAL_OBSERVATIONS
    declared = list(_declared(monitor, references))
    sides = declared or [_assumed(monitor)] * ASSUMED_FIELDS
    overlap = max(1 - window.every / window.length, 0.0)
    rate = monitor.budget_per_look / len(drift.detectors) / len(sides)
    pairs = [_pair(side, monitor, size, overlap) for side in sides]
    verdicts = Judge().judge(pairs, budget_per_look=rate * len(sides), minimum_observations=1)
    levels = [_level(pair, rate) for pair in pairs]
    given = rate_given_reference(_alike(pairs, levels), np.random.default_rng(0))
    looks = drift.false_alarms.looks(window.every)
    return Cost(
        monitor=monitor.name,
        events=drift.false_alarms.events,
        period_seconds=drift.false_alarms.period_ns / 1e9,
        looks=looks,
        alpha_look=monitor.budget_per_look,
        alpha_field=float(np.median(levels)),
        fields=len(sides),
        observations=size,
        reference=min(side.observations for side in sides),
        known=bool(declared),
        shift=_middle(_shift(pair, verdict) for pair, verdict in zip(pairs, verdicts, strict=True) if pair.ordered),
        psi=_middle(_psi(pair, verdict) for pair, verdict in zip(pairs, verdicts, strict=True) if not pair.ordered),
        median=given.median * looks,
        upper95=given.upper95 * looks,
    )


def _declared(monitor: Monitor, references: References) -> Iterable[Side]:
    """The fields of the profile that decide, each with two buckets or more that hold something."""
    wanted = monitor.spec.model
    resolved = references.resolve(Identity(monitor.model, wanted.version, None, wanted.environment), monitor)
    for name, side in resolved.sides.items() if resolved is not None else ():
        rule = monitor.rule(name)
        if rule.enabled and not rule.ignore and np.count_nonzero(_counts(side)) > 1:
            yield side


def _assumed(monitor: Monitor) -> Side:
    choice = monitor.spec.reference
    learned = choice.learn.observations if choice and choice.learn else DEFAULT_LEARNING
    return Side("", "", learned, binned=Binned(np.arange(19.0), np.full(20, max(learned // 20, 1))))


def _counts(side: Side) -> np.ndarray[Any, np.dtype[np.int64]]:
    if side.categories is not None:
        return np.array(list(side.categories.values()), dtype=np.int64)
    return np.array([], dtype=np.int64) if side.binned is None else side.binned.counts


def _pair(side: Side, monitor: Monitor, size: int, overlap: float) -> Pair:
    """The field beside a window of that size in which nothing has changed."""
    counts = _counts(side)
    current = np.diff(np.rint(np.cumsum(counts) * (size / counts.sum())), prepend=0).astype(np.int64)
    return Pair(
        current,
        counts,
        ordered=side.categories is None,
        bounds=None if side.binned is None else side.binned.bounds,
        minimum_effect=monitor.rule(side.name).minimum_effect,
        overlap=overlap,
        dispersion=side.dispersion,
    )


def _sizes(pair: Pair) -> tuple[int, int, int]:
    """Observations of both sides and degrees of freedom."""
    freedom = int(np.count_nonzero(pair.current + pair.reference)) - 1
    return int(pair.current.sum()), int(pair.reference.sum()), freedom


def _level(pair: Pair, rate: float) -> float:
    n, m, freedom = _sizes(pair)
    unchanged = kept(np.array([pair.overlap]), n, m)
    return float(level_for_rate(rate, unchanged, np.array([freedom]), np.array([pair.ordered]))[0])


def _alike(pairs: Sequence[Pair], levels: Sequence[float]) -> list[Sliding]:
    times: dict[Sliding, int] = {}
    for pair, level in zip(pairs, levels, strict=True):
        n, m, freedom = _sizes(pair)
        key = Sliding(level, freedom, pair.ordered, n, m, pair.overlap)
        times[key] = times.get(key, 0) + 1
    return [Sliding(*_six(each), times=count) for each, count in times.items()]


def _six(each: Sliding) -> tuple[float, int, bool, float, float, float]:
    return each.level, each.freedom, each.ordered, each.window, each.reference, each.overlap


def _limit(verdict: Verdict, name: str) -> float:
    return next((each.limit for each in verdict.scores if each.name == name and each.limit is not None), math.nan)


def _shift(pair: Pair, verdict: Verdict) -> float:
    """The shift of a normal field whose largest distance is over the limit of `ks` in 95 % of windows."""
    n, m, _ = _sizes(pair)
    spread = (pair.dispersion or {}).get("ks", 1.0)
    distance = _limit(verdict, "ks") + _FOUND * math.sqrt(spread * (1 / n + 1 / m)) / 2
    return 2 * NormalDist().inv_cdf((1 + distance) / 2) if distance < 1 else math.inf


def _psi(pair: Pair, verdict: Verdict) -> float:
    """The `psi` of the whole traffic that is over the limit in 95 % of windows: a normal window's lies 1.64 under."""
    n, m, freedom = _sizes(pair)
    variance = (pair.dispersion or {}).get("psi", 1.0) * (1 / n + 1 / m)
    beyond = max(_limit(verdict, "psi") / variance - freedom, 0.0)
    # noncentral chi-square: beyond = x - 1.64 sqrt(2 (freedom + 2 x)), solved for x
    half = beyond + 2 * _FOUND**2
    return (half + math.sqrt(half**2 - beyond**2 + 2 * _FOUND**2 * freedom)) * variance


def _middle(values: Iterable[float]) -> float | None:
    known = sorted(value for value in values if math.isfinite(value))
    return known[len(known) // 2] if known else None
