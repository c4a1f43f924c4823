"""Windows that a person has made the reference after a change that is legitimate."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from driftline.processors.findings import Identity
from driftline.processors.pipeline.sides import Origin, Side
from driftline.processors.pipeline.sums import FieldSums
from driftline.processors.pipeline.verdicts import identity_dict, identity_from
from driftline.processors.windows import FieldWindow
from driftline.semconv import ReferenceKind

MOST_ACCEPTED = 2000
"""Models (in one environment, of one segment and variant) whose accepted windows are kept; the oldest goes first."""

Place = tuple[str | None, str]
"""Version and field."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One field's accepted window. `over` is the reference it stands above: the id of a profile, else a kind."""

    sums: FieldSums
    side: Side
    origin: Origin
    over: str

    @classmethod
    def of(
        cls, name: str, sums: FieldSums, origin: Origin, over: str, dispersion: Mapping[str, float] | None
    ) -> Acceptance:
        """The acceptance of what was summed up of a field."""
        return cls(sums, replace(sums.side(name), origin=origin, dispersion=dispersion), origin, over)


class Acceptances:
    """Accepted windows. Not thread-safe: the pipeline holds the lock."""

    def __init__(self) -> None:
        self._accepted: OrderedDict[Identity, dict[Place, Acceptance]] = OrderedDict()

    def accept(
        self,
        identity: Identity,
        window: FieldWindow,
        *,
        by: str,
        reason: str,
        over: str,
        now_ns: int,
        dispersion: Mapping[str, float] | None = None,
    ) -> None:
        """Make a window the reference of its field; one window cannot say its `dispersion`, what it replaces can."""
        sums = FieldSums(window.role, until_ns=window.end_ns)
        sums.add(window)
        content = json.dumps(sums.to_dict(), sort_keys=True).encode()
        origin = Origin(hashlib.sha256(content).hexdigest(), ReferenceKind.ACCEPTED, now_ns, by, reason)
        self._put(identity, window.field, Acceptance.of(window.field, sums, origin, over, dispersion))

    def reset(self, model: str, field: str | None) -> int:
        """Go back to what would be in force without; how many windows that were."""
        reset = 0
        for shared in [each for each in self._accepted if each.model == model]:
            before = self._accepted[shared]
            kept = {place: each for place, each in before.items() if field not in {None, place[1]}}
            reset += len(before) - len(kept)
            if kept:
                self._accepted[shared] = kept
            else:
                del self._accepted[shared]
        return reset

    def sides(self, identity: Identity, over: str) -> dict[str, Side]:
        """The accepted sides of an identity, those of its model's other versions where it has none of its own.

        Only what stands above the reference `over`: a newer profile is newer knowledge than an accepted window.
        """
        places = self._accepted.get(_shared(identity))
        if not places:
            return {}
        standing = [(place, each) for place, each in places.items() if each.over == over]  # oldest first
        standing.sort(key=lambda entry: entry[0][0] == identity.version)
        return {name: each.side for (_, name), each in standing}

    def snapshot(self) -> list[dict[str, Any]]:
        """Everything accepted, as JSON can hold it."""
        return [
            {**identity_dict(replace(shared, version=version)), "field": name, "over": each.over}
            | {"sums": each.sums.to_dict()}
            | {"dispersion": dict(each.side.dispersion or {})}
            | {"origin": [each.origin.id, each.origin.made_ns, each.origin.by, each.origin.reason]}
            for shared, places in self._accepted.items()
            for (version, name), each in places.items()
        ]

    def restore(self, saved: Iterable[Mapping[str, Any]]) -> None:
        """Take up a snapshot. Raises KeyError, TypeError or ValueError when it is none."""
        for entry in saved:
            id_, made_ns, by, reason = entry["origin"]
            origin = Origin(str(id_), ReferenceKind.ACCEPTED, int(made_ns), str(by), str(reason))
            sums = FieldSums.from_dict(entry["sums"])
            known = {str(each): float(value) for each, value in entry.get("dispersion", {}).items()}
            name = str(entry["field"])
            self._put(identity_from(entry), name, Acceptance.of(name, sums, origin, str(entry["over"]), known))

    def _put(self, identity: Identity, name: str, accepted: Acceptance) -> None:
        places = self._accepted.setdefault(_shared(identity), {})
        self._accepted.move_to_end(_shared(identity))
        places.pop((identity.version, name), None)
        places[identity.version, name] = accepted
        while len(self._accepted) > MOST_ACCEPTED:
            self._accepted.popitem(last=False)


def _shared(identity: Identity) -> Identity:
    return replace(identity, version=None)
