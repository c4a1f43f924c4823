"""The pasts of models, for the references that are made from them: trailing and seasonal."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

import numpy as np

from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor
from driftline.processors.pipeline.history import Counts, FieldHistory
from driftline.processors.pipeline.scatter import scatter
from driftline.processors.pipeline.seasonal import Seasonal
from driftline.processors.pipeline.sides import Side
from driftline.processors.pipeline.trailing import Trailing
from driftline.processors.pipeline.verdicts import identity_dict, identity_from
from driftline.processors.windows import Columns, FieldWindow

MOST_HISTORIES = 2000
"""Models whose past is kept; beyond it the one that got nothing for longest goes."""
COLUMNS = "histories/"

Shape = Trailing | Seasonal


@dataclass(frozen=True, slots=True)
class Past:
    """What the past of a model says of its windows."""

    id: str
    made_ns: int
    sides: Mapping[str, Side]
    waiting: Mapping[str, int]
    """Fields whose past is too short, with what it holds."""
    why: str
    """What those wait for."""


@dataclass(slots=True)
class _Choice:
    """A side that was chosen, and what it was chosen by."""

    by: tuple[tuple[int, int], bytes, int]
    side: Side | None
    made_ns: int


@dataclass(slots=True)
class History:
    """The past of one model (in one environment, of one segment and variant); its versions share it."""

    shape: Shape
    fields: dict[str, FieldHistory] = field(default_factory=dict)
    taken: dict[Identity, int] = field(default_factory=dict)
    """Identity to the end of the panes that were taken from it."""
    newest_ns: int = 0
    _choices: dict[str, _Choice] = field(default_factory=dict)
    _id: tuple[int, int, str] = (0, 0, "")

    def due(self, identity: Identity, now_ns: int) -> tuple[int, int]:
        """The stretch of closed panes that can be taken from an identity: (start, end)."""
        shape = self.shape
        end = now_ns - now_ns % shape.pane_ns - shape.lag_ns
        first = now_ns - now_ns % shape.pane_ns - shape.window_ns
        self.taken = {each: to for each, to in self.taken.items() if to > end - shape.reach_ns}
        return max(self.taken.get(identity, 0), first), end

    def take(self, pane: FieldWindow) -> None:
        """Count a pane."""
        found = self.fields.get(pane.field)
        if found is None:
            found = self.fields[pane.field] = FieldHistory(pane.role, self.shape.slots)
        found.role = pane.role
        if pane.end_ns <= found.tainted_ns or not pane.observations:
            return
        found.add(*self.shape.place(pane), pane)
        self.newest_ns = max(self.newest_ns, pane.end_ns)

    def taint(self, drifting: Iterable[str], end_ns: int) -> None:
        """Keep panes that end by `end_ns` of fields in drift out, where drift must not enter."""
        for name in drifting if self.shape.keeps_drift_out else ():
            if name in self.fields:
                self.fields[name].tainted_ns = max(self.fields[name].tainted_ns, end_ns)

    def past(self, windows: Sequence[FieldWindow], now_ns: int) -> Past:
        """The reference of each field's window, and of fields that do not arrive."""
        stretches = {each.field: (each.start_ns, each.end_ns) for each in windows}
        absent = (now_ns - self.shape.window_ns, now_ns)
        sides: dict[str, Side] = {}
        waiting: dict[str, int] = {}
        for name in {**self.fields, **stretches}:
            choice = self._choose(name, *stretches.get(name, absent))
            if choice is not None and choice.side is not None:
                sides[name] = choice.side
            elif name in stretches:
                waiting[name] = 0
        made = max((self._choices[name].made_ns for name in sides), default=0)
        return Past(self._named(sides, made), made, sides, waiting, self.shape.waiting)

    def _choose(self, name: str, start_ns: int, end_ns: int) -> _Choice | None:
        found = self.fields.get(name)
        if found is None:
            return None
        # Fields take up what joined one after the other: a new reference costs its limits, and not all at one look.
        stagger = crc32(name.encode()) % self.shape.step_ns
        view = self.shape.view(start_ns, end_ns, stagger)
        usable = found.before(start_ns - stagger, start_ns - self.shape.reach_ns)
        by = view, usable.tobytes(), int(found.ends[usable].max(initial=0))
        before = self._choices.get(name)
        if before is not None and before.by == by:
            return before
        sums = self.shape.choose(found, start_ns, view, stagger)
        side = sums.side(name) if sums is not None and sums.observations else None
        if side is not None:
            known = before.side.dispersion if before and before.by[1:] == by[1:] and before.side else None
            if known is None:
                known = self._scatter(found, side, start_ns - stagger, end_ns - start_ns)
            side = replace(side, dispersion=known)
        choice = self._choices[name] = _Choice(by, side, by[2])
        return choice

    def _scatter(self, found: FieldHistory, side: Side, until_ns: int, window_ns: int) -> Mapping[str, float]:
        """How windows as long as this one scatter, by the blocks that ended by `until_ns`."""
        shape = self.shape
        chosen = found.before(until_ns, until_ns - shape.past_ns)
        return scatter(found, chosen, side, window_ns / shape.block_ns, shape.strata)

    def _named(self, sides: Mapping[str, Side], made_ns: int) -> str:
        """Hash of the content, made anew when a block has joined or a field."""
        if self._id[:2] != (made_ns, len(sides)) or not self._id[2]:
            digest = hashlib.sha256(repr((self.shape, made_ns)).encode())
            for name in sorted(sides):
                digest.update(f"{name} {sides[name].observations} {sides[name].categories}".encode())
                if (binned := sides[name].binned) is not None:
                    digest.update(binned.counts.tobytes())
            self._id = made_ns, len(sides), digest.hexdigest()
        return self._id[2]


