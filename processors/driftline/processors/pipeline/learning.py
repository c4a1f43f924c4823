"""A reference learned from a model's own first traffic, pane by pane."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from driftline.processors.monitor import Window
from driftline.processors.pipeline.blocks import Blocks
from driftline.processors.pipeline.sides import Side
from driftline.processors.pipeline.sums import FieldSums
from driftline.processors.windows import FieldWindow

_DEFAULT_WINDOW = Window()


class Learned:
    """The learned reference of one model (in one environment, of one segment).

    One version, the owner, teaches it; fields that a later version adds have no reference. Each field counts until the
    first pane that brings it to `needed` observations, and that pane ends its learning.

    Args:
        owner: (version, variant) of the identity that teaches.
        needed: observations a field needs.
        taken_ns: panes that end later are still to be learned.
    """

    def __init__(self, owner: tuple[str | None, str | None], needed: int, taken_ns: int) -> None:
        self.owner = owner
        self.needed = needed
        self.taken_ns = taken_ns
        self.fields: dict[str, FieldSums] = {}
        self.made_ns = 0
        self._id = ""
        self._sides: dict[str, Side] = {}
        self._blocks: dict[str, Blocks] = {}

    @property
    def sides(self) -> Mapping[str, Side]:
        """Fields whose learning has ended."""
        return self._sides

    @property
    def learning(self) -> bool:
        """Whether any field still learns, or none was seen yet."""
        return len(self._sides) < max(len(self.fields), 1)

    @property
    def id(self) -> str:
        """Hash of what was learned of the fields whose learning has ended."""
        if not self._id:
            content = {each: self.fields[each].to_dict() for each in sorted(self._sides)}
            self._id = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        return self._id

    def take(self, panes: Iterable[FieldWindow], end_ns: int, window: Window = _DEFAULT_WINDOW) -> None:
        """Count fields in panes that end by `end_ns`, oldest first; the pane that brings what is needed is the last.

        How much windows of the monitor's `window` scatter is measured meanwhile, and kept with the side.
        """
        for pane in panes:
            if pane.field in self._sides or not pane.observations:
                continue
            found = self.fields.setdefault(pane.field, FieldSums(pane.role))
            found.add(pane)
            self._blocks.setdefault(pane.field, Blocks()).add(pane)
            if found.observations >= self.needed:
                found.until_ns = pane.end_ns
                measured = self._blocks.pop(pane.field).dispersion(found.side(pane.field), window)
                self._finish(pane.field, found, pane.end_ns, measured)
        self.taken_ns = end_ns

    def _finish(self, name: str, learned: FieldSums, end_ns: int, dispersion: Mapping[str, float]) -> None:
        self._sides[name] = replace(learned.side(name), dispersion=dispersion)
        self.made_ns = max(self.made_ns, end_ns)
        self._id = ""

    def to_dict(self) -> dict[str, Any]:
        """Everything, as JSON can hold it."""
        return {
            "owner": list(self.owner),
            "needed": self.needed,
            "taken_ns": self.taken_ns,
            "fields": {name: found.to_dict() for name, found in self.fields.items()},
            "dispersion": {name: dict(side.dispersion or {}) for name, side in self._sides.items()},
        }

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Learned:
        """The same learned reference again. Raises KeyError, TypeError or ValueError on anything else."""
        version, variant = saved["owner"]
        learned = cls((version, variant), int(saved["needed"]), int(saved["taken_ns"]))
        learned.fields = {name: FieldSums.from_dict(found) for name, found in saved["fields"].items()}
        measured = saved.get("dispersion", {})  # what was saved before it was measured has none
        for name, found in learned.fields.items():
            if found.until_ns:
                known = {str(each): float(value) for each, value in measured.get(name, {}).items()}
                learned._finish(name, found, found.until_ns, known)
        return learned
