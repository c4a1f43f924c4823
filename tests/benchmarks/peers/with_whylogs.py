"""whylogs: a profile of the current frame, and drift scores of the two profiles with their own categories."""

from __future__ import annotations

from typing import Any

import whylogs
from whylogs.viz.drift.column_drift_algorithms import calculate_drift_scores

from tests.benchmarks.peers.inside import Method, frame, main


def profile(table: Any) -> Any:
    return whylogs.log(table).view()


def look(reference: Any, current: Any) -> dict[str, Any]:
    return dict(calculate_drift_scores(profile(current), reference, with_thresholds=True))


def flagged(scores: dict[str, Any]) -> list[str]:
    return [name for name, score in scores.items() if score and score["drift_category"] == "DRIFT"]


METHODS = {"log and drift scores": Method(frame, profile, look, flagged)}

if __name__ == "__main__":
    main(METHODS)
