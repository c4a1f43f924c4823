"""A bounded memory of costly answers, computed in batches."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """The last `capacity` answers asked for. Not thread-safe: its owner belongs to one lock.

    Args:
        compute: answers to questions not kept, in their order; called with at least one.
        capacity: answers kept, at least 1.

    >>> squares = Cache(lambda keys: [key**2 for key in keys], capacity=2)
    >>> squares.get([3, 4, 3])
    {3: 9, 4: 16}
    """

    def __init__(self, compute: Callable[[Sequence[K]], Sequence[V]], capacity: int) -> None:
        self._compute = compute
        self._capacity = capacity
        self._answers: OrderedDict[K, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    def __contains__(self, key: K) -> bool:
        return key in self._answers

    def get(self, keys: Iterable[K]) -> dict[K, V]:
        """The answer to each key; those not kept are computed together."""
        asked = dict.fromkeys(keys)
        missing = [key for key in asked if key not in self._answers]
        if missing:
            self._answers.update(zip(missing, self._compute(missing), strict=True))
        for key in asked:
            self._answers.move_to_end(key)
        found = {key: self._answers[key] for key in asked}
        while len(self._answers) > self._capacity:
            self._answers.popitem(last=False)
        return found
