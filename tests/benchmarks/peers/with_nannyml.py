"""NannyML: univariate drift in 10 chunks. It sends usage events unless NML_DISABLE_USAGE_LOGGING is set."""

from __future__ import annotations

from typing import Any

import nannyml

from tests.benchmarks.peers.inside import Method, frame, main

CHUNKS = 10


def method(continuous: str, categorical: str, least: int) -> Method:
    """A field is flagged where at least so many of its chunks alert."""

    def prepare(reference: Any) -> Any:
        calculator = nannyml.UnivariateDriftCalculator(
            column_names=list(reference.columns),
            continuous_methods=[continuous],
            categorical_methods=[categorical],
            chunk_size=len(reference) // CHUNKS,
        )
        return calculator.fit(reference)

    def look(ready: Any, current: Any) -> Any:
        return ready.calculate(current)

    def flagged(result: Any) -> list[str]:
        alerts = result.filter(period="analysis").to_df().xs("alert", axis=1, level=2)
        counts = alerts.sum().groupby(level=0).sum()
        return [str(name) for name in counts.index[counts >= least]]

    return Method(frame, prepare, look, flagged)


METHODS = {
    "KS and chi-square, any of 10 chunks": method("kolmogorov_smirnov", "chi2", 1),
    "Jensen-Shannon, any of 10 chunks": method("jensen_shannon", "jensen_shannon", 1),
    "KS and chi-square, most of 10 chunks": method("kolmogorov_smirnov", "chi2", 6),
}

if __name__ == "__main__":
    main(METHODS)
