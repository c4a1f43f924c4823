"""One look at the data of one monitor: findings of quality, fields first, then the model's own."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from driftline.processors.detectors.quality import Check
from driftline.processors.findings import Finding, Identity, Kind, State, Statistic, Window
from driftline.processors.monitor import Monitor
from driftline.processors.pipeline.exclusions import hushed
from driftline.processors.pipeline.mutes import Mute
from driftline.processors.pipeline.quality import words
from driftline.processors.pipeline.quality.allowance import STREAM_CHECKS, Allowance
from driftline.processors.pipeline.quality.fields import Facts, Said, check_fields
from driftline.processors.pipeline.quality.pulse import Heard, Pulse
from driftline.processors.pipeline.references import Resolved
from driftline.processors.pipeline.subjects import Subject
from driftline.processors.pipeline.verdicts import identity_dict, identity_from
from driftline.processors.windows import FieldWindow
from driftline.semconv import FieldRole, QualityCheck

_UNCHECKED = frozenset({State.MUTED, State.WARMING_UP, State.NO_REFERENCE})
_ANY_FIELD = 0.5  # a limit that any whole number of fields is over
_FEWEST_LOOKS = 3

Key = tuple[str | None, QualityCheck]


@dataclass(frozen=True, slots=True)
class Presence:
    """One identity at a look: what the checks of the whole model need to know of it."""

    identity: Identity
    subjects: Sequence[Subject]
    resolved: Resolved | None
    silent_seconds: float | None
    predictions: int | None = None
    mutes: Sequence[Mute] = ()
    stale: bool = False


@dataclass(frozen=True, slots=True)
class _Stood:
    id: str
    violated: bool
    since_ns: int


class Quality:
    """Checks the data of monitors. Not thread-safe: the pipeline holds the lock."""

    def __init__(self) -> None:
        self._pulses: dict[Identity, Pulse] = {}
        self._stood: dict[Identity, dict[Key, _Stood]] = defaultdict(dict)

    def look(self, monitor: Monitor, present: Sequence[Presence], now_ns: int) -> list[Finding]:
        """Findings of a monitor: of each field, of the fields together, of silence and volume.

        The budget is the monitor's, in equal parts for each check; a check of fields shares its part among them all.
        """
        allowance = Allowance.of(monitor.spec.quality, STREAM_CHECKS)
        found = list(self._fields(monitor, present, allowance, now_ns))
        if allowance.schema:
            found += self._schemas(monitor, present, now_ns)
        found += self._models(monitor, present, allowance, now_ns)
        return found

    def keep_only(self, identities: Iterable[Identity]) -> None:
        """Forget everyone else."""
        kept = set(identities)
        models = {_model_of(each) for each in kept}
        self._pulses = {key: pulse for key, pulse in self._pulses.items() if key in models}
        for gone in self._stood.keys() - kept:
            del self._stood[gone]

    def snapshot(self) -> dict[str, Any]:
        """What is usual for each model, as JSON can hold it."""
        return {"pulses": [{**identity_dict(key), "pulse": pulse.to_dict()} for key, pulse in self._pulses.items()]}

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take up a snapshot. Raises KeyError, TypeError or ValueError when it is none."""
        for entry in saved["pulses"]:
            self._pulses[identity_from(entry)] = Pulse.from_dict(entry["pulse"])

    def _fields(
        self, monitor: Monitor, present: Sequence[Presence], allowance: Allowance, now_ns: int
    ) -> Iterator[Finding]:
        listed = [(each.identity, facts) for each in present for facts in _facts(monitor, each)]
        every = monitor.spec.window.every
        alpha = monitor.spec.quality.false_alarms.per_look(every)
        every_said = check_fields([facts for _, facts in listed], allowance, alpha)
        for (identity, facts), said in zip(listed, every_said, strict=True):
            held = facts.window
            window = Window(held.start_ns, held.end_ns or now_ns, held.observations)
            for each in said:
                yield self._finding(identity, (facts.side.name, facts.side.role), each, window, now_ns)

    def _schemas(self, monitor: Monitor, present: Sequence[Presence], now_ns: int) -> Iterator[Finding]:
        for each in present:
            if each.identity.segment or each.stale or each.resolved is None or not each.resolved.sides:
                continue
            window = _window(monitor, each.subjects, now_ns)
            if window.observations < monitor.spec.drift.minimum_observations or _hushed(monitor, each.mutes, now_ns):
                continue
            missing = [subject.window.field for subject in each.subjects if _absent(subject)]
            fresh = [subject.window.field for subject in each.subjects if subject.state is State.NO_REFERENCE]
            said = Said(QualityCheck.SCHEMA, Check(float(len(missing)), _ANY_FIELD), words.schema(missing, fresh))
            yield self._finding(each.identity, None, said, window, now_ns)

    def _models(
        self, monitor: Monitor, present: Sequence[Presence], allowance: Allowance, now_ns: int
    ) -> Iterator[Finding]:
        together: dict[Identity, list[Presence]] = defaultdict(list)
        for each in present:
            if not each.identity.segment:
                together[_model_of(each.identity)].append(each)
        for model, versions in together.items():
            heard = _heard(monitor, versions, now_ns)
            if heard.last_ns is None:
                continue
            pulse = self._pulses.setdefault(model, Pulse())
            pulse.attend(heard)
            window = _window(monitor, [subject for each in versions for subject in each.subjects], now_ns)
            for said in _of_model(monitor, pulse, heard, allowance, 1 / len(together)):
                yield self._finding(model, None, said, window, now_ns)

    def _finding(
        self, identity: Identity, of: tuple[str, str] | None, said: Said, window: Window, now_ns: int
    ) -> Finding:
        """The finding of a field (its name and role), or of the model."""
        field, role = of or (None, None)
        check, violated, decided_by = said.check, said.check.violated, said.name.value
        known, key = self._stood[identity], (field, said.name)
        stood = known.get(key)
        if stood is None or stood.violated is not violated:
            stood = known[key] = _Stood(stood.id if stood else _id(identity, field, decided_by), violated, now_ns)
        return Finding(
            stood.id,
            Kind.QUALITY,
            identity,
            field,
            role,
            State.OK,
            window,
            level=check.level,
            decided_by=decided_by,
            statistics=(Statistic(decided_by, check.score, check.limit),),
            since_ns=stood.since_ns,
            why=said.why,
            violated=violated,
        )


