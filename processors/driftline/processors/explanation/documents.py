"""Findings as JSON values: what the control API says, and what the history of alarms keeps."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from driftline.processors.documents.moments import moment
from driftline.processors.explanation.alarms import Alarm
from driftline.processors.findings import Explanation, Finding, Identity, OutputShift, Statistic

Json = dict[str, Any]


def told(model: Finding, fields: Sequence[Finding]) -> Json:
    """A model's finding with those of its fields."""
    return {**finding_document(model), "fields": [finding_document(each) for each in fields]}


def finding_document(finding: Finding) -> Json:
    """One finding. A figure that does not exist is left out; times are RFC 3339, UTC, to the second."""
    reference = finding.reference
    shown = {
        **identity_document(finding.identity),
        "id": finding.id,
        "kind": finding.kind.value,
        "field": finding.field,
        "role": finding.role,
        "status": finding.status.value,
        "level": finite(finding.level),
        "decided_by": finding.decided_by,
        "since": moment(finding.since_ns),
        "window": {
            "start": moment(finding.window.start_ns),
            "end": moment(finding.window.end_ns),
            "observations": finding.window.observations,
        },
        "statistics": {each.name: _statistic(each) for each in finding.statistics} or None,
        "defects": {str(name): share for name, share in finding.defects.items()} or None,
        "reference": reference and {"id": reference.id, "kind": reference.kind, "age_seconds": reference.age_seconds},
        "drifting": list(finding.drifting) if finding.field is None else None,
        "why": finding.why,
        "explanation": explanation_document(finding.explanation) if finding.explanation else None,
    }
    return known(shown)


def identity_document(identity: Identity) -> Json:
    """Whose finding it is."""
    return known(
        {
            "model": identity.model,
            "version": identity.version,
            "variant": identity.variant,
            "environment": identity.environment,
            "segment": dict(identity.segment) or None,
        }
    )


def explanation_document(explanation: Explanation) -> Json:
    """Why, in the parts of the sentence."""
    shown = {
        "output": _output(explanation.output) if explanation.output else None,
        "explained": finite(explanation.explained),
        "contributions": [
            known({"field": each.field, "role": each.role, "level": finite(each.level)})
            | known({"shift": finite(each.shift), "error": finite(each.error), "share": finite(each.share)})
            for each in explanation.contributions
        ],
        "segments": [
            known({"segment": dict(each.segment), "traffic": each.traffic, "share": finite(each.share)})
            | known({"within": each.within, "mix": each.mix, "carries": each.carries})
            for each in explanation.segments
        ],
        "moved": [
            {"label": each.label, "reference": each.reference, "current": each.current} for each in explanation.moved
        ],
        "changed": [
            {"attribute": each.attribute, "before": each.before, "after": each.after, "at": moment(each.at_ns)}
            for each in explanation.changed
        ],
    }
    return known(shown)


def alarm_document(alarm: Alarm) -> Json:
    """An alarm that was or is: when, and what was found at its worst."""
    return known(
        {
            **identity_document(alarm.identity),
            **times_document(alarm),
            "level": finite(alarm.level),
            "why": alarm.told.get("why"),
        }
    )


def times_document(alarm: Alarm) -> Json:
    """When it began, was at its worst, and ended; no end while it lasts."""
    ended = {} if alarm.end_ns is None else {"end": moment(alarm.end_ns)}
    return {"begin": moment(alarm.begin_ns), "worst": moment(alarm.worst_ns), **ended}


def known(shown: Json) -> Json:
    """Without what is None."""
    return {key: value for key, value in shown.items() if value is not None}


def finite(value: float | None) -> float | None:
    """A number that JSON has, else None."""
    return value if value is not None and isfinite(value) else None


def _output(output: OutputShift) -> Json:
    return {
        "name": output.name,
        "reference": output.reference,
        "current": output.current,
        "shift": output.shift,
        "error": output.error,
    }


def _statistic(statistic: Statistic) -> Json:
    return known(
        {"score": finite(statistic.score), "limit": finite(statistic.limit), "p_value": finite(statistic.p_value)}
    )
