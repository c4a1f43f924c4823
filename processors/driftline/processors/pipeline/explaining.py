"""Says why: of every model in drift at a look, and of any other on request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from driftline.processors.explanation.alarms import Alarm, Alarms
from driftline.processors.explanation.changes import WATCHED, Changes
from driftline.processors.explanation.contributions import Shift, output_shift, ranked, share_of
from driftline.processors.explanation.documents import told
from driftline.processors.explanation.moved import moved_bins
from driftline.processors.explanation.segments import Sides, segment_shifts
from driftline.processors.explanation.sentence import lead_of, sentence
from driftline.processors.findings import (
    Change,
    Contribution,
    Explanation,
    Finding,
    Identity,
    Kind,
    Moved,
    OutputShift,
    SegmentShift,
    State,
)
from driftline.processors.monitor import Monitor
from driftline.processors.observations import Stream
from driftline.processors.pipeline.calm import Calm, whole_of
from driftline.processors.pipeline.held import Held, Look, before_and_now, fits
from driftline.processors.pipeline.references import Resolved
from driftline.processors.pipeline.subjects import Subject
from driftline.semconv import FieldRole, attributes

MOST_FIELDS = 50
"""Fields in drift that are explained one by one, those of the highest level first; the ranking knows all of them."""
MOST_RANKED = 20
"""Contributions a model's explanation names."""
MOST_FRESH = 10_000
"""Deployments heard of between two looks; a flood of more is not told of."""
_NOTHING: tuple[Change, ...] = ()


