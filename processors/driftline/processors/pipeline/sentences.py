"""Why a finding says what it says: one plain sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from driftline.processors.detectors import Verdict
from driftline.processors.findings import Finding, State
from driftline.processors.pipeline.alignment import Aligned

_NAMED = 3


def why_field(name: str, state: State, aligned: Aligned | None, verdict: Verdict | None, context: Context) -> str:
    """The sentence of a field."""
    if state in {State.DRIFT, State.OK} and verdict is not None and verdict.level is not None:
        return f"{name}: {_score(verdict)} at n = {context.observations:,}{_moved(aligned)}."
    if state is State.NOT_ENOUGH_SAMPLES and context.observations >= context.minimum:
        return f"{name}: {_OUT_OF_REACH.format(context=context)}."
    return f"{name}: {_REASONS[state].format(context=context)}."


def why_model(state: State, fields: Sequence[Finding], context: ModelContext) -> str:
    """The sentence of a model."""
    drifting = sorted((each for each in fields if each.status is State.DRIFT), key=lambda each: -(each.level or 0))
    if state is State.DRIFT:
        named = ", ".join(f"{each.field}" for each in drifting[:_NAMED])
        more = f" and {len(drifting) - _NAMED} more" if len(drifting) > _NAMED else ""
        return f"{len(drifting)} of {_judged(fields)} judged fields in drift: {named}{more}. {drifting[0].why}"
    return _MODEL_REASONS[state].format(context=context, judged=_judged(fields)) + "."


class Context:
    """What a field's sentence may mention."""

    def __init__(
        self,
        *,
        observations: int,
        minimum: int,
        learned: int | None,
        needed: int,
        muted: str | None,
        waiting: str = "",
    ) -> None:
        self.observations = observations
        self.minimum = minimum
        self.progress = (
            f", {learned:,} of {needed:,} observations" if learned is not None else ", until its window is clear"
        )
        if waiting:
            self.progress = f": {waiting}"
        self.muted = muted or "its drift is not enabled"


class ModelContext:
    """What a model's sentence may mention."""

    def __init__(self, *, silent_seconds: float | None, seconds_apart: float, window_seconds: float) -> None:
        self.silence = "no data so far" if silent_seconds is None else f"no data for {silent_seconds:,.0f} s"
        self.interval = (
            f"; its data came {seconds_apart:,.0f} s apart, longer than the window of {window_seconds:,.0f} s"
            if seconds_apart > window_seconds
            else ""
        )


_OUT_OF_REACH = (
    "n = {context.observations:,}, but nothing that so few could do would be over its limit: take a larger reference"
)
_REASONS = {
    State.OK: "nothing to object to at n = {context.observations:,}",
    State.DRIFT: "in drift when the processor restarted; held until its window is full again",
    State.NO_DATA: "in the reference, but nothing arrives",
    State.NO_REFERENCE: "arrives, but the reference does not hold it",
    State.WARMING_UP: "its reference is being learned{context.progress}",
    State.NOT_ENOUGH_SAMPLES: "n = {context.observations:,} in the window, fewer than {context.minimum:,}",
    State.CONSTANT: "one and the same value in window and reference",
    State.INCOMPATIBLE_BINS: "window and reference have too few bucket bounds in common to be compared",
    State.MUTED: "not judged: {context.muted}",
    State.STALE: "no data",
}
_MODEL_REASONS = {
    State.STALE: "{context.silence}, after there was some{context.interval}",
    State.NO_DATA: "{context.silence} in the window{context.interval}",
    State.NO_REFERENCE: "nothing that arrives is in a reference",
    State.WARMING_UP: "its reference is being learned",
    State.MUTED: "not judged for the present",
    State.OK: "{judged} fields judged, none in drift{context.interval}",
    State.NOT_ENOUGH_SAMPLES: "no field can be judged yet{context.interval}",
}


def _judged(fields: Sequence[Finding]) -> int:
    return sum(each.level is not None for each in fields)


def _score(verdict: Verdict) -> str:
    deciding = next(score for score in verdict.scores if score.name == verdict.decided_by)
    relation = "over" if verdict.status == "drift" else "within"
    return f"{deciding.name} {deciding.score:.3g} is {relation} its limit {deciding.limit:.3g}"


def _moved(aligned: Aligned | None) -> str:
    """The bucket or category whose share moved most."""
    if aligned is None or not (current := aligned.current.sum()) or not (reference := aligned.reference.sum()):
        return ""
    now, then = aligned.current / current, aligned.reference / reference
    at = int(np.argmax(np.abs(now - then)))
    return f"; most moved is {_bucket(aligned, at)}, {now[at]:.1%} against {then[at]:.1%} in the reference"


def _bucket(aligned: Aligned, at: int) -> str:
    if aligned.bounds is None:
        return f"`{aligned.categories[at]}`"
    if not len(aligned.bounds):
        return "its only bucket"
    if at == 0:
        return f"at most {aligned.bounds[0]:.6g}"
    if at == len(aligned.bounds):
        return f"over {aligned.bounds[-1]:.6g}"
    return f"({aligned.bounds[at - 1]:.6g}, {aligned.bounds[at]:.6g}]"
