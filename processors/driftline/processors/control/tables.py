"""Tables of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from driftline.processors.control.markup import Markup, element


def table(names: Sequence[str], rows: Iterable[Sequence[str | None]]) -> Markup:
    """A head of names, and a row of cells for each of `rows`; None is an empty cell.

    >>> table(("a", "b"), [("1", None)])
    '<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td></td></tr></table>'
    """
    head = element("tr", *(element("th", name) for name in names))
    return element("table", head, *(element("tr", *(element("td", cell) for cell in row)) for row in rows))
