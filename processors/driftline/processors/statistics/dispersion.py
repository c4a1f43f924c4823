"""How much more the shares of a stretch of traffic scatter than those of independent rows.

Rows that come in bursts, follow each other, or follow the hour make the share of a bucket scatter more than a
multinomial does. The scatter is measured on blocks of the reference: stretches of it that follow each other, each about
as long as a window. `psi` is then near a sum of chi-squares whose weights are the eigenvalues of the blocks'
standardised covariance (all 1 for independent rows), `ks` near the largest of correlated normal deviations. Few of the
eigenvalues are large as a rule, and they alone make the far tail: what counts is the quantile there, not the mean.

Source: Rao and Scott (1981), doi:10.1080/01621459.1981.10477633 (weights and design effects of chi-square); Baik and
Silverstein (2006), doi:10.1016/j.jmva.2005.08.003 (what sampling does to large eigenvalues); Kuonen (1999),
doi:10.1093/biomet/86.4.929 (saddlepoint tail of a weighted sum of chi-squares).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from driftline.processors.statistics import special

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

FEWEST_BLOCKS = 20
"""With fewer blocks nothing is said. Independent rows are given, in the middle of many references, for `psi` and `ks`:
1.1 and 2.3 at 20 blocks, 1.1 and 1.5 at 60, 1.0 and 1.25 at 200, 1.0 and 1.1 at 1000."""
_DEEP = 1e-8
"""The tail in which the ratio is taken: one of 500 fields that may alarm once in 30 days, looked at every 10 seconds.
At larger levels the ratio is smaller, so that it errs high there."""
UNSURE = 0.05
_LARGEST_BLOCK = 10.0
"""No block counts for more than so many typical ones: an incident in the reference is no property of the traffic."""
_STEPS = 60


def dispersion(blocks: Counts, *, ordered: bool, unsure: float = UNSURE) -> dict[str, float]:
    """Variance of a block's shares over that of as many independent rows, as far as each deciding statistic sees it.

    Args:
        blocks: counts, shape (K, B), of stretches that follow each other; empty ones are left out.
        ordered: whether the buckets have an order, so that `ks` decides too.
        unsure: chance that the scatter of normal blocks is larger than it is taken for; 0.5 is the middle.

    Returns:
        `psi` and, if ordered, `ks`: 1 or more; empty where there are under 20 blocks, or fewer than two buckets hold
        anything. It errs high, the more so the fewer blocks there are: see `FEWEST_BLOCKS`.

    >>> random = np.random.default_rng(7)
    >>> alone = random.multinomial(500, [0.25] * 4, size=200)
    >>> bursts = 5 * random.multinomial(100, [0.25] * 4, size=200)
    >>> {name: round(found, 1) for name, found in dispersion(alone, ordered=True).items()}
    {'psi': 1.0, 'ks': 1.1}
    >>> {name: round(found, 1) for name, found in dispersion(bursts, ordered=True).items()}
    {'psi': 5.1, 'ks': 6.0}
    """
    held = blocks[blocks.sum(axis=1) > 0]
    held = held[:, held.sum(axis=0) > 0]
    if len(held) < FEWEST_BLOCKS or held.shape[1] < 2:
        return {}
    found = {"psi": _of_psi(_deviations(_pooled(held)), unsure)}
    return found | {"ks": _of_ks(held, unsure)} if ordered else found


def dispersion_of_longer(
    blocks: Counts, times: float, *, ordered: bool, strata: NDArray[np.intp] | None = None
) -> dict[str, float]:
    """The dispersion of stretches `times` as long as the blocks, as it grows from one block to two that follow.

    It grows as long as rows of one block say something about the next: with the length where the whole day goes up
    and down, not at all where the memory is shorter than a block.

    Args:
        blocks: counts, shape (K, B), of stretches that follow each other; at least 40 to see them grow.
        times: 1 or more.
        ordered: see `dispersion`.
        strata: of each block, (K,), what it may be compared with: blocks of another stratum, such as another hour of
            the day, may differ. Until 40 blocks more than there are strata are seen, all are compared.

    >>> random = np.random.default_rng(7)
    >>> bursts = 5 * random.multinomial(100, [0.25] * 4, size=200)
    >>> {name: round(found, 1) for name, found in dispersion_of_longer(bursts, 8.0, ordered=False).items()}
    {'psi': 5.2}
    """
    blocks = blocks if strata is None else _within(blocks, strata)
    found = dispersion(blocks, ordered=ordered)
    even = len(blocks) - len(blocks) % 2
    twos = blocks[:even].reshape(-1, 2, blocks.shape[1]).sum(axis=1)
    one, two = (dispersion(each, ordered=ordered, unsure=0.5) for each in (blocks, twos))
    growth = {name: np.clip(np.log2(two[name] / one[name]), 0, 1) if name in two else 0.0 for name in found}
    return {name: value * max(times, 1.0) ** float(growth[name]) for name, value in found.items()}


def _within(blocks: Counts, strata: NDArray[np.intp]) -> Counts:
    """Blocks less what those of their stratum have in common, scaled for having taken it out; no longer whole."""
    held, strata = blocks[blocks.sum(axis=1) > 0], strata[blocks.sum(axis=1) > 0]
    _, place, count = np.unique(strata, return_inverse=True, return_counts=True)
    if (count - 1).sum() < 2 * FEWEST_BLOCKS:
        return blocks
    sums = np.zeros((len(count), blocks.shape[1]))
    np.add.at(sums, place, held)
    usual = (sums / sums.sum(axis=1, keepdims=True))[place]
    sizes, share = held.sum(axis=1, keepdims=True), held.sum(axis=0) / held.sum()
    apart = np.sqrt(count / np.maximum(count - 1, 1))[place][:, None]
    level = (held - sizes * usual) * apart + sizes * share
    return np.asarray(level[count[place] > 1])


def _of_psi(deviations: Floats, unsure: float) -> float:
    """The ratio of the weighted sum of chi-squares to chi-square, deep in the tail."""
    size, freedom = len(deviations), deviations.shape[1] - 1
    norms = (deviations**2).sum(axis=1)
    deviations = deviations * np.sqrt(_capped(norms) / np.maximum(norms, 1e-300))[:, None]
    found = np.linalg.eigvalsh(deviations.T @ deviations / size)
    weights = np.asarray(found[:0:-1], dtype=np.float64)  # without the smallest, which is 0: shares sum to 1
    if weights[0] <= 0:  # every block is as all are
        return 1.0
    return max(_quantile(_unmixed(weights, size, unsure), _DEEP) / float(special.chdtri(freedom, _DEEP)), 1.0)


def _of_ks(held: Counts, unsure: float) -> float:
    """The ratio of the largest variance of a share below an edge to the largest that independent rows have."""
    below = np.cumsum(held, axis=1)[:, :-1]
    share = below.sum(axis=0) / held.sum()
    own = (held.sum(axis=1) * _apart(held))[:, None]
    squares = own * (below / held.sum(axis=1)[:, None] - share) ** 2
    scale = _capped(squares.max(axis=1)) / np.maximum(squares.max(axis=1), 1e-300)
    scatter = (squares * scale[:, None]).mean(axis=0).max() / (share * (1 - share)).max()
    return max(float(scatter) * _margin(len(held), unsure), 1.0)


def _deviations(held: Counts) -> Floats:
    """Standardised deviations of the blocks' shares from those of all, (K, B)."""
    share = held.sum(axis=0) / held.sum()
    sizes = held.sum(axis=1)
    return np.asarray((held - sizes[:, None] * share) * np.sqrt(_apart(held) / sizes)[:, None] / np.sqrt(share))


