"""Counts against the profile's: one finding a field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from driftline.processors.comparison.beside import Beside
from driftline.processors.comparison.counting import Counting, FieldCounts
from driftline.processors.comparison.rules import Rules
from driftline.processors.detectors import Compared, Judge, Pair, Verdict, changes
from driftline.processors.findings import Finding, Identity, Kind, Reference, State, Statistic, Window
from driftline.processors.monitor import FieldRule
from driftline.processors.pipeline.figures import compare
from driftline.processors.profile import Profile, ProfileField
from driftline.processors.statistics.differences import Difference
from driftline.semconv import Defect

_NOT_OBSERVED = (Defect.MISSING, Defect.INVALID)
_UNJUDGED = Verdict("not_enough_samples")  # carries no figure; the field's own state is what shows
_WHY = {
    State.OK: "no statistic is over its limit",
    State.CONSTANT: "one value, the same as in the reference",
    State.NO_DATA: "in the reference, but no usable value arrives",
    State.NO_REFERENCE: "the reference holds no value of it",
    State.NOT_ENOUGH_SAMPLES: "too few values to judge",
    State.INCOMPATIBLE_BINS: "its values and the reference have no buckets in common",
    State.MUTED: "shown, but the monitor does not let it decide",
}
_OUT_OF_REACH = (
    "no window of {observations:,} could be over its limit against {known:,} in the reference: take a larger reference"
)


@dataclass(frozen=True, slots=True)
class _Field:
    """One field before the judge: its two sides where it has them, and what is known already."""

    reference: ProfileField
    counts: FieldCounts
    rule: FieldRule
    state: State
    pair: Pair | None
    compared: Compared | None


def findings(
    counting: Counting, profile: Profile, sides: Mapping[str, Beside], rules: Rules, judge: Judge
) -> tuple[Finding, ...]:
    """The findings of one look, in the order of the profile; fields the monitor ignores are left out."""
    ruled = [(reference, counting.fields[reference.name], rules.of(reference.name)) for reference in profile.fields]
    fields = [
        _field(reference, counts, rule, sides.get(reference.name))
        for reference, counts, rule in ruled
        if not rule.ignore
    ]
    verdicts = _verdicts(fields, rules.alpha, judge)
    changed = _changes(fields)
    return tuple(
        _finding(
            profile,
            field,
            verdicts.get(field.reference.name, _UNJUDGED),
            changed.get(field.reference.name, ()),
        )
        for field in fields
    )


def _field(reference: ProfileField, counts: FieldCounts, rule: FieldRule, beside: Beside | None) -> _Field:
    """The field before the judge."""
    state = _state_before(reference, counts, rule)
    if beside is None or not counts.observations:
        return _Field(reference, counts, rule, state, None, None)
    aligned = beside.aligned
    if isinstance(aligned, State):
        return _Field(reference, counts, rule, aligned, None, None)
    pair = Pair(
        aligned.current,
        aligned.reference,
        ordered=aligned.bounds is not None,
        bounds=aligned.bounds,
        scale=aligned.scale,
        decides=state is State.OK,
        minimum_effect=rule.minimum_effect,
        minimum_observations=1,  # what the rule asks for is in the state
        unnamed=aligned.unnamed,
    )
    return _Field(reference, counts, rule, state, pair, compare(aligned, beside.window, beside.side))


def _state_before(field: ProfileField, counts: FieldCounts, rule: FieldRule) -> State:
    """What is known before any statistic; OK where there is something to judge."""
    came = counts.observations + sum(counts.defects.get(defect, 0) for defect in _NOT_OBSERVED)
    if not field.observations:
        return State.NO_REFERENCE
    if not counts.arrived or (not counts.observations and came >= rule.minimum_observations):
        return State.NO_DATA
    if counts.observations < rule.minimum_observations:
        return State.NOT_ENOUGH_SAMPLES
    return State.OK if rule.enabled else State.MUTED


def _verdicts(fields: Sequence[_Field], alpha: float, judge: Judge) -> dict[str, Verdict]:
    pairs = {field.reference.name: field.pair for field in fields if field.pair is not None}
    return dict(zip(pairs, judge.judge(list(pairs.values()), alpha=alpha), strict=True))


def _changes(fields: Sequence[_Field]) -> dict[str, tuple[Difference, ...]]:
    compared = {field.reference.name: field.compared for field in fields if field.compared is not None}
    return dict(zip(compared, changes(list(compared.values())), strict=True))


def _finding(profile: Profile, field: _Field, verdict: Verdict, changed: tuple[Difference, ...]) -> Finding:
    reference, counts = field.reference, field.counts
    status = State(verdict.status) if field.state is State.OK else field.state
    observations = counts.observations
    offered = observations + sum(counts.defects.get(defect, 0) for defect in _NOT_OBSERVED)
    return Finding(
        id=f"{profile.id}/{reference.name}",
        kind=Kind.FIELD,
        identity=Identity(profile.model_name or "", profile.model_version),
        field=reference.name,
        role=reference.role,
        status=status,
        window=Window(0, 0, observations),
        level=verdict.level,
        decided_by=verdict.decided_by,
        statistics=tuple(Statistic(s.name, s.score, s.limit, s.p_value, s.error) for s in verdict.scores),
        defects={defect: count / offered for defect, count in counts.defects.items()},
        reference=Reference(profile.id, "declared", reference.observations, 0.0),
        why=_why(reference, verdict, status, observations),
        changes=changed,
    )


def _why(field: ProfileField, verdict: Verdict, status: State, observations: int) -> str:
    if status is State.NOT_ENOUGH_SAMPLES and verdict.status == "not_enough_samples" and verdict is not _UNJUDGED:
        return _OUT_OF_REACH.format(observations=observations, known=field.observations)
    if status is not State.DRIFT:
        return _WHY[status]
    score = next(score for score in verdict.scores if score.name == verdict.decided_by)
    return (
        f"{score.name} {score.score:.4g} is over its limit {score.limit:.4g}: {observations:,} observations against "
        f"{field.observations:,} in the reference"
    )
