"""The draft as its owner reads it: YAML that says why each line is there."""

from __future__ import annotations

from collections.abc import Iterator

from driftline.processors.documents.scalars import scalar
from driftline.processors.drafting.known import Known
from driftline.processors.monitor.kinds import API_VERSION, SCHEMA_ID

_WINDOW_SECONDS = 300
_WANTED = 500
"""Observations that make a default window worth judging; quieter models' windows reach back for them."""


def draft(known: Known, owner: str | None = None) -> str:
    """A `ModelMonitor` document.

    Args:
        known: of the model.
        owner: the team that is told; None leaves the line as a comment.

    >>> print(draft(Known("credit", "the traffic", ())).splitlines()[3])
    kind: ModelMonitor
    """
    return "\n".join(_lines(known, owner)) + "\n"


def _lines(known: Known, owner: str | None) -> Iterator[str]:
    yield f"# A monitor for {known.model}, drafted from {known.source}. Check it with `driftline validate`."
    yield f"# yaml-language-server: $schema={SCHEMA_ID}"
    yield f"apiVersion: {API_VERSION}"
    yield "kind: ModelMonitor"
    yield "metadata:"
    yield f"  name: {scalar(known.model)}"
    yield "  # labels: {team: risk}                    # onto every alert"
    yield "spec:"
    yield f"  owner: {scalar(owner)}" if owner else "  # owner: risk                              # who is told"
    yield from _reference(known)
    yield from _window(known)
    yield "  drift:"
    yield "    falseAlarms: 1 per 30d                   # how often it may alarm for nothing, all fields together"
    yield "    severity: ticket                         # or page, info"
    yield from _fields(known)
    yield from _segments(known)
    yield "  slos:"
    yield "    - {name: availability, objective: 99.9, sli: {availability: {}}}"
    yield "    - {name: fast, objective: 99, sli: {latency: {threshold: 250ms}}}"
    yield "    - {name: steady, objective: 90, sli: {drift: {}}}   # looks without drift"


def _reference(known: Known) -> Iterator[str]:
    if known.profile is not None:
        yield f"  reference: {{profile: {scalar(known.profile)}}}"
    elif known.learns:
        yield "  reference: {learn: {observations: 5000}}   # better a profile: driftline profile train.parquet"
    else:
        yield "  # reference: {profile: FILE}               # absent: the profile that the model's recorder announces"


def _window(known: Known) -> Iterator[str]:
    if known.per_second is None:
        yield "  # window: {length: 5m, every: 10s}         # absent: that; it reaches back while a model is quiet"
        return
    held = known.per_second * _WINDOW_SECONDS
    yield f"  # {known.per_second:.3g} observations a second were seen, {held:,.0f} in five minutes."
    if held >= _WANTED:
        yield "  window: {length: 5m, every: 10s}"
    else:
        yield f"  window: {{length: 5m, every: 10s, observations: {_WANTED}}}   # reaches back until it holds that many"


def _fields(known: Known) -> Iterator[str]:
    doubted = [field for field in known.fields if field.doubt]
    watched = len(known.fields) - len(doubted)
    yield f"  # {watched} of {len(known.fields)} fields are watched as they are; list a field to adjust it."
    yield "  fields:" if doubted else "  # fields: [{name: zip, drift: {enabled: false}}]   # shown, never alarms"
    for field in doubted:
        yield f"    - {{name: {scalar(field.name)}, drift: {{enabled: false}}}}   # {field.doubt}"


def _segments(known: Known) -> Iterator[str]:
    named = ", ".join(map(scalar, known.segments))
    yield (
        f"  segments: [{named}]" if named else "  # segments: [region]                       # attributes watched apart"
    )
