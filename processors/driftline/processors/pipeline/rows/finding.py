"""Verdicts on rows as findings."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from driftline.processors.detectors.rows import RowVerdict
from driftline.processors.findings import Finding, Identity, Kind, Reference, State, Statistic, Window
from driftline.processors.pipeline.rows import words
from driftline.processors.pipeline.rows.subject import KnownRows, RowSubject
from driftline.semconv import FieldRole, ReferenceKind


def found(
    subject: RowSubject,
    name: str | None,
    verdict: RowVerdict,
    *,
    known: KnownRows,
    alpha: float,
    span_ns: tuple[int, int],
) -> Finding:
    """The finding of an identity's rows, or of one field of vectors; `since_ns` stays while the status does."""
    start_ns, now_ns = span_ns
    status = State(verdict.status)
    before = subject.findings.get(name)
    return Finding(
        _id(subject.identity, name),
        Kind.ROWS,
        subject.identity,
        name,
        None if name is None else FieldRole.EMBEDDING,
        status,
        Window(start_ns, now_ns, verdict.rows),
        decided_by=verdict.decided_by,
        statistics=tuple(Statistic(score.name, score.score, score.limit, score.p_value) for score in verdict.scores),
        reference=Reference(known.id, known.kind, len(known.sample), max(now_ns - known.made_ns, 0) / 1e9),
        drifting=verdict.drivers,
        since_ns=before.since_ns if before is not None and before.status is status else now_ns,
        why=words.why(verdict, len(known.sample), alpha),
        violated=status is State.DRIFT,
    )


def learning(subject: RowSubject, rows: int, needed: int, now_ns: int) -> Finding:
    """The finding of an identity that has nothing to be compared with yet."""
    before = subject.findings.get(None)
    return Finding(
        _id(subject.identity, None),
        Kind.ROWS,
        subject.identity,
        None,
        None,
        State.WARMING_UP,
        Window(0, now_ns, rows),
        reference=Reference("", ReferenceKind.LEARNED, rows, 0.0),
        since_ns=before.since_ns if before is not None else now_ns,
        why=words.learning(rows, needed),
    )


def muted(finding: Finding, reason: str, now_ns: int) -> Finding:
    """A finding while its model is hushed: what was found before says nothing of the present."""
    if finding.status is State.MUTED:
        return finding
    return replace(finding, status=State.MUTED, violated=False, drifting=(), since_ns=now_ns, why=reason)


def _id(identity: Identity, name: str | None) -> str:
    return hashlib.blake2b(repr((identity, name, Kind.ROWS.value)).encode(), digest_size=8).hexdigest()
