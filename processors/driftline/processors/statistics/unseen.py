"""Categories that the reference happens not to hold: what chance puts into the bucket of the unnamed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

_DEVIATIONS = 3.0


def unseen_psi(reference: Counts, observations: Counts) -> Floats:
    """What the bucket of unnamed categories may add to PSI although nothing has changed.

    Where the names are those the reference itself holds, nothing of the reference is left for that bucket, and it is
    no bucket like others: it was chosen to be empty on one side. Categories not seen in m observations hold about
    n1 / m of the whole, n1 being the number of those seen once (Good 1953, doi:10.1093/biomet/40.3-4.237), so a window
    of n holds about n n1 / m of them; this is the PSI of three standard deviations more.

    Args:
        reference: counts per category, the unnamed last, shape (F, B).
        observations: n of each window, (F,).

    Returns:
        Shape (F,), 0 or more; 0 where the reference holds unnamed ones itself, or no category only once.

    >>> unseen_psi(np.array([[50, 49, 1, 0], [50, 30, 20, 0], [50, 49, 1, 4]]), np.array([100, 100, 100])).round(2)
    array([0.13, 0.  , 0.  ])
    """
    known, buckets = reference.sum(axis=1), reference.shape[1]
    once = np.count_nonzero(reference[:, :-1] == 1, axis=1) * (reference[:, -1] == 0)
    expected = observations * once / np.maximum(known, 1)
    most = np.minimum(
        expected + _DEVIATIONS * np.sqrt(expected * (1 + observations / np.maximum(known, 1))), observations
    )
    share, none = (most + 0.5) / (observations + 0.5 * buckets), 0.5 / (known + 0.5 * buckets)
    return np.asarray(np.where(once > 0, np.maximum((share - none) * np.log(share / none), 0.0), 0.0))
