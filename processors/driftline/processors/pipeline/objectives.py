"""Objectives kept live: what each look adds to the good and the bad, and what a restart must not forget."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from driftline.processors.findings import Finding, Identity, Objective, Performance, Traffic
from driftline.processors.monitor import Monitor
from driftline.processors.monitor import Objective as Promise
from driftline.processors.pipeline.exclusions import excluded
from driftline.processors.pipeline.indicators import Look, cohorts_of, look_of, predictions_of
from driftline.processors.pipeline.promises import Ledger, shape_of
from driftline.processors.pipeline.sightings import Seen
from driftline.processors.pipeline.verdicts import identity_dict, identity_from
from driftline.processors.slo import Counts
from driftline.processors.windows import Columns

DOCUMENT = "objectives"
PANES = "objectives.panes"
_NOTHING = Counts()


class Objectives:
    """Keeps the objectives of all monitors. Not thread-safe: the pipeline holds the lock.

    Args:
        started_ns: since when predictions and looks are counted.
    """

    def __init__(self, *, started_ns: int) -> None:
        self._started_ns = started_ns
        self._ledgers: dict[tuple[Identity, str], Ledger] = {}
        self._looked_ns: dict[Identity, int] = {}
        self._shown: Mapping[Identity, Sequence[Performance]] = {}
        self._parked: dict[tuple[Identity, str], tuple[Mapping[str, Any], list[tuple[int, list[int]]]]] = {}
        self._counted_before = False

    def look(
        self,
        monitor: Monitor,
        seen: Sequence[Seen],
        found: Sequence[Finding],
        traffic: Mapping[Identity, Traffic],
        now_ns: int,
    ) -> list[Objective]:
        """Count what came since the look before, and say how every identity stands to each objective."""
        of: dict[Identity, list[Finding]] = defaultdict(list)
        for finding in found:
            of[finding.identity].append(finding)
        standing: list[Objective] = []
        for each in seen:
            identity = each.identity
            look = Look(each, of[identity], traffic.get(identity), self._shown.get(identity, ()), now_ns)
            hushed = self._hushed(monitor, each, now_ns)
            for promise in monitor.spec.slos:
                ledger = self._ledger(identity, promise, look.traffic)
                _count(promise, ledger, look, hushed=hushed)
                standing.append(ledger.stand(identity, promise, self._started_ns, now_ns))
            self._looked_ns[identity] = now_ns
        self._counted_before = False
        return standing

    def hear(self, shown: Iterable[Performance]) -> None:
        """Take what outcomes show at present, of every identity all final cohorts that are kept."""
        of: dict[Identity, list[Performance]] = defaultdict(list)
        for each in shown:
            of[each.identity].append(each)
        self._shown = of

    def _hushed(self, monitor: Monitor, seen: Seen, now_ns: int) -> bool:
        """Whether an exclusion, or a mute of the whole model, touches the time since the look before."""
        since = self._looked_ns.get(seen.identity, now_ns - 1)
        muted = any(each.field is None and since < each.until_ns and each.from_ns < now_ns for each in seen.mutes)
        return muted or excluded(monitor, since, now_ns) is not None

    def _ledger(self, identity: Identity, promise: Promise, traffic: Traffic | None) -> Ledger:
        key = identity, promise.name
        ledger = self._ledgers.get(key)
        if ledger is None or ledger.shape != shape_of(promise):
            ledger = self._ledgers[key] = self._begun(identity, promise, traffic)
        return ledger

    def _begun(self, identity: Identity, promise: Promise, traffic: Traffic | None) -> Ledger:
        """A ledger that goes on from before a restart, or a new one: of a known identity it begins now."""
        saved, panes = self._parked.pop((identity, promise.name), ({}, []))
        if saved.get("shape") == shape_of(promise):
            good, bad = saved["base"]
            ledger = Ledger(promise, (int(good), int(bad)))
            ledger.events = Counts(*(int(count) for count in saved["events"]))
            ledger.cohorts = {
                int(start): (int(at), Counts(*map(int, counts))) for start, at, *counts in saved.get("cohorts", ())
            }
            for window, pane in panes:
                ledger.put_back(window, pane)
            return ledger
        known = identity in self._looked_ns or self._counted_before
        return Ledger(promise, predictions_of(promise, traffic) if known else (0, 0))

    def keep_only(self, identities: Iterable[Identity]) -> None:
        """Forget everyone else."""
        kept = set(identities)
        self._ledgers = {key: each for key, each in self._ledgers.items() if key[0] in kept}
        self._looked_ns = {key: at for key, at in self._looked_ns.items() if key in kept}

    def snapshot(self) -> dict[str, Any]:
        """Every ledger, as JSON can hold it, and their panes as columns."""
        panes = [
            (at, window, *pane) for at, ledger in enumerate(self._ledgers.values()) for window, pane in ledger.panes()
        ]
        ledgers = [
            {**identity_dict(identity), "name": name, "shape": ledger.shape, "base": list(ledger.base)}
            | {"events": _plain(ledger.events)}
            | {"cohorts": [[start, at, *_plain(counts)] for start, (at, counts) in ledger.cohorts.items()]}
            for (identity, name), ledger in self._ledgers.items()
        ]
        looked = [{**identity_dict(identity), "looked_ns": at} for identity, at in self._looked_ns.items()]
        document = {"started_ns": self._started_ns, "ledgers": ledgers, "looked": looked}
        return {DOCUMENT: document, PANES: Columns(panes=np.array(panes, dtype=np.int64).reshape(-1, 6))}

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take up a snapshot; one from before there were objectives counts nothing from before now."""
        document = saved.get(DOCUMENT)
        if document is None:
            self._counted_before = True
            return
        self._started_ns = min(self._started_ns, int(document["started_ns"]))
        self._looked_ns = {identity_from(each): int(each["looked_ns"]) for each in document["looked"]}
        panes: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
        for at, window, *pane in saved[PANES]["panes"].tolist():
            panes[at].append((window, pane))
        for at, each in enumerate(document["ledgers"]):
            self._parked[identity_from(each), each["name"]] = each, panes[at]


def _count(promise: Promise, ledger: Ledger, look: Look, *, hushed: bool) -> None:
    """Count what came since the look before; while it is hushed, nothing."""
    if promise.sli.performance is not None:
        _settle(promise, ledger, look, hushed=hushed)
        return
    of_look = look_of(promise, look)
    counts = _since(promise, ledger, look.traffic) if of_look is None else of_look
    ledger.count(_NOTHING if hushed else counts, look.now_ns)


def _settle(promise: Promise, ledger: Ledger, look: Look, *, hushed: bool) -> None:
    """Count cohorts that became final since, and restate those that were corrected."""
    for start_ns, counts in cohorts_of(promise, look.shown):
        muted = hushed and start_ns not in ledger.cohorts
        ledger.settle(start_ns, _NOTHING if muted else counts, look.now_ns)
    if look.shown:
        ledger.forget_before(min(each.window.start_ns for each in look.shown))


def _since(promise: Promise, ledger: Ledger, traffic: Traffic | None) -> Counts:
    """The predictions since the look before: the ledger's base moves on."""
    good, bad = predictions_of(promise, traffic)
    before, ledger.base = ledger.base, (good, bad)
    fell = good < before[0] or bad < before[1]  # the identity was forgotten, and counts from zero again
    return Counts(good, bad) if fell else Counts(good - before[0], bad - before[1])


def _plain(counts: Counts) -> list[int]:
    return [counts.good, counts.bad, counts.unknown]
