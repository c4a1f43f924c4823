"""Tail of a sum over buckets, given how many observations they hold together.

PSI (or any sum over buckets of a function of the count) under the null is a sum of independent terms conditioned on
the sum of the counts. Skovgaard's double saddlepoint gives its tail with a relative error of a few percent however
far out, for sparse and skewed buckets too, where chi-square is wrong by factors.

Source: Skovgaard (1987), doi:10.2307/3214093; r* form: Barndorff-Nielsen (1986), doi:10.1093/biomet/73.2.307.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics import special
from driftline.processors.statistics.tilted import Terms, Tilted

Floats = NDArray[np.float64]

PROBABILITIES = (0.95, 0.72, 0.3, 0.08, 0.012, 1e-3, 4e-5, 5e-7, 1e-9, 1e-12)
"""Where the curve is computed, nearly: none near the mean, where the formula is 0 / 0."""
_CORRECTIONS = 2
_KEPT = 1e-6
"""Standard deviations by which the counts may miss their sum."""
_LONGEST_STEP = 1.0
_MARGIN = 0.008
"""Taken off the deviates of tails below 1e-4: probabilities there are 3 to 5 % too large rather than too small."""
_LARGEST_CORRECTION = 1.0
"""Near the mean the formula is 0 / 0 and may give anything; a point corrected by a whole deviate is such a one."""
_MISSED = 0.25
"""A point farther than this from where it should be is computed once more: curves are read along straight lines."""
_FLAT = 1e-6
"""Below this share of its variance the sum has run into its largest value: there is no tail left."""
_LOG_RARE = 8.0
"""What is e^8 times less likely in its bucket than the tail asked for cannot be how that tail comes about,
unless its term is of the usual size: twelve times the sum spread over its buckets (all but e^-6 of the tilted ones)."""
_USUAL = 12.0


@dataclass(frozen=True, slots=True)
class _Point:
    """A point of each problem's curve, all (K,): P(sum >= score) = Phi(-deviate).

    `rate` is d deviate / d score, `variance` d score / d tilt, `drift` d u / d tilt.
    """

    tilt: Floats
    u: Floats
    score: Floats
    deviate: Floats
    rate: Floats
    variance: Floats
    drift: Floats


def tail_points(terms: Terms) -> tuple[Floats, Floats]:
    """Points of the tail curve of each problem.

    Returns:
        scores, shape (K, P), and their normal deviates z, P(sum >= score) = Phi(-z); both NaN where the sum cannot be
        that large.

    Cost: about 1 ms per problem of 20 distinct buckets; measured in `tests/benchmarks/evaluation.py`.
    """
    whole, origin = Tilted.of(terms), np.zeros_like(terms.freedom)
    rarity = terms.log_weights - np.maximum.reduceat(terms.log_weights, whole.start)[whole.bucket]
    base = whole.moments(origin, origin)
    drift = -base.k_su / base.k_uu
    points: list[_Point] = []
    for probability in PROBABILITIES:
        quantile, target = special.chdtri(terms.freedom, probability), -float(special.ndtri(probability))
        usual = _USUAL * quantile / (terms.freedom + 1)
        possible = whole.nodes(~_beyond(rarity, terms.values, usual[whole.problem], probability))
        if not points or np.any(points[-1].tilt <= 0):
            tilt = np.asarray((1 - (terms.freedom + 1) / quantile) / 2)
            points.append(_solve(possible, tilt, _along(points[-1], tilt) if points else tilt * drift, base.k_uu))
            continue
        point = _solve(possible, *_towards(target, points[-1]), base.k_uu)
        missed = np.abs(point.deviate - target) > _MISSED
        if missed.any():
            point = _solve_again(possible, missed, target, point, base.k_uu)
        points.append(point)
    scores, deviates = (np.stack([getattr(p, name) for p in points], axis=1) for name in ("score", "deviate"))
    scores = np.where(np.isnan(deviates), np.nan, scores)  # where nothing was solved the point lies anywhere
    corrected = _corrected(deviates, terms.freedom)
    return scores, corrected - np.interp(corrected, (3.1, 3.7), (0.0, _MARGIN))


def _corrected(deviates: Floats, freedom: Floats) -> Floats:
    """The deviates less the error the same formula makes for chi-square, up to a fifth of a small probability.

    For many observations the sum is chi-square, and the result then exact.
    """
    corrected = np.empty_like(deviates)
    for degrees in np.unique(freedom):
        score, terms = special.chdtri(degrees, np.array(PROBABILITIES)), degrees + 1
        tilt = (1 - terms / score) / 2
        w = np.sign(tilt) * np.sqrt(score - terms - terms * np.log(score / terms))
        formula = w + np.log(tilt * np.sqrt(2 * terms) * (score / terms) ** 1.5 / w) / w
        error = -special.ndtri(np.array(PROBABILITIES)) - formula
        same = freedom == degrees
        corrected[same] = deviates[same] + np.interp(deviates[same], formula, error)
    return corrected


def _beyond(rarity: Floats, values: Floats, usual: Floats, probability: float) -> NDArray[np.bool_]:
    """Nodes too rare to matter at that probability, though their terms are large, (N,).

    PSI outgrows chi-square where a bucket runs empty, so that tilting would find, far beyond the tail asked for, a
    maximum that does not belong to it.
    """
    return np.asarray((rarity < np.log(probability) - _LOG_RARE) & (values > usual))


def _towards(target: float, point: _Point) -> tuple[Floats, Floats]:
    """Tilt and `u` whose deviate is near `target`, seen from a point beyond the mean.

    The deviate is taken for linear in the root of the score, and the tilt for linear in its inverse, as they nearly
    are where the sum is chi-square; a plain Newton step goes far too far where the tail is heavy.
    """
    root = np.sqrt(point.score)
    ahead = root + np.nan_to_num((target - point.deviate) / (2 * root * point.rate))
    tilt = point.tilt + point.score**2 / point.variance * (1 / point.score - 1 / np.maximum(ahead, root / 2) ** 2)
    tilt = np.clip(np.where(np.isfinite(tilt), tilt, point.tilt), point.tilt / 2, point.tilt * 3)
    return tilt, _along(point, tilt)


def _along(point: _Point, tilt: Floats) -> Floats:
    """The `u` that goes with a tilt, seen from a point."""
    u = point.u + (tilt - point.tilt) * point.drift
    return np.where(np.isfinite(u), u, 0.0)


def _solve_again(tilted: Tilted, missed: NDArray[np.bool_], target: float, point: _Point, base_uu: Floats) -> _Point:
    """The point with the problems that missed computed once more from there."""
    tilt, u = _towards(target, point)
    found = _solve(tilted.problems(missed), tilt[missed], u[missed], base_uu[missed])
    again = {each.name: getattr(point, each.name).copy() for each in fields(_Point)}
    for name, values in again.items():
        values[missed] = getattr(found, name)
    return _Point(**again)


def _solve(tilted: Tilted, tilt: Floats, u: Floats, base_uu: Floats) -> _Point:
    """The point of the curve at that tilt: `u` so that the counts keep their sum."""
    unit = np.sqrt(base_uu)
    at = tilted.moments(tilt, u)
    for _ in range(_CORRECTIONS):
        if (np.abs(at.k_u) < _KEPT * unit).all():
            break
        step = at.k_u / np.maximum(at.k_uu, _FLAT * base_uu)
        u = u - np.clip(step, -_LONGEST_STEP / unit, _LONGEST_STEP / unit)
        at = tilted.moments(tilt, u)
    k_uu = np.maximum(at.k_uu, _FLAT * base_uu)
    drift = -at.k_su / k_uu
    score = at.k_s + drift * at.k_u  # where the last trace of a step would lead, to first order
    exponent = tilt * score - (at.k - at.k_u**2 / (2 * k_uu) - tilted.log_mass())
    w = np.sign(tilt) * np.sqrt(2 * np.maximum(exponent, 1e-12))
    conditioned = np.maximum(at.k_ss - at.k_su**2 / k_uu, _FLAT)
    v = tilt * np.sqrt(conditioned * k_uu / base_uu)
    solved = (np.abs(at.k_u) < 1e-3 * unit) & (conditioned > _FLAT) & (k_uu > _FLAT * base_uu)
    correction = np.log(v / w) / w
    deviate = np.where(solved & (np.abs(correction) < _LARGEST_CORRECTION), w + correction, np.nan)
    return _Point(tilt, u, score, deviate, tilt / w, conditioned, drift)
