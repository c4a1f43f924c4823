"""False alarms a look, over the level of the field: a new reference and a new window each time, minimum effect 0."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from driftline.processors.detectors import Judge, Pair
from tests.calibration.rows import Part, Row, share
from tests.processors.detectors.traffic import CONTINUOUS, TIED, category_pair, exponential_pair, quantile_pair, zipf

LEVELS = (0.05, 0.01, 1e-3)
SIZES = ((100, 20_000), (5000, 20_000), (100_000, 20_000), (200, 200), (5000, 500))
LARGE = (*SIZES, (1_000_000, 1_000_000), (100, 1_000_000), (1_000_000, 200))
"""Window and reference; those of a million where counts can be drawn without rows."""
REPETITIONS, BY_ROWS, QUICK = 1000, 300, 200
AGAIN = 10
"""Times as many draws where a cell came out outside."""
LEAST, MOST = 0.8, 1.2
STEPPED = {"flag"}
"""Two values: the level that can be reached lies far under the one asked for (`two_buckets.joint_limits`)."""
BARE = {"psi": 0.0, "ks": 0.0}
EVEN = np.full(20, 0.05)
Draw = Callable[[np.random.Generator, int, int], Pair]


def fields() -> dict[str, Draw]:
    """Every kind of field that is drawn row by row, by name."""
    kinds: dict[str, Draw] = {}
    for name, values in (CONTINUOUS | TIED).items():
        kinds[name] = partial(quantile_pair, values)
    for name in ("lognormal", "integers"):
        values = (CONTINUOUS | TIED)[name]
        kinds[f"{name}, exponential"] = partial(exponential_pair, values)
    return kinds


def counted() -> dict[str, Draw]:
    """Every kind of field whose counts can be drawn at once."""
    kinds: dict[str, Draw] = {"20 fixed buckets": _fixed, "100 quantile buckets": _quantiles}
    for size in (3, 20, 50, 200):
        shares = zipf(size)
        kinds[f"{size} categories"] = partial(category_pair, shares)
    return kinds


def rows(quick: bool) -> Iterator[Row]:
    """A line for each kind, sizes and level."""
    chosen: dict[str, tuple[Draw, tuple[tuple[int, int], ...]]] = {}
    chosen |= {name: (draw, SIZES) for name, draw in fields().items()}
    chosen |= {name: (draw, LARGE) for name, draw in counted().items()}
    if quick:
        chosen = {name: (chosen[name][0], SIZES[:1]) for name in ("normal", "integers", "200 categories")}
    for name, (draw, sizes) in chosen.items():
        for window, reference in sizes:
            yield from _cell(
                name, draw, (window, reference), QUICK if quick else BY_ROWS if name in fields() else REPETITIONS
            )


def _cell(name: str, draw: Draw, sizes: tuple[int, int], repetitions: int) -> Iterator[Row]:
    """The rows of one field and sizes.

    With hundreds of cells one is outside by chance now and then: it is drawn anew, more often, and only that counts.
    """
    found = _drawn(name, draw, sizes, repetitions, turn=0)
    if any(row.outside for row in found):
        found = _drawn(name, draw, sizes, AGAIN * repetitions, turn=1)
    yield from found


def _drawn(name: str, draw: Draw, sizes: tuple[int, int], repetitions: int, turn: int) -> list[Row]:
    random = np.random.default_rng([*sizes, *name.encode(), *[turn] * turn])
    judge, alarms = Judge(), np.zeros(len(LEVELS), dtype=np.int64)
    for _ in range(repetitions // 100):
        pairs = [draw(random, *sizes) for _ in range(100)]
        for at, level in enumerate(LEVELS):
            alpha = -float(np.expm1(100 * np.log1p(-level)))
            alarms[at] += sum(v.status == "drift" for v in judge.judge(pairs, alpha=alpha, minimum_effect=BARE))
    least = 0.0 if name in STEPPED else LEAST
    return [
        Row(
            (name, f"{sizes[0]:,}", f"{sizes[1]:,}", f"{level:g}"),
            share(count, repetitions, level),
            least,
            MOST,
            "two values" if name in STEPPED else "",
        )
        for level, count in zip(LEVELS, alarms.tolist(), strict=True)
    ]


def _fixed(random: np.random.Generator, window: int, reference: int) -> Pair:
    return Pair(random.multinomial(window, EVEN), random.multinomial(reference, EVEN), ordered=True)


def _quantiles(random: np.random.Generator, window: int, reference: int) -> Pair:
    """Bounds at values of the reference itself, equally many apart."""
    held = np.full(100, reference // 100)
    return Pair(random.multinomial(window, random.dirichlet(held.astype(np.float64))), held, ordered=True)


PART = Part(
    "looks",
    f"false alarms over the level, {REPETITIONS} looks, {BY_ROWS} where rows are drawn",
    ("field", "n", "m", "level"),
    rows,
)
