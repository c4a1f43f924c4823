from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from driftline.processors.statistics.distances import chi2, ks, psi
from driftline.processors.statistics.reach import largest


@pytest.mark.parametrize("function", [psi, ks, chi2])
@pytest.mark.parametrize("reference", [(1, 4, 2), (0, 3, 9), (40, 1, 1), (5, 0, 0)])
def test_no_window_of_the_size_scores_more(function: object, reference: tuple[int, ...]) -> None:
    assert callable(function)
    windows = np.array([window for window in product(range(13), repeat=3) if sum(window) == 12])
    most = function(windows, np.array(reference)).max()
    assert largest(function, np.array([12]), np.array([reference]))[0] == pytest.approx(most)
