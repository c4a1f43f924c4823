"""NannyML's estimates of the same chunks: CBPE of classes, DLE of numbers. Run by its own python, prints JSON.

It sends usage events unless NML_DISABLE_USAGE_LOGGING is set.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import nannyml
import pandas as pd


def main() -> None:
    job = json.load(sys.stdin)
    reference, analysis = (pd.read_parquet(job[name]) for name in ("reference", "analysis"))
    columns: dict[str, Any] = {"y_true": "outcome", "y_pred": "prediction", "chunk_size": job["chunk"]}
    begin = time.process_time()
    if job["task"] == "regression":
        features = [name for name in reference.columns if name not in ("outcome", "prediction")]
        made = nannyml.DLE(feature_column_names=features, metrics=job["metrics"], **columns)
    else:
        classes = {name.removeprefix("score."): name for name in reference.columns if name.startswith("score.")}
        made = nannyml.CBPE(
            problem_type=f"classification_{job['task']}",
            y_pred_proba=classes or "score",
            metrics=job["metrics"],
            **columns,
        )
    made.fit(reference)
    fitted = time.process_time()
    table = made.estimate(analysis.drop(columns="outcome")).filter(period="analysis").to_df()
    seconds = [fitted - begin, time.process_time() - fitted]
    values = {metric: table[metric]["value"].tolist() for metric in job["metrics"]}
    json.dump({"estimated": values, "seconds": seconds}, sys.stdout)


if __name__ == "__main__":
    main()