def _facts(monitor: Monitor, present: Presence) -> Iterator[Facts]:
    """The fields that can be checked: those with a reference, unless they are muted or still learn."""
    sides = present.resolved.sides if present.resolved else {}
    for subject in present.subjects:
        side = subject.side or sides.get(subject.window.field)
        if side is None or subject.state in _UNCHECKED or not subject.rule.enabled:
            continue
        if not (subject.observations or subject.window.defects) or hushed(monitor, present.mutes, subject.window):
            continue
        yield Facts(subject.window, side, subject.aligned, subject.rule.minimum_observations)


def _absent(subject: Subject) -> bool:
    """Whether nothing at all arrives of a field; an outcome may come later."""
    silent = subject.state is State.NO_DATA and not subject.window.defects
    return silent and subject.rule.enabled and subject.window.role != FieldRole.OUTCOME


def _of_model(monitor: Monitor, pulse: Pulse, heard: Heard, allowance: Allowance, part: float) -> Iterator[Said]:
    """Silence and volume; while the present is hushed it is neither judged nor taken as usual."""
    budget = monitor.spec.quality.false_alarms
    if (freshness := QualityCheck.FRESHNESS) in allowance.parts:
        pulse.silences.hear(heard)
        check = pulse.silences.check(
            heard.now_ns,
            per_second=budget.events / (budget.period_ns / 1e9) * allowance.parts[freshness] * part,
            stale_after=monitor.spec.stale_after / 1e9,
            explicit="stale_after" in monitor.spec.model_fields_set,
            least=_FEWEST_LOOKS * heard.every_ns / 1e9,
        )
        if not heard.hushed:
            yield Said(freshness, check, words.freshness(check))
    if (volume := QualityCheck.VOLUME) in allowance.parts and heard.totals:
        level = budget.per_look(heard.stretch_ns) * allowance.parts[volume] * part
        stretches = pulse.stretches
        stretches.hear(heard, level, allowance.effects.get(volume))
        if (found := stretches.found) is not None and not heard.hushed:
            why = words.volume(found.check, stretches.count, found.expected, phase=found.phase)
            yield Said(volume, found.check, why)


def _heard(monitor: Monitor, versions: Sequence[Presence], now_ns: int) -> Heard:
    silent = [each.silent_seconds for each in versions if each.silent_seconds is not None]
    return Heard(
        now_ns,
        monitor.spec.window.every,
        monitor.spec.window.length,
        now_ns - round(min(silent) * 1e3) * 1_000_000 if silent else None,
        {each.identity: each.predictions for each in versions if each.predictions is not None},
        hushed=any(_hushed(monitor, each.mutes, now_ns) for each in versions),
    )


def _hushed(monitor: Monitor, mutes: Sequence[Mute], now_ns: int) -> bool:
    """Whether the model as a whole is hushed in the present window; a mute of one field does not hush it."""
    whole = [mute for mute in mutes if mute.field is None]
    window = FieldWindow("", "", start_ns=now_ns - monitor.spec.window.length, end_ns=now_ns)
    return hushed(monitor, whole, window) is not None


def _window(monitor: Monitor, subjects: Sequence[Subject], now_ns: int) -> Window:
    most = max((subject.observations for subject in subjects), default=0)
    return Window(now_ns - monitor.spec.window.length, now_ns, most)


def _model_of(identity: Identity) -> Identity:
    """The model, whatever its version, variant and segment: silence and volume are its own."""
    return Identity(identity.model, environment=identity.environment)


def _id(identity: Identity, field: str | None, check: str) -> str:
    return hashlib.blake2b(repr((identity, field, check)).encode(), digest_size=8).hexdigest()