class Explainer:
    """Explains looks, and remembers what it takes to. The pipeline holds the lock of the looks around every call."""

    def __init__(self) -> None:
        self.alarms = Alarms()
        self.changes = Changes()
        self._calm = Calm()
        self._looks: dict[Identity, dict[str, Held]] = {}
        self._fresh: dict[tuple[str, str | None, tuple[str | None, ...]], None] = {}

    def look(
        self,
        monitor: Monitor,
        judged: Sequence[tuple[Resolved | None, Subject]],
        findings: Sequence[Finding],
        now_ns: int,
    ) -> list[Finding]:
        """The findings of a look at a monitor, those in drift with their explanation and the model's with its sentence.

        Args:
            monitor: what they are of.
            judged: the fields that were looked at, each with its reference.
            findings: what was found of them.
            now_ns: the time of the look.
        """
        self._hear(monitor, [subject for _, subject in judged], now_ns)
        held = self._hold(judged)
        models = [each for each in findings if each.kind is Kind.MODEL]
        self._looks.update({model.identity: held[model.identity] for model in models})
        explained = {}
        for model in models:
            if model.status is State.DRIFT:
                fields = [each for each in findings if each.kind is Kind.FIELD and each.identity == model.identity]
                explained.update(self._explained(model, fields, monitor, now_ns))
            elif monitor.spec.segments and not model.segment:
                self._calm.note(
                    model.identity, _with_segments(held, model.identity), now_ns, monitor.spec.window.length
                )
        told_of = [explained.get(each.id, each) for each in findings]
        self._remember(told_of, now_ns)
        return told_of

    def hear(self, stream: Stream) -> None:
        """A stream that is new here: which version and deployment of its model it comes from."""
        resource, own = stream.resource, stream.attributes
        name = own.get(attributes.ML_MODEL_NAME) or resource.get(attributes.ML_MODEL_NAME)
        if name and len(self._fresh) < MOST_FRESH:
            place = attributes.DEPLOYMENT_ENVIRONMENT_NAME
            values = tuple(own.get(each) or resource.get(each) for each in WATCHED)
            self._fresh[name, own.get(place) or resource.get(place) or None, values] = None

    def settle(self, now_ns: int) -> None:
        """What was heard since the last look came about now."""
        for name, environment, values in self._fresh:
            told_of = {attribute: value for attribute, value in zip(WATCHED, values, strict=True) if value}
            self.changes.heard((name, environment), told_of, now_ns)
        self._fresh.clear()

    def on_request(self, model: Finding, fields: Sequence[Finding], monitor: Monitor) -> list[Finding]:
        """A model's finding and those of its fields with their explanations, whether in drift or not."""
        explained = self._explained(model, fields, monitor, model.window.end_ns, every=True)
        return [explained.get(each.id, each) for each in (model, *fields)]

    def keep_only(self, identities: Iterable[Identity], now_ns: int) -> None:
        """Forget everyone else; what alarms they had stays told, as ended."""
        kept = set(identities)
        self._looks = {identity: look for identity, look in self._looks.items() if identity in kept}
        self._calm.keep_only(kept)
        self.alarms.close_all_but(kept, now_ns)

    def history(self, model: str, at_ns: int | None = None) -> list[Alarm]:
        """The alarms of a model, the latest first, or those that were going on at a time."""
        return self.alarms.of_model(model) if at_ns is None else self.alarms.at(model, at_ns)

    def snapshot(self) -> dict[str, Any]:
        """What a restart must not forget."""
        return {"alarms": {"kept": self.alarms.snapshot(), "changes": self.changes.snapshot()}}

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take up a snapshot. Raises KeyError, TypeError or ValueError when it is none."""
        if "alarms" in saved:
            self.alarms.restore(saved["alarms"]["kept"])
            self.changes.restore(saved["alarms"]["changes"])

    def _hear(self, monitor: Monitor, subjects: Sequence[Subject], now_ns: int) -> None:
        """Which versions have data, by environment."""
        living: dict[tuple[str, str | None], dict[str, int]] = defaultdict(dict)
        for subject in subjects:
            identity, last_ns = subject.identity, subject.window.last_ns
            if identity.version and not identity.segment and last_ns > now_ns - monitor.spec.window.length:
                versions = living[identity.model, identity.environment]
                versions[identity.version] = max(versions.get(identity.version, 0), last_ns)
        for model, versions in living.items():
            self.changes.alive(model, attributes.ML_MODEL_VERSION, versions, by=monitor.name)

    @staticmethod
    def _hold(judged: Sequence[tuple[Resolved | None, Subject]]) -> dict[Identity, dict[str, Held]]:
        held: dict[Identity, dict[str, Held]] = defaultdict(dict)
        for resolved, subject in judged:
            name, aligned = subject.window.field, subject.aligned
            side = resolved.sides.get(name) if resolved is not None else None
            if side is not None and aligned is not None and aligned.current.any() and aligned.reference.any():
                held[subject.identity][name] = Held(subject.window.role, aligned, side)
        return held

    def _remember(self, findings: Sequence[Finding], now_ns: int) -> None:
        for model in findings:
            if model.kind is not Kind.MODEL:
                continue
            own = [each for each in findings if each.identity == model.identity and each.status is State.DRIFT]
            fields = [each for each in own if each.kind is Kind.FIELD][:MOST_FIELDS]
            begin = model.since_ns if model.status is State.DRIFT else None
            self.alarms.note(model.identity, begin, model.level, partial(told, model, fields), now_ns)

    def _explained(
        self, model: Finding, fields: Sequence[Finding], monitor: Monitor, now_ns: int, *, every: bool = False
    ) -> dict[str, Finding]:
        """A model's finding and those of its fields, by id."""
        look = self._looks.get(model.identity, {})
        output = _output(look)
        ranking = _ranking(look, fields, output)
        changed = self._changed(model, monitor) if model.status is State.DRIFT else _NOTHING
        wanted = [each for each in fields if every or each.status is State.DRIFT]
        wanted.sort(key=lambda each: -(each.level or 0.0))
        found = {each.id: self._field(each, look, ranking, output, changed) for each in wanted[:MOST_FIELDS]}
        lead = lead_of(list(found.values()), ranking)
        of_lead = lead.explanation if lead is not None else None
        explanation = Explanation(
            tuple(ranking[:MOST_RANKED]),
            output,
            _explained_share(ranking, output),
            of_lead.segments if of_lead else (),
            of_lead.moved if of_lead else (),
            changed,
        )
        found[model.id] = replace(model, explanation=explanation)
        if model.status is State.DRIFT:
            everyone = [found.get(each.id, each) for each in fields]
            found[model.id] = replace(found[model.id], why=sentence(found[model.id], everyone, now_ns))
        return found

    def _field(
        self,
        finding: Finding,
        look: Mapping[str, Held],
        ranking: Sequence[Contribution],
        output: OutputShift | None,
        changed: tuple[Change, ...],
    ) -> Finding:
        name = finding.field or ""
        held = look.get(name)
        own = tuple(each for each in ranking if each.field == name)
        moved = _moved(held) if held is not None else ()
        segments = self._segments(finding, name, held) if held is not None else ()
        return replace(finding, explanation=Explanation(own, output, None, segments, moved, changed))

    def _segments(self, finding: Finding, name: str, held: Held) -> tuple[SegmentShift, ...]:
        """Who carries it, group by group of segments with the same attributes."""
        if finding.segment:
            return ()
        before = self._calm.before(finding.identity)
        parts = {
            identity: look[name]
            for identity, look in self._looks.items()
            if identity.segment and whole_of(identity) == finding.identity and name in look
        }
        return _carriers(finding.identity, name, held, parts, before) if parts else ()

    def _changed(self, model: Finding, monitor: Monitor) -> tuple[Change, ...]:
        """What came about while the window in which the drift showed was filled."""
        window = max(monitor.spec.window.length, model.window.end_ns - model.window.start_ns)
        start = model.since_ns - window - monitor.spec.window.every
        identity = model.identity
        found = self.changes.between((identity.model, identity.environment), start, model.since_ns)
        return tuple(each for each in found if _fits_identity(each, identity))


