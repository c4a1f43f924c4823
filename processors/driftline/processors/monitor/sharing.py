"""Metrics that two models claim: a stream that names neither would count for both."""

from __future__ import annotations

from collections.abc import Sequence

from driftline.processors.documents import Document, DocumentError
from driftline.processors.monitor.claims import Claim, claims
from driftline.processors.monitor.monitors import Monitor


def refuse_shared_metrics(monitors: Sequence[tuple[Monitor, Document]]) -> None:
    """Refuse monitors of two models that claim the same streams, unless each says which streams are its model's.

    What comes from the defaults is not looked at: its streams have to name their model.

    Raises:
        DocumentError: naming both files.
    """
    claimed: list[tuple[Monitor, Document, list[Claim]]] = []
    for monitor, document in monitors:
        ours = _own(monitor, document)
        for claim in ours:
            for first, written, theirs in claimed:
                found = next((each for each in theirs if each.overlaps(claim)), None)
                if found is not None and first.model != monitor.model:
                    place = f"monitor `{first.name}` ({written.file}:{written.line(('spec', found.key))})"
                    raise DocumentError([document.fault(("spec", claim.key), _message(claim, found, place))])
        claimed.append((monitor, document, ours))


def _own(monitor: Monitor, document: Document) -> list[Claim]:
    """What the document itself claims, whatever a stream says of its model."""
    if monitor.spec.model.where:
        return []
    spec = document.value.get("spec") or {}
    names = {(key, str(entry.get("name"))) for key in ("fields", "slos") for entry in spec.get(key) or ()}
    return [claim for claim in claims(monitor.spec) if (claim.key, claim.wanted.name) in names]


def _message(claim: Claim, found: Claim, place: str) -> str:
    return (
        f"`{claim.wanted.name}` watches the metric {claim.metric}, and so does `{found.wanted.name}` of {place}: a "
        "stream that names no model would be both; give each `model: {where: ...}`, such as `{service.name: ...}` or "
        "`{ml.model.name: ...}`"
    )
