"""The types of this room."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Draws = NDArray[np.float64]
"""1 where a row is the window's, 0 where it is the reference's; shape (draws, rows), the draw that was seen first."""
