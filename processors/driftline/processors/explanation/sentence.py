"""An alarm in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from driftline.processors.explanation.contributions import SURE
from driftline.processors.explanation.moved import most_moved
from driftline.processors.findings import Change, Contribution, Explanation, Finding, Identity, Moved, State
from driftline.semconv import attributes

_NAMED = 2
_MINUTE_NS = 60 * 10**9

_CALLED = {
    attributes.ML_MODEL_VERSION: "version",
    attributes.ML_MODEL_VARIANT: "variant",
    attributes.SERVICE_VERSION: "service version",
    attributes.SERVICE_INSTANCE_ID: "instance",
}


def sentence(model: Finding, fields: Sequence[Finding], now_ns: int) -> str:
    """What happened to a model in drift; what is not known is left out.

    Args:
        model: the model's finding, with its explanation.
        fields: its fields' findings.
        now_ns: the time of the look, which tells how much of a date is needed.
    """
    explanation = model.explanation or Explanation()
    lead = lead_of(fields, explanation.contributions)
    told = [] if lead is None else [_lead(lead, explanation), *_output(lead, explanation), *_others(lead, fields)]
    told += [*_segments(explanation), *_changes(explanation.changed, now_ns)]
    began = f"{called(model.identity)} drifts since {clock(model.since_ns, now_ns)}"
    return f"{began}: {'; '.join(told)}." if told else f"{began}."


def lead_of(fields: Sequence[Finding], ranked: Sequence[Contribution]) -> Finding | None:
    """The field in drift to name first: the one that surely moves the output most, else the one of highest level."""
    drifting = {each.field: each for each in fields if each.status is State.DRIFT}
    for each in ranked:
        if each.field in drifting and each.shift is not None and abs(each.shift) > SURE * (each.error or 0.0):
            return drifting[each.field]
    return max(drifting.values(), key=lambda each: each.level or 0.0, default=None)


def called(identity: Identity) -> str:
    """A model as a person calls it.

    >>> called(Identity("credit", "7", "canary", "prod", (("region", "eu"),)))
    'credit 7 (canary, prod, region=eu)'
    """
    name = f"{identity.model} {identity.version}" if identity.version else identity.model
    more = [each for each in (identity.variant, identity.environment) if each]
    more += [_pair(pair) for pair in identity.segment]
    return f"{name} ({', '.join(more)})" if more else name


def clock(at_ns: int, now_ns: int) -> str:
    """A time of day, with its date when that is not today; UTC, to the nearest minute, as looks fall before it.

    >>> clock(1_800_000_000 * 10**9, 1_800_000_060 * 10**9), clock(0, 1_800_000_000 * 10**9)
    ('08:00 UTC', '1970-01-01 00:00 UTC')
    """
    at, now = (datetime.fromtimestamp(round(each / _MINUTE_NS) * 60, UTC) for each in (at_ns, now_ns))
    return at.strftime("%H:%M UTC" if at.date() == now.date() else "%Y-%m-%d %H:%M UTC")


def percent(share: float) -> str:
    """A share in per cent, three digits.

    >>> percent(0.069), percent(0.0), percent(0.00042)
    ('6.9 %', '0', '0.042 %')
    """
    return f"{share * 100:.3g} %" if share else "0"


def _lead(lead: Finding, explanation: Explanation) -> str:
    deciding = next((each for each in lead.statistics if each.name == lead.decided_by), None)
    name = f"`{lead.field}`"
    if deciding is not None and deciding.limit is not None:
        name += f" ({deciding.name} {deciding.score:.3g}, limit {deciding.limit:.3g})"
    bins = lead.explanation.moved if lead.explanation is not None else explanation.moved
    moves = ", ".join(_move(each) for each in most_moved(bins, _NAMED))
    return f"{name}: {moves}" if moves else name


def _move(bin_: Moved) -> str:
    verb = "rose" if bin_.current > bin_.reference else "fell"
    return f"{bin_.label} {verb} from {percent(bin_.reference)} to {percent(bin_.current)}"


def _output(lead: Finding, explanation: Explanation) -> list[str]:
    own = next((each for each in explanation.contributions if each.field == lead.field), None)
    if explanation.output is None or own is None or own.shift is None or not abs(own.shift) > SURE * (own.error or 0):
        return []
    share = f", {own.share * 100:.0f} % of its change" if own.share is not None else ""
    return [f"it moves the {_output_name(explanation.output.name)} by {own.shift:+.2g}{share}"]


def _output_name(name: str) -> str:
    field, _, of_class = name.partition(".")
    return f"share of {field} {of_class}" if field == "prediction" and of_class else name


def _others(lead: Finding, fields: Sequence[Finding]) -> list[str]:
    drifting = sorted((each for each in fields if each.status is State.DRIFT), key=lambda each: -(each.level or 0))
    others = [f"`{each.field}`" for each in drifting if each is not lead]
    if not others:
        return []
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    judged = sum(each.level is not None for each in fields)
    return [f"with it {', '.join(others[:_NAMED])}{more}, {len(drifting)} of {judged} judged fields"]


def _segments(explanation: Explanation) -> list[str]:
    return [
        f"{', '.join(_pair(pair) for pair in each.segment)} carries {each.share * 100:.0f} % of it"
        for each in [each for each in explanation.segments if each.carries][:_NAMED]
    ]


def _changes(changed: Sequence[Change], now_ns: int) -> list[str]:
    return [
        f"{_CALLED[each.attribute]} {each.after} replaced {each.before} at {clock(each.at_ns, now_ns)}"
        for each in changed[:1]
    ]


def _pair(pair: tuple[str, str]) -> str:
    return f"{pair[0]}={pair[1]}"