class Histories:
    """Every past that is kept. Not thread-safe: the pipeline holds the lock."""

    def __init__(self) -> None:
        self._histories: OrderedDict[tuple[Identity, str | None], History] = OrderedDict()

    def of(self, identity: Identity, monitor: Monitor) -> History | None:
        """The past of an identity; None when its monitor asks for none. Another length or period starts it anew."""
        shape = shape_of(monitor)
        if shape is None:
            return None
        key = _key(identity, monitor)
        found = self._histories.get(key)
        if found is None or found.shape != shape:
            found = self._histories[key] = History(shape)
        self._histories.move_to_end(key)
        while len(self._histories) > MOST_HISTORIES:
            self._histories.popitem(last=False)
        return found

    def forget(self, identity: Identity, monitor: Monitor, fields: Sequence[str], now_ns: int) -> None:
        """Forget the past of fields: it starts with the panes that end after `now_ns`."""
        history = self.of(identity, monitor)
        if history is not None:
            for name in fields:
                role = history.fields[name].role if name in history.fields else ""
                history.fields[name] = FieldHistory(role, history.shape.slots, tainted_ns=now_ns)

    def snapshot(self) -> tuple[list[dict[str, Any]], dict[str, Columns]]:
        """A document for each past, and its columns by name."""
        documents: list[dict[str, Any]] = []
        columns: dict[str, Columns] = {}
        for number, ((identity, version), history) in enumerate(self._histories.items()):
            document, flat = _save(history)
            documents.append({**identity_dict(identity), "monitor_version": version, **document})
            columns[f"{COLUMNS}{number}"] = flat
        return documents, columns

    def restore(self, documents: Sequence[Mapping[str, Any]], saved: Mapping[str, Any]) -> None:
        """Take up a snapshot. Raises KeyError, TypeError, ValueError or IndexError when it is none."""
        for number, document in enumerate(documents):
            key = identity_from(document), document["monitor_version"]
            self._histories[key] = _load(document, saved[f"{COLUMNS}{number}"])


def shape_of(monitor: Monitor) -> Shape | None:
    """How a monitor wants the past kept; None when it compares with something else."""
    reference, window = monitor.spec.reference, monitor.spec.window
    panes = -(-window.length // window.every) * window.every
    if reference is not None and reference.trailing is not None:
        return Trailing(reference.trailing.length, panes, window.every)
    if reference is not None and reference.seasonal is not None:
        return Seasonal(reference.seasonal.period, reference.seasonal.time_zone, panes, window.every)
    return None


def _key(identity: Identity, monitor: Monitor) -> tuple[Identity, str | None]:
    shared = Identity(identity.model, None, identity.variant, identity.environment, identity.segment)
    return shared, monitor.spec.model.version


def _save(history: History) -> tuple[dict[str, Any], Columns]:
    fields, flat = {}, []
    for name, found in history.fields.items():
        fields[name], columns = found.save()
        flat.extend(columns)
    shape = history.shape
    kind = {"trailing": shape.length_ns} if isinstance(shape, Trailing) else {"seasonal": [shape.period_ns, shape.zone]}
    document = {
        **kind,
        "window_ns": shape.window_ns,
        "pane_ns": shape.pane_ns,
        "newest_ns": history.newest_ns,
        "taken": [{**identity_dict(identity), "to_ns": to} for identity, to in history.taken.items()],
        "fields": fields,
    }
    ends = np.cumsum([len(column) for column in flat], dtype=np.int64)
    return document, Columns(counts=np.concatenate([*flat, np.zeros(0, dtype=np.int64)]), ends=ends)


def _load(document: Mapping[str, Any], saved: Mapping[str, Counts]) -> History:
    window, pane = int(document["window_ns"]), int(document["pane_ns"])
    shape: Shape
    if "trailing" in document:
        shape = Trailing(int(document["trailing"]), window, pane)
    else:
        period, zone = document["seasonal"]
        shape = Seasonal(int(period), str(zone), window, pane)
    taken = {identity_from(entry): int(entry["to_ns"]) for entry in document["taken"]}
    columns = _split(saved["counts"], saved["ends"])
    fields = {name: FieldHistory.load(each, shape.slots, columns) for name, each in document["fields"].items()}
    return History(shape, fields, taken, int(document["newest_ns"]))


def _split(counts: Counts, ends: Counts) -> Iterator[Counts]:
    return iter(np.split(counts, ends[:-1])) if len(ends) else iter(())
