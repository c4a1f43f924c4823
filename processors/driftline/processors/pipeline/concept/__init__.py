"""Concept drift from outcomes: the errors of final cohorts, followed in the order of their predictions."""

from __future__ import annotations

from driftline.processors.pipeline.concept.looking import ConceptLook

__all__ = ["ConceptLook"]
