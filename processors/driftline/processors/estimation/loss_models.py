"""Loss models, each grown once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from driftline.processors.estimation.loss_model import LossModel

if TYPE_CHECKING:
    from driftline.processors.profile.rows_file import ProfileRows

MOST: Final = 32
"""Models that are kept, about 10 MB each at 20,000 reference rows; of more, those that were used last."""

_Key = tuple[str, int, frozenset[str]]


class LossModels:
    """Grows the model of a reference for the columns that rows of now have. For one thread."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, LossModel | None] = OrderedDict()

    def of(self, known: ProfileRows, names: Iterable[str]) -> LossModel | None:
        """What `LossModel.of` gives, and raises; grown where it was not before."""
        both = frozenset(known.columns).intersection(names)
        key = known.profile, len(known.outputs.get("outcome", ())), both
        if key not in self._kept:
            self._kept[key] = LossModel.of(known, both)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return self._kept[key]
