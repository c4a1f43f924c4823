"""Where streams stand, as columns that a store can keep, and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from driftline.processors.pipeline.entries import Entry, Parked, Standing
from driftline.processors.pipeline.registry import IDLE_NS, Registry
from driftline.processors.windows import Columns, ExponentialCounts
from driftline.processors.windows.positions import NEVER

DOCUMENT = "intake"
_BUCKETS = "positions/"
_EXPONENTIAL = "positions.exponential"
_DELTAS = "positions.deltas"
_TOMBSTONES = "positions.forgotten"
_KEY = 16


def take_snapshot(registry: Registry) -> dict[str, Any]:
    """A document of totals, and columns: one set for each shape of stream."""
    saved: dict[str, Any] = {
        DOCUMENT: {"started_ns": registry.started_ns, "totals": registry.totals.dump()},
        _EXPONENTIAL: _exponential(registry),
        _DELTAS: _deltas(registry),
        _TOMBSTONES: _tombstones(registry),
    }
    for number, block in enumerate(registry.blocks):
        entries = [entry for entry in registry.entries if entry.block is block and entry.rows]
        if entries:
            saved[f"{_BUCKETS}{number}"] = _block(entries)
    return saved


def put_back(registry: Registry, saved: Mapping[str, Any]) -> None:
    """Park what was saved until its streams come back. Raises KeyError, TypeError or ValueError on anything else."""
    document = saved.get(DOCUMENT)
    if document is None:
        return
    parked: dict[bytes, Parked] = defaultdict(Parked)
    for name, columns in saved.items():
        if name.startswith(_BUCKETS):
            _park_rows(parked, columns)
    _park_exponential(parked, saved[_EXPONENTIAL])
    _park_deltas(parked, saved[_DELTAS])
    started_ns, totals = int(document["started_ns"]), document["totals"]
    registry.totals.load(totals)
    registry.started_ns = registry.totals.started_ns = min(registry.started_ns, started_ns)
    forgotten = saved[_TOMBSTONES]
    for key, start_ns in zip(_keys(forgotten["keys"]), forgotten["starts"].tolist(), strict=True):
        registry.tombstones.bury(key, start_ns, now_ns=start_ns)
    registry.parked.update(parked)
    registry.park_for(IDLE_NS)


def _block(entries: list[Entry]) -> Columns:
    positions = entries[0].block.positions
    pairs = [(entry.key, row) for entry in entries for row in entry.rows.values() if positions.time_ns[row] != NEVER]
    rows = np.array([row for _, row in pairs], dtype=np.int64)
    return Columns(
        keys=_packed([key for key, _ in pairs]),
        starts=positions.start_ns[rows],
        times=positions.time_ns[rows],
        totals=positions.totals[rows],
        values=positions.values[rows],
    )


def _park_rows(parked: dict[bytes, Parked], columns: Columns) -> None:
    for key, start_ns, time_ns, values, total in zip(
        _keys(columns["keys"]),
        columns["starts"].tolist(),
        columns["times"].tolist(),
        columns["values"],
        columns["totals"].tolist(),
        strict=True,
    ):
        parked[key].rows.append((start_ns, time_ns, values, total))


def _exponential(registry: Registry) -> Columns:
    standing = [
        (entry.key, start_ns, each, each.counts)
        for entry in registry.entries
        for start_ns, each in entry.standings.items()
        if each.counts is not None
    ]
    counts = [held for _, _, _, held in standing]
    sides = [side for held in counts for side in (held.positive, held.negative)]
    shape = [
        (start_ns, each.time_ns, c.scale, c.zero, c.positive_offset, len(c.positive), c.negative_offset)
        for _, start_ns, each, c in standing
    ]
    return Columns(
        keys=_packed([key for key, _, _, _ in standing]),
        shape=np.array(shape, dtype=np.int64).reshape(-1, 7),
        ends=np.cumsum([len(held.positive) + len(held.negative) for held in counts], dtype=np.int64),
        counts=np.concatenate([*sides, np.zeros(0, dtype=np.int64)]),
    )


def _park_exponential(parked: dict[bytes, Parked], columns: Columns) -> None:
    begin = 0
    for key, shape, end in zip(
        _keys(columns["keys"]), columns["shape"].tolist(), columns["ends"].tolist(), strict=True
    ):
        start_ns, time_ns, scale, zero, up_offset, up, down_offset = shape
        both = columns["counts"][begin:end]
        held = ExponentialCounts(scale, zero, up_offset, both[:up].copy(), down_offset, both[up:].copy())
        parked[key].standings[start_ns] = Standing(held, base=False, time_ns=time_ns)
        begin = end


def _deltas(registry: Registry) -> Columns:
    counted = [
        (entry.key, start_ns, time_ns)
        for entry in registry.entries
        if entry.deltas is not None
        for start_ns, time_ns in entry.deltas.dump()
    ]
    return Columns(
        keys=_packed([key for key, _, _ in counted]),
        starts=np.array([start_ns for _, start_ns, _ in counted], dtype=np.int64),
        times=np.array([time_ns for _, _, time_ns in counted], dtype=np.int64),
    )


def _park_deltas(parked: dict[bytes, Parked], columns: Columns) -> None:
    for key, start_ns, time_ns in zip(
        _keys(columns["keys"]), columns["starts"].tolist(), columns["times"].tolist(), strict=True
    ):
        parked[key].deltas.append((start_ns, time_ns))


def _tombstones(registry: Registry) -> Columns:
    forgotten = dict(registry.tombstones.items())
    forgotten.update({key: parked.newest_ns for key, parked in registry.parked.items()})
    forgotten.update({entry.key: entry.forgotten_ns for entry in registry.entries if entry.forgotten_ns >= 0})
    return Columns(keys=_packed(list(forgotten)), starts=np.array(list(forgotten.values()), dtype=np.int64))


def _packed(keys: list[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, _KEY)


def _keys(packed: NDArray[np.uint8]) -> list[bytes]:
    return [row.tobytes() for row in packed]
