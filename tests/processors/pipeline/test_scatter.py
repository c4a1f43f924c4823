"""What a learned reference says of how much its traffic scatters."""

from __future__ import annotations

import numpy as np
import pytest

from driftline.processors.monitor import Window
from driftline.processors.pipeline.blocks import MOST_BLOCKS, Blocks
from driftline.processors.pipeline.learning import Learned
from driftline.processors.windows import Binned, FieldWindow
from tests.processors.detectors.streams import bursty, daily

EVERY = 10 * 10**9
BOUNDS = np.linspace(-1.5, 1.5, 9)
WINDOW = Window.model_validate({"length": "5m"})


def panes(rows: np.ndarray, per_pane: int) -> list[FieldWindow]:
    """One pane after another, of numbers, or of categories where the rows are whole numbers."""
    found = []
    for at, part in enumerate(rows.reshape(-1, per_pane)):
        start, end = at * EVERY, (at + 1) * EVERY
        if rows.dtype.kind == "i":
            categories = {f"c{each}": int(np.sum(part == each)) for each in np.unique(part)}
            found.append(FieldWindow("x", "feature", categories=categories, start_ns=start, end_ns=end))
        else:
            counts = np.bincount(np.searchsorted(BOUNDS, part), minlength=len(BOUNDS) + 1)
            found.append(FieldWindow("x", "feature", binned=(Binned(BOUNDS, counts),), start_ns=start, end_ns=end))
    return found


def learned(rows: np.ndarray, per_pane: int) -> Learned:
    kept = Learned(("7", None), len(rows), 0)
    kept.take(panes(rows, per_pane), len(rows) * EVERY, WINDOW)
    return kept


def test_independent_rows_are_learned_as_nearly_independent() -> None:
    found = [
        learned(np.random.default_rng(seed).normal(size=20_000), 20).sides["x"].dispersion or {} for seed in range(5)
    ]
    assert np.median([each["psi"] for each in found]) < 1.6
    assert np.median([each["ks"] for each in found]) < 2.5


def test_bursts_are_learned_with_their_length() -> None:
    rows = bursty(np.random.default_rng(3), np.full(6, 1 / 6), 20_000, 8)
    found = learned(rows, 20).sides["x"].dispersion
    assert found is not None
    assert 11 < found["psi"] < 40  # a geometric burst of 8: 15
    assert "ks" not in found


def test_a_day_that_goes_up_and_down_scatters_more_the_longer_the_window() -> None:
    rows = daily(np.random.default_rng(4), 20_000, 10_000, 0.5)
    blocks = Blocks()
    for pane in panes(rows, 20):
        blocks.add(pane)
    side = learned(rows, 20).sides["x"]
    short, long = (blocks.dispersion(side, Window.model_validate({"length": each})) for each in ("2m", "30m"))
    assert long["ks"] > 2 * short["ks"] > 4


def test_no_more_blocks_are_kept_than_said() -> None:
    blocks = Blocks()
    for pane in panes(np.zeros(5000), 5):
        blocks.add(pane)
        assert len(blocks) <= MOST_BLOCKS
    assert len(blocks) >= MOST_BLOCKS // 2


def test_a_field_learned_in_a_few_panes_says_nothing_of_its_scatter() -> None:
    assert learned(np.random.default_rng(5).normal(size=5000), 1000).sides["x"].dispersion == {}


@pytest.mark.parametrize("kind", ["numbers", "categories"])
def test_what_was_measured_is_the_same_after_it_was_saved(kind: str) -> None:
    random = np.random.default_rng(6)
    rows = random.normal(size=4000) if kind == "numbers" else random.integers(0, 5, size=4000)
    kept = learned(rows, 20)
    assert kept.sides["x"].dispersion
    assert Learned.from_dict(kept.to_dict()).sides["x"].dispersion == kept.sides["x"].dispersion
