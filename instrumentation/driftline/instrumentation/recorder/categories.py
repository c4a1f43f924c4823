"""Which category names may leave the process, and the counts behind them.

With a reference its categories go by name and everything else counts under `_OTHER`. Without one the first hundred do,
unless the field looks like an identifier: then none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from driftline.semconv import OTHER_CATEGORY

MAX_NAMES: Final = 100
_LONGEST: Final = 128  # longer text is prose or a token, no category
_SEVERAL: Final = 10  # observations from which repetition can be told at all
_PLENTY: Final = 200  # observations after which mostly unrepeated text is an identifier
_IDENTIFIER: Final = re.compile(
    r"""[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}   # UUID
      | [0-9a-f]{16,}                                                 # hash, trace id
      | [^@\s]+@[^@\s]+\.[^@\s]+                                      # mail address
      | \+?[0-9][0-9 ()/-]{7,}[0-9]                                   # telephone, card, account
    """,
    re.VERBOSE | re.IGNORECASE,
)
_IDENTIFIER_NAME: Final = re.compile(
    r"(?:^|[_.\s-])(?:u?uid|guid|e?mail|email_address|phone|ssn|iban|token)$|(?:^|[_.\s-])id$|[a-z]Id$|^ID$"
)


def looks_like_identifier(text: str) -> bool:
    """Whether one value names one person or thing by its form alone.

    >>> [looks_like_identifier(text) for text in ("red", "ada@example.org", "0123456789abcdef", "2024")]
    [False, True, True, False]
    """
    return len(text) > _LONGEST or _IDENTIFIER.fullmatch(text) is not None


class CategoryNames:
    """Decides, for one field over all its segments, under which name a category counts.

    Args:
        field: the field's name; one called `id`, `user_id` or `email` is an identifier whatever it holds.
        reference: the categories of the profile; None without one.
        classes: the field is a classifier's answer: its names are classes and never identifiers.

    >>> names = CategoryNames("color")
    >>> names.see({"red": 2}), names.name("red"), names.withheld
    (None, 'red', False)
    >>> CategoryNames("color", reference=frozenset({"red"})).name("blue")
    '_OTHER'
    """

    def __init__(self, field: str, *, reference: frozenset[str] | None = None, classes: bool = False) -> None:
        self._reference = reference
        self._trusted = reference is not None or classes
        self._named: set[str] = set(reference or ())
        self._distinct: set[str] = set()
        self._seen = 0
        self._decided = self._trusted
        self.identifier = not self._trusted and _IDENTIFIER_NAME.search(field) is not None

    def see(self, counts: Mapping[str, int]) -> None:
        """Learn from a block of texts whether the field repeats itself."""
        if self._decided or self.identifier:
            return
        self._seen += sum(counts.values())
        self._distinct.update(counts)
        if len(self._distinct) <= self._seen / 2 and self._seen >= _PLENTY:
            self._decided = True
        elif self._seen >= _PLENTY:
            self.identifier = True
        if self._decided or self.identifier:
            self._distinct = set()

    @property
    def withheld(self) -> bool:
        """Whether the counts wait: too few repetitions so far to tell a category from an identifier.

        Cumulative counts lose nothing by waiting. Under ten observations nothing waits.
        """
        undecided = not self._decided and not self.identifier
        return undecided and self._seen >= _SEVERAL and len(self._distinct) > self._seen / 2

    def name(self, text: str) -> str:
        """The name `text` counts under: itself or `_OTHER`."""
        if text in self._named and not self.identifier:
            return text
        if self._reference is not None or self.identifier or len(self._named) >= MAX_NAMES:
            return OTHER_CATEGORY
        if not self._trusted and looks_like_identifier(text):
            return OTHER_CATEGORY
        self._named.add(text)
        return text


class CategoryTally:
    """Counts per category of one field in one segment."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self._sent: set[str] = set()

    def add(self, names: CategoryNames, counts: Mapping[str, int]) -> int:
        """Count texts under their names; returns how many went to `_OTHER`."""
        other = 0
        for text, times in counts.items():
            name = names.name(text)
            self.counts[name] = self.counts.get(name, 0) + times
            other += times if name == OTHER_CATEGORY else 0
        return other

    def outgoing(self, names: CategoryNames) -> Mapping[str, int]:
        """What may leave now. A field found to be an identifier moves its unsent names to `_OTHER` for good."""
        if names.withheld:
            return {}
        if names.identifier:
            self._anonymise()
        self._sent.update(self.counts)
        return self.counts

    def withdraw(self, names: CategoryNames) -> Mapping[str, int]:
        """What leaves at the very end: names still withheld go as `_OTHER`, so that no count is lost."""
        if names.withheld:
            self._anonymise()
        return self.counts if names.withheld else self.outgoing(names)

    def _anonymise(self) -> None:
        for name in [name for name in self.counts if name not in self._sent and name != OTHER_CATEGORY]:
            self.counts[OTHER_CATEGORY] = self.counts.get(OTHER_CATEGORY, 0) + self.counts.pop(name)
