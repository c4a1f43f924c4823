"""Evidently: the DataDriftPreset as it is, by PSI, and by Kolmogorov-Smirnov and chi-square."""

from __future__ import annotations

from typing import Any

from evidently import Report
from evidently.presets import DataDriftPreset

from tests.benchmarks.peers.inside import Method, frame, main


def method(**options: Any) -> Method:
    """It has nothing to make ready: both frames are read at each look."""

    def look(reference: Any, current: Any) -> Any:
        return Report([DataDriftPreset(**options)]).run(current, reference).dict()

    return Method(frame, lambda reference: reference, look, flagged)


def flagged(report: Any) -> list[str]:
    """Distances are over their threshold, p-values under it."""
    found = []
    for metric in report["metrics"]:
        config = metric["config"]
        if not config["type"].endswith("ValueDrift"):
            continue
        by_chance = config["method"] in ("ks", "chisquare") or "p_value" in config["method"]
        value, threshold = float(metric["value"]), config["threshold"]
        if value < threshold if by_chance else value >= threshold:
            found.append(config["column"])
    return found


METHODS = {
    "DataDriftPreset": method(),
    "by PSI": method(method="psi"),
    "by KS and chi-square": method(num_method="ks", cat_method="chisquare"),
}

if __name__ == "__main__":
    main(METHODS)
