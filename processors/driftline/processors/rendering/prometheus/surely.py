"""The share of bad events that is at least so: Wilson's lower bound, in PromQL.

`slo.budget.burn_at_least` is the same in Python, `slo.alarm.fires` the same verdict.
"""

from __future__ import annotations

from driftline.processors.slo.alarm import LEAST_BAD
from driftline.processors.slo.budget import ONE_SIDED_95

_SQUARE = ONE_SIDED_95**2


def lower_bound(share: str, events: str, minimum_events: int) -> str:
    """Wilson's lower bound with 95 % confidence; nothing where too few events say anything.

    Args:
        share: a selector of the share of bad events.
        events: a selector of how many events that is of, with the same labels.
        minimum_events: fewer give nothing, as do fewer than 5 bad ones.

    With n events of which the share p is bad the bound is
    `(n p + z^2 / 2 - z sqrt(n p (1 - p) + z^2 / 4)) / (n + z^2)`, z = 1.645.

    Source: Wilson (1927), doi:10.1080/01621459.1927.10502953.
    """
    bad = f"{events} * {share}"
    reach = f"{ONE_SIDED_95:.6f} * sqrt({bad} * (1 - {share}) + {_SQUARE / 4:.6f})"
    bound = f"({bad} + {_SQUARE / 2:.6f} - {reach}) / ({events} + {_SQUARE:.6f})"
    return f"{bound}\nand {events} >= {minimum_events}\nand {bad} >= {LEAST_BAD}"
