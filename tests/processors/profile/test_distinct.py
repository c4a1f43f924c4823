from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.profile.sketch import Distinct

columns = st.lists(st.integers(-5, 5).map(float), max_size=30).map(lambda values: np.array(values, dtype=np.float64))


@given(columns, columns)
def test_merging_is_counting_both_at_once(one: np.ndarray, other: np.ndarray) -> None:
    merged, whole = Distinct.of(one).merge(Distinct.of(other)), Distinct.of(np.concatenate([one, other]))
    assert merged.values.tolist() == whole.values.tolist()
    assert merged.weights.tolist() == whole.weights.tolist()
