"""Which predictions travel for the join of outcomes: a hash of the id decides, the same wherever it is asked."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

_HASHES: Final = 2.0**64


def sampled(prediction_id: str, rate: float) -> bool:
    """Whether a prediction belongs to the sample.

    Every sender and the processor agree about an id without talking to each other, a sample at a lower rate lies
    within one at a higher rate, and whether an id belongs says nothing of the prediction: metrics over the sample are
    unbiased.

    Args:
        prediction_id: the key of the join.
        rate: share of ids, 0 (none) to 1 (all).

    >>> sampled("order-17", 1.0), sampled("order-17", 0.0)
    (True, False)
    >>> sum(sampled(f"request-{number}", 0.1) for number in range(10_000))
    987

    Cost: about a microsecond; nothing at a rate of 1.

    Source: OpenTelemetry specification, "TraceState: Probability Sampling" (consistent by a threshold on randomness);
    the randomness here is BLAKE2b (RFC 7693) of the id's UTF-8 text, its first 8 bytes.
    """
    if rate >= 1:
        return True
    digest = blake2b(prediction_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") < rate * _HASHES
