"""The streams that are followed: what each feeds, where its incarnations stand, and when it is forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from driftline.processors.findings import Identity
from driftline.processors.health import Health
from driftline.processors.observations import IGNORED, Reason, Stream, StreamId, StreamKind
from driftline.processors.pipeline.caps import Admission, Caps, whole_of
from driftline.processors.pipeline.counters import TRAFFIC, Counters
from driftline.processors.pipeline.entries import Blocks, Entry, Parked, stream_key
from driftline.processors.pipeline.links import PaneSink
from driftline.processors.pipeline.spreads import spread_into
from driftline.processors.pipeline.tombstones import Tombstones
from driftline.processors.pipeline.totals import Totals
from driftline.processors.pipeline.validity import refuse_stream
from driftline.processors.windows import Deltas, Field, Panes, Part, Target, WindowSpec
from driftline.processors.windows.rows import grown

Route = Callable[[Stream], Sequence[Target] | Reason | None]
IDLE_NS = 3600 * 1_000_000_000
"""A stream without points for this long is forgotten."""
SWEEP_NS = 60 * 1_000_000_000
GRACE_NS = 300 * 1_000_000_000
"""How long, after monitors changed, windows wait for the streams that fed them."""
_NONE = -1


class Registry:
    """Every stream that is followed, by its number.

    `block_of`, `slot_of`, `current` (row of the newest incarnation), `seen_ns` and `shared` are arrays over stream
    numbers; their last entry is never a stream's, so that the number `IGNORED`, -1, reads -1 from them.
    """

    def __init__(self, route: Route, *, started_ns: int, caps: Caps, health: Health, idle_ns: int = IDLE_NS) -> None:
        self.epoch = 0
        self.started_ns = started_ns
        self._blocks = Blocks()
        self.blocks = self._blocks.all
        self.panes: dict[WindowSpec, Panes] = {}
        self.models: dict[Identity, dict[tuple[str, str], tuple[Panes, Field]]] = {}
        self.declared: dict[Identity, bool] = {}
        self.totals = Totals(started_ns=started_ns)
        self.admission = Admission(caps, health)
        self._counters = Counters(self.totals)
        self.block_of = np.full(1, _NONE, dtype=np.int64)
        self.slot_of = np.full(1, _NONE, dtype=np.int64)
        self.current = np.full(1, _NONE, dtype=np.int64)
        self.seen_ns = np.zeros(1, dtype=np.int64)
        self.shared = np.zeros(1, dtype=np.bool_)
        self._route = route
        self._entries: dict[bytes, Entry] = {}
        self._families: dict[bytes, list[Entry]] = {}
        self._by_id: list[Entry | None] = []
        self._free_ids: list[int] = []
        self._resting_ids: list[int] = []
        self._feeders: Counter[Identity] = Counter()
        self.tombstones = Tombstones()
        self._idle_ns, self._swept_ns = idle_ns, 0
        self._rolls_ns = 0  # when `roll` has something to do next
        self.parked: dict[bytes, Parked] = {}
        self._parked_for_ns = 0
        self._parked_until_ns: int | None = 0

    def __len__(self) -> int:
        return len(self._entries)

    def entry(self, number: int) -> Entry | None:
        """The stream that goes by a number."""
        return self._by_id[number] if 0 <= number < len(self._by_id) else None

    def register(self, stream: Stream) -> StreamId | Reason:
        """The number of a stream, `IGNORED`, or why it is refused."""
        key = stream_key(stream)
        known = self._entries.get(key)
        if known is not None:
            return known.id
        routed = self._route(stream)
        if isinstance(routed, Reason):
            return routed
        if not routed:
            return IGNORED
        reason = refuse_stream(stream, routed) or self.admission.refuse(routed)
        if reason is not None:
            return reason
        targets = [admitted for target in routed if (admitted := self.admission.admit(target)) is not None]
        declared = any(target.declared for target in targets)
        if not targets or not self.admission.take_stream(whole_of(targets[0].identity), declared=declared):
            return Reason.OVER_LIMIT
        entry = self._add(stream, key, whole_of(targets[0].identity), declared=declared)
        for target in dict.fromkeys(targets):
            self._connect(entry, stream, target)
        return entry.id

    def roll(self, now_ns: int) -> None:
        """Open the pane of `now_ns` everywhere; once a minute forget what has been idle."""
        for block in self.blocks:
            block.close_leavers()
        if now_ns < self._rolls_ns:
            return
        for panes in self.panes.values():
            panes.roll(now_ns)
        if now_ns - self._swept_ns >= SWEEP_NS:
            self._sweep(now_ns)
        ends = [(panes.pane + 1) * panes.spec.every_ns for panes in self.panes.values()]
        self._rolls_ns = min([*ends, self._swept_ns + SWEEP_NS])

    def incarnation(self, entry: Entry, start_ns: int, late_before_ns: int) -> int:
        """The row of one incarnation of a stream, made when it is new; -1 when too many are alive at once."""
        row = entry.rows.get(start_ns)
        if row is None:
            if not entry.make_room(late_before_ns):
                return _NONE
            row = entry.rows[start_ns] = entry.block.positions.open(
                start_ns=start_ns, base=self.is_base(entry, start_ns)
            )
        current = self.current[entry.id]
        if current == _NONE or entry.block.positions.start_ns[current] <= start_ns:
            self.current[entry.id] = row
        return row

    def reroute(self, route: Route) -> None:
        """Forget where streams count, not where they stand; what none of them feeds within minutes is closed."""
        self._route = route
        for key, entry in list(self._entries.items()):
            self.parked[key] = entry.park()
            self._forget(entry)
        self.admission.forget_models()
        self.park_for(GRACE_NS)
        self.epoch += 1

    def park_for(self, length_ns: int) -> None:
        """Keep what is parked, and fields that nothing feeds, for some time from the next request on."""
        self._parked_for_ns, self._parked_until_ns = length_ns, None

    @property
    def entries(self) -> Iterable[Entry]:
        """Every stream that is followed."""
        return self._entries.values()

    def see(self, number: int, now_ns: int) -> None:
        """A point of a stream arrived."""
        self.seen_ns[number] = now_ns

    def see_all(self, numbers: NDArray[np.int64], now_ns: int) -> None:
        """Points of streams arrived."""
        self.seen_ns[numbers] = now_ns

    def is_due(self, now_ns: int) -> bool:
        """Whether `roll` opens panes or forgets streams."""
        return now_ns >= self._rolls_ns

    def is_base(self, entry: Entry, start_ns: int) -> bool:
        """Whether a new incarnation's first point only says where it stands: it may have been counted before."""
        return start_ns <= max(self.started_ns, entry.forgotten_ns, self.tombstones.line_ns)

    def _add(self, stream: Stream, key: bytes, owner: Identity, *, declared: bool) -> Entry:
        number = self._free_ids.pop() if self._free_ids else len(self._by_id)
        if number == len(self._by_id):
            self._by_id.append(None)
            if number + 1 >= len(self.block_of):
                self._grow(max(64, 2 * number + 2))
        block_number = self._blocks.number(stream)
        block = self.blocks[block_number]
        family = self._families.setdefault(stream_key(stream, layout=False), [])
        entry = Entry(StreamId(number), key, owner, declared, block, block.slots.take(), family)
        entry.deltas = Deltas() if stream.delta else None
        entry.forgotten_ns = self.tombstones.claim(key)
        family.append(entry)
        if (parked := self.parked.pop(key, None)) is not None:
            entry.unpark(parked)
        self._by_id[number] = self._entries[key] = entry
        self.block_of[number], self.slot_of[number], self.current[number] = block_number, entry.slot, _NONE
        self.seen_ns[number] = 0
        for relative in family:
            self.shared[relative.id] = len(family) > 1
            relative.block.changes += len(family) > 1
        return entry

    def _connect(self, entry: Entry, stream: Stream, target: Target) -> None:
        identity = target.identity
        assert isinstance(identity, Identity)  # noqa: S101  # admission has checked it; this tells the type checker
        if identity not in entry.identities:
            entry.identities.append(identity)
            self._feeders[identity] += 1
        self.models.setdefault(identity, {})
        self.declared[identity] = self.declared.get(identity, False) or target.declared
        if target.part in TRAFFIC:
            self._counters.connect(entry, stream, identity, target)
        else:
            self._connect_field(entry, stream, identity, target)

    def _connect_field(self, entry: Entry, stream: Stream, identity: Identity, target: Target) -> None:
        panes = self.panes.get(target.window)
        if panes is None:
            panes = self.panes[target.window] = Panes(target.window)
            self._rolls_ns = 0
        field = panes.field(identity, target.field, target.role)
        if (panes, field) not in entry.fields:
            entry.fields.append((panes, field))
            field.streams += 1
        self.models[identity][target.field, target.role] = panes, field
        entry.block.every_ns = min(entry.block.every_ns, target.window.every_ns)
        if stream.kind is StreamKind.EXPONENTIAL:
            entry.exponential.append(spread_into(panes, panes.spread(field)))
            return
        if target.part is Part.DISTRIBUTION:
            place = panes.distribution(field, stream.bounds)
        elif target.part is Part.CATEGORY:
            place = panes.category(field, target.label)
        else:
            place = panes.defect(field, target.label)
        entry.block.link(target.window, PaneSink(panes, place.cells)).connect(entry.slot, place.row)

    def _sweep(self, now_ns: int) -> None:
        self._swept_ns = now_ns
        self._free_ids.extend(self._resting_ids)
        self._resting_ids = []
        count = len(self._by_id)
        fresh = self.seen_ns[:count] == 0
        self.seen_ns[:count][fresh] = now_ns
        for number in np.flatnonzero(self.seen_ns[:count] < now_ns - self._idle_ns).tolist():
            entry = self._by_id[number]
            if entry is not None:
                newest_ns = max([entry.forgotten_ns, *entry.rows, *entry.standings])
                self.tombstones.bury(entry.key, newest_ns, now_ns=now_ns)
                self._forget(entry)
        if self._parked_until_ns is None:
            self._parked_until_ns = now_ns + self._parked_for_ns
        if now_ns >= self._parked_until_ns:
            for key, parked in self.parked.items():
                self.tombstones.bury(key, parked.newest_ns, now_ns=now_ns)
            self.parked = {}
            self._close_unfed()

    def _forget(self, entry: Entry) -> None:
        """Take a stream off everything; what it fed stays until `_close_unfed`."""
        entry.release()
        del self._entries[entry.key]
        self._by_id[entry.id] = None
        self._resting_ids.append(entry.id)  # a request decoded before this may still carry the number
        self.block_of[entry.id] = self.slot_of[entry.id] = self.current[entry.id] = _NONE
        self.admission.give_back_stream(entry.owner, declared=entry.declared)
        for _, field in entry.fields:
            field.streams -= 1
        for identity in entry.identities:
            self._feeders[identity] -= 1
        self.epoch += 1

    def _close_unfed(self) -> None:
        for panes in self.panes.values():
            for field in [field for field in panes.fields if not field.streams]:
                self._close(panes, field)
        for identity in [identity for identity in self.models if not self._feeders[identity]]:
            self._retire(identity)

    def _close(self, panes: Panes, field: Field) -> None:
        panes.close(field)
        identity = field.identity
        if isinstance(identity, Identity):
            shown = self.models.get(identity, {})
            if shown.get((field.name, field.role), (None, None))[1] is field:
                del shown[field.name, field.role]
                if not identity.segment:
                    self.admission.forget_field(identity, field.name, field.role)

    def _retire(self, identity: Identity) -> None:
        del self._feeders[identity]
        self.models.pop(identity, None)
        self.declared.pop(identity, None)
        self.totals.forget(identity)
        if not identity.segment:
            self.admission.forget(identity)

    def _grow(self, rows: int) -> None:
        def longer(array: NDArray[np.int64]) -> NDArray[np.int64]:
            return grown(array[:-1], rows, _NONE)

        self.block_of, self.slot_of, self.current = longer(self.block_of), longer(self.slot_of), longer(self.current)
        self.seen_ns, self.shared = grown(self.seen_ns[:-1], rows), grown(self.shared[:-1], rows)