def _carriers(
    whole: Identity, name: str, held: Held, parts: Mapping[Identity, Held], before: Look
) -> tuple[SegmentShift, ...]:
    was = before.get((whole, name))
    known = was is not None and fits(was.aligned, held.aligned)
    sides = Sides(held.current, was.current if was is not None and known else held.reference)
    groups: dict[tuple[str, ...], dict[tuple[tuple[str, str], ...], Sides]] = defaultdict(dict)
    for identity, part in parts.items():
        both = before_and_now(part, before.get((identity, name)) if known else None)
        if both is not None and fits(part.aligned, held.aligned):
            groups[tuple(key for key, _ in identity.segment)][identity.segment] = both
    found = [segment_shifts(sides, group, known=known) for group in groups.values()]
    return tuple(each for group in found for each in group)


def _output(look: Mapping[str, Held]) -> OutputShift | None:
    """The output that moved most, in its standard errors."""
    shifts: dict[str, Shift] = {}
    for name, held in look.items():
        if held.role in {FieldRole.SCORE, FieldRole.PREDICTION}:
            for output in held.side.outputs or ():
                if (output == name or output.startswith(f"{name}.")) and (shift := held.shift(output)) is not None:
                    shifts[output] = shift
    if not shifts:
        return None
    name = max(shifts, key=lambda each: shifts[each].strength)
    return output_shift(name, shifts[name])


def _ranking(look: Mapping[str, Held], fields: Sequence[Finding], output: OutputShift | None) -> list[Contribution]:
    """Every feature that was compared, what moves the output most first."""
    features = [each for each in fields if each.role == FieldRole.FEATURE and each.level is not None]
    return ranked(_contribution(each, look.get(each.field or ""), output) for each in features)


def _contribution(finding: Finding, held: Held | None, output: OutputShift | None) -> Contribution:
    shift = held.shift(output.name) if held is not None and output is not None else None
    known = Contribution(finding.field or "", finding.role or "", finding.level)
    if shift is None:
        return known
    return replace(known, shift=shift.value, error=shift.error, share=share_of(shift.value, output))


def _explained_share(ranking: Sequence[Contribution], output: OutputShift | None) -> float | None:
    shifts = [each.shift for each in ranking if each.shift is not None]
    return share_of(sum(shifts), output) if shifts else None


def _moved(held: Held) -> tuple[Moved, ...]:
    aligned = held.aligned
    return moved_bins(held.current, held.reference, bounds=aligned.bounds, categories=aligned.categories)


def _with_segments(held: Mapping[Identity, Mapping[str, Held]], whole: Identity) -> Look:
    return {
        (identity, name): field
        for identity, look in held.items()
        if whole_of(identity) == whole
        for name, field in look.items()
    }


def _fits_identity(change: Change, identity: Identity) -> bool:
    """Whether a change can be behind a drift of this identity: a new version is not behind a drift of the old one."""
    own = {attributes.ML_MODEL_VERSION: identity.version, attributes.ML_MODEL_VARIANT: identity.variant}
    return change.attribute not in own or own[change.attribute] in {None, change.after}
