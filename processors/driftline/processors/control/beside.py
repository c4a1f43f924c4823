"""What a model's page shows beside drift: performance, how groups are treated, whole rows, the stream of errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from driftline.processors.explanation.documents import identity_document
from driftline.processors.findings import ConceptDrift, Fairness, Finding, Identity, Kind, Output, Performance
from driftline.semconv import PerformanceKind

COHORTS: Final = 24
"""Drawn of each identity, the newest: what fits beside one another."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Of one identity. Empty where the monitor does not ask for it, or nothing is known yet."""

    cohorts: tuple[Performance, ...] = ()
    """By the time of their predictions, the oldest first."""
    estimate: Performance | None = None
    """Of the present window."""
    fairness: tuple[Fairness, ...] = ()
    rows: tuple[Finding, ...] = ()
    """All features together, then each embedding."""
    concept: tuple[ConceptDrift, ...] = ()


class Present:
    """Finds what belongs to an identity. May be called from every thread.

    Args:
        outputs: what the last look found, whole.
        cohorts: a model's cohorts, the oldest first, at most so many of each identity.
    """

    def __init__(
        self, outputs: Callable[[], Sequence[Output]], cohorts: Callable[[str, int], Sequence[Performance]]
    ) -> None:
        self._outputs, self._cohorts = outputs, cohorts

    def of(self, model: str) -> Callable[[Mapping[str, Any]], Beside]:
        """What there is of a model at present, to be asked for by the document of an identity."""
        found = [each for each in self._outputs() if each.identity.model == model]
        held = self._cohorts(model, COHORTS)
        return lambda document: _beside(found, held, document)


def _beside(found: Sequence[Output], held: Sequence[Performance], document: Mapping[str, Any]) -> Beside:
    ours = [each for each in found if _is_of(each.identity, document)]
    estimates = [each for each in ours if isinstance(each, Performance) and each.kind is PerformanceKind.ESTIMATED]
    return Beside(
        tuple(each for each in held if _is_of(each.identity, document)),
        estimates[-1] if estimates else None,
        tuple(each for each in ours if isinstance(each, Fairness)),
        tuple(each for each in ours if isinstance(each, Finding) and each.kind is Kind.ROWS),
        tuple(each for each in ours if isinstance(each, ConceptDrift)),
    )


def _is_of(identity: Identity, document: Mapping[str, Any]) -> bool:
    names = ("model", "version", "variant", "environment", "segment")
    return identity_document(identity) == {name: document[name] for name in names if name in document}
