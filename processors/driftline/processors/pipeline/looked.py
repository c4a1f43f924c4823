"""What the last look at one monitor gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from driftline.processors.findings import Fairness, Finding, Objective, Output, Performance, Traffic


@dataclass(frozen=True, slots=True)
class Looked:
    """The present answers about a monitor; they stay until its next look."""

    findings: list[Finding]
    objectives: list[Objective]
    fairness: list[Fairness]
    estimates: list[Performance]


def outputs(looks: Iterable[Looked], traffic: Iterable[Traffic]) -> list[Output]:
    """Everything at once: findings, the traffic of all models, objectives, fairness, estimates."""
    held = list(looks)
    return [
        *(each for looked in held for each in looked.findings),
        *traffic,
        *(each for looked in held for each in looked.objectives),
        *(each for looked in held for each in looked.fairness),
        *(each for looked in held for each in looked.estimates),
    ]
