"""What a check found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from driftline.processors.findings import Comparison, Fairness, Finding, Performance, State, Statistic
from driftline.processors.statistics.differences import Difference
from driftline.semconv import FieldRole

_JUDGED = (State.OK, State.DRIFT, State.CONSTANT)


@dataclass(frozen=True, slots=True)
class Check:
    """The findings of one table, or of one chunk of it. Iterating gives the findings, one a field.

    Args:
        rows: rows looked at.
        reference_id: `id` of the profile.
        reference_rows: rows the profile was made from.
        findings: one a field of the profile.
        kinds: field to `numeric` or `categorical`.
        unknown: columns of the table that the profile does not have; shown, never judged.
        start: first row, counted from 0, when the check is of a chunk.
        quality: findings of quality, one for each check of each field that could be made, then those of the table.
        whole_rows: findings of rows, where they were asked for: of all features, then of each column of vectors.
        performance: estimated from the scores, realised from the outcomes; each where there are any.
        treatment: how groups of people are treated, where they were asked for.
    """

    rows: int
    reference_id: str
    reference_rows: int
    findings: tuple[Finding, ...]
    kinds: Mapping[str, str]
    unknown: tuple[str, ...] = ()
    start: int | None = None
    quality: tuple[Finding, ...] = ()
    whole_rows: tuple[Finding, ...] = ()
    performance: tuple[Performance, ...] = ()
    treatment: tuple[Fairness, ...] = ()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    @property
    def drifted(self) -> list[str]:
        """Names of the fields in drift, in the order of the profile."""
        return [str(finding.field) for finding in self.findings if finding.status is State.DRIFT]

    @property
    def absent(self) -> list[str]:
        """Names of the profile's fields of which nothing arrives. An outcome may come later, and is not among them."""
        return [
            str(finding.field)
            for finding in self.findings
            if finding.status is State.NO_DATA and finding.role != FieldRole.OUTCOME
        ]

    @property
    def violated(self) -> list[Finding]:
        """Findings of quality that are over their limit."""
        return [finding for finding in self.quality if finding.violated]

    @property
    def changed_rows(self) -> list[Finding]:
        """Findings of rows in drift."""
        return [finding for finding in self.whole_rows if finding.violated]

    @property
    def too_bad(self) -> list[Performance]:
        """Performance that surely is beyond a limit of the monitor."""
        return [each for each in self.performance if each.violated]

    @property
    def unequal(self) -> list[Fairness]:
        """Groups whose treatment surely is beyond a limit."""
        return [each for each in self.treatment if each.violated]

    @property
    def judged(self) -> bool:
        """Whether any field could be judged at all."""
        return any(finding.status in _JUDGED for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """JSON values as `driftline check --json` prints them; a figure that does not exist is left out.

        A chunk also has `start` and `end`: its rows are [start, end), counted from 0.
        """
        place = {} if self.start is None else {"start": self.start, "end": self.start + self.rows}
        return {
            **place,
            "rows": self.rows,
            "reference": {"id": self.reference_id, "observations": self.reference_rows},
            "drifted": self.drifted,
            "unknown": list(self.unknown),
            "fields": [_field(finding, self.kinds[str(finding.field)]) for finding in self.findings],
            "performance": [shown for each in self.performance for shown in _performance(each)],
            "quality": [_quality(finding) for finding in self.quality],
            **({"fairness": [_fairness(each) for each in self.treatment]} if self.treatment else {}),
            **({"whole_rows": [_rows(finding) for finding in self.whole_rows]} if self.whole_rows else {}),
        }


def _performance(performance: Performance) -> Iterator[dict[str, Any]]:
    for figure in performance.figures:
        shown = {
            "metric": figure.metric,
            "kind": performance.kind.value,
            "value": figure.value,
            "lower": figure.lower,
            "upper": figure.upper,
            "limit": figure.limit,
            "violated": figure.violated,
        }
        yield {key: value for key, value in shown.items() if value is not None}


def _fairness(found: Fairness) -> dict[str, Any]:
    return {
        "attributes": list(found.attributes),
        "status": found.status.value,
        "groups": [_known(name=each.name, observations=each.observations, rate=each.rate) for each in found.groups],
        "comparisons": [_comparison(each) for each in found.comparisons],
        "why": found.why,
    }


def _comparison(each: Comparison) -> dict[str, Any]:
    return _known(
        metric=each.metric,
        group=each.group,
        value=each.value,
        lower=each.lower,
        upper=each.upper,
        limit=each.limit,
        violated=each.violated,
    )


def _known(**shown: Any) -> dict[str, Any]:
    """What there is of it."""
    return {key: value for key, value in shown.items() if value is not None}


def _quality(finding: Finding) -> dict[str, Any]:
    (statistic,) = finding.statistics
    shown = {
        "check": finding.decided_by,
        "field": finding.field,
        "score": statistic.score,
        "limit": statistic.limit,
        "level": finding.level,
        "violated": finding.violated,
        "why": finding.why,
    }
    return {key: value for key, value in shown.items() if value is not None}


def _rows(finding: Finding) -> dict[str, Any]:
    shown = {
        "field": finding.field,
        "status": finding.status.value,
        "decided_by": finding.decided_by,
        "rows": finding.window.observations,
        "statistics": {statistic.name: _statistic(statistic) for statistic in finding.statistics},
        "drivers": list(finding.drifting),
        "why": finding.why,
    }
    return {key: value for key, value in shown.items() if value is not None}


def _field(finding: Finding, kind: str) -> dict[str, Any]:
    shown = {
        "name": finding.field,
        "role": finding.role,
        "kind": kind,
        "status": finding.status.value,
        "level": finding.level,
        "decided_by": finding.decided_by,
        "observations": finding.window.observations,
        "statistics": {statistic.name: _statistic(statistic) for statistic in finding.statistics},
        "changes": {change.name: _change(change) for change in finding.changes} or None,
        "defects": {str(defect): share for defect, share in finding.defects.items()},
    }
    return {key: value for key, value in shown.items() if value is not None}


def _change(change: Difference) -> dict[str, float]:
    return {
        "value": change.value,
        "lower": change.lower,
        "upper": change.upper,
        "binning_error": change.binning_error,
    }


def _statistic(statistic: Statistic) -> dict[str, float]:
    shown = {
        "score": statistic.score,
        "limit": statistic.limit,
        "p_value": statistic.p_value,
        "error": statistic.error,
    }
    return {key: value for key, value in shown.items() if value is not None}
