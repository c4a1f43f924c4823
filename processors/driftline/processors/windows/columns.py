"""Arrays by name: what is too large for a document when state is saved."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray


class Columns(dict[str, NDArray[Any]]):
    """Named arrays that are saved and loaded together.

    >>> import numpy as np
    >>> Columns(times=np.array([1, 2]))["times"].tolist()
    [1, 2]
    """