def _apart(held: Counts) -> Floats:
    """By how much a block's deviation from all, which hold it, is smaller than from the others, as a variance ratio."""
    return np.asarray(1 / (1 - held.sum(axis=1) / held.sum()))


def _pooled(held: Counts) -> Counts:
    """Buckets that hold less than one observation a block are one: a single count there is far from normal."""
    sparse = held.sum(axis=0) < len(held)
    if sparse.sum() < 2 or (~sparse).sum() < 1:
        return held
    return np.column_stack([held[:, ~sparse], held[:, sparse].sum(axis=1)])


def _capped(values: Floats) -> Floats:
    return np.asarray(np.minimum(values, _LARGEST_BLOCK * max(float(np.median(values)), 1e-300)))


def _unmixed(weights: Floats, size: int, unsure: float) -> Floats:
    """Eigenvalues of the traffic from those of `size` blocks, descending: what stands out, and one value for the rest.

    The largest of the sample are too large and the smallest too small, even where all are alike.
    """
    spikes: list[float] = []
    while len(spikes) < len(weights) - 1:
        rest = weights[len(spikes) :]
        bulk, ratio = float(rest.mean()), len(rest) / size
        if rest[0] <= bulk * (1 + np.sqrt(ratio)) ** 2 * _edge(len(rest), size):
            break
        spikes.append(_spike(float(rest[0]), float(rest[1:].mean()), ratio))
    rest = weights[len(spikes) :]
    alike = float(rest.mean()) * _margin(size * len(rest), unsure)
    return np.concatenate([np.array(spikes) * _margin(size, unsure), np.full(len(rest), alike)])


def _edge(freedom: int, size: int) -> float:
    """How far over its limiting place the largest eigenvalue of blocks that are all alike may be, once in twenty."""
    upper = (np.sqrt(size) + np.sqrt(freedom)) ** 2
    width = (np.sqrt(size) + np.sqrt(freedom)) * (1 / np.sqrt(size) + 1 / np.sqrt(freedom)) ** (1 / 3)
    return float(1 + 0.98 * width / upper)


def _spike(seen: float, bulk: float, ratio: float) -> float:
    """The eigenvalue that is seen as `seen` over a bulk of others."""
    middle = seen / bulk + 1 - ratio
    return float(bulk * (middle + np.sqrt(max(middle**2 - 4 * seen / bulk, 0.0))) / 2)


def _margin(blocks: int, unsure: float) -> float:
    """By how much the variance of so many normal values is taken larger than it is seen."""
    return blocks / float(special.chdtri(blocks, 1 - unsure))


def _quantile(weights: Floats, level: float) -> float:
    """What a sum of squared normal values with these weights exceeds with `level`, in (0, 0.1)."""
    low, high, target = 0.0, 0.5 / float(weights.max()), -float(special.ndtri(level))
    for _ in range(_STEPS):
        tilt = (low + high) / 2
        if _deviate(weights, tilt) < target:
            low = tilt
        else:
            high = tilt
    return float((weights / (1 - 2 * tilt * weights)).sum())


def _deviate(weights: Floats, tilt: float) -> float:
    """Normal deviate of the tail beyond the mean of the sum tilted by `tilt`."""
    left = 1 - 2 * tilt * weights
    if left.min() <= 0:
        return np.inf
    root = np.sqrt(2 * (tilt * float((weights / left).sum()) + float(np.log(left).sum()) / 2))
    spread = tilt * np.sqrt(2 * float(((weights / left) ** 2).sum()))
    return float(root + np.log(spread / root) / root) if root > 1e-6 else 0.0
