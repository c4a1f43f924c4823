"""Metrics of how good a model is, as outcomes show it, and how fairly it treats groups of people."""

from __future__ import annotations

from typing import Final

from driftline.semconv import attributes, metrics
from driftline.semconv.registry.definitions import Instrument, Metric

_PERFORMANCE = (attributes.ML_PERFORMANCE_METRIC, attributes.ML_PERFORMANCE_KIND)
_CONCEPT = (attributes.ML_CONCEPT_DRIFT_DETECTOR,)
_FAIRNESS = (attributes.ML_FAIRNESS_METRIC, attributes.ML_FAIRNESS_ATTRIBUTE, attributes.ML_FAIRNESS_GROUP)

PERFORMANCE_TABLE: Final = (
    Metric(
        metrics.ML_PERFORMANCE_SCORE,
        Instrument.GAUGE,
        "",
        "model performance by one metric, realised, provisional or estimated",
        _PERFORMANCE,
    ),
    Metric(
        metrics.ML_PERFORMANCE_LOWER,
        Instrument.GAUGE,
        "",
        "lower end of the 95 % interval around the performance",
        _PERFORMANCE,
    ),
    Metric(
        metrics.ML_PERFORMANCE_UPPER,
        Instrument.GAUGE,
        "",
        "upper end of the 95 % interval around the performance",
        _PERFORMANCE,
    ),
    Metric(
        metrics.ML_PERFORMANCE_LIMIT,
        Instrument.GAUGE,
        "",
        "the value beyond which a performance is too bad, where the monitor sets one",
        _PERFORMANCE,
    ),
    Metric(
        metrics.ML_PERFORMANCE_DETECTED,
        Instrument.GAUGE,
        "",
        "1 exactly when the 95 % interval of a performance lies wholly beyond its limit; absent without a verdict",
        _PERFORMANCE,
    ),
    Metric(
        metrics.ML_PERFORMANCE_ERROR,
        Instrument.GAUGE,
        "",
        "the estimate of a performance less what outcomes show, of the same predictions",
        _PERFORMANCE,
    ),
    Metric(
        metrics.ML_PERFORMANCE_OBSERVATIONS,
        Instrument.GAUGE,
        "",
        "how many predictions stand behind a performance",
        (attributes.ML_PERFORMANCE_KIND,),
    ),
    Metric(
        metrics.ML_PERFORMANCE_AGE,
        Instrument.GAUGE,
        "s",
        "how long ago the last prediction of a performance's window may have been made",
        (attributes.ML_PERFORMANCE_KIND,),
    ),
    Metric(
        metrics.ML_CONCEPT_DRIFT_SCORE,
        Instrument.GAUGE,
        "",
        "how sure a detector is that outcomes have changed, in its own unit; of those that have one",
        _CONCEPT,
    ),
    Metric(
        metrics.ML_CONCEPT_DRIFT_LIMIT,
        Instrument.GAUGE,
        "",
        "the score above which a detector says concept drift",
        _CONCEPT,
    ),
    Metric(
        metrics.ML_CONCEPT_DRIFT_DETECTED,
        Instrument.GAUGE,
        "",
        "1 when a detector alarmed in the newest final cohort; absent where it cannot tell",
        _CONCEPT,
    ),
    Metric(
        metrics.ML_FAIRNESS_SCORE,
        Instrument.GAUGE,
        "",
        "how differently groups are treated, by one metric",
        _FAIRNESS,
    ),
    Metric(
        metrics.ML_FAIRNESS_LOWER,
        Instrument.GAUGE,
        "",
        "lower end of the 95 % interval around the fairness score",
        _FAIRNESS,
    ),
    Metric(
        metrics.ML_FAIRNESS_UPPER,
        Instrument.GAUGE,
        "",
        "upper end of the 95 % interval around the fairness score",
        _FAIRNESS,
    ),
    Metric(
        metrics.ML_FAIRNESS_LIMIT,
        Instrument.GAUGE,
        "",
        "from where on a fairness score is a finding: a ratio below it, a difference above it",
        _FAIRNESS,
    ),
    Metric(
        metrics.ML_FAIRNESS_DETECTED,
        Instrument.GAUGE,
        "",
        "1 exactly when a fairness score surely is beyond its limit; absent without a limit or a score",
        _FAIRNESS,
    ),
    Metric(
        metrics.ML_FAIRNESS_OBSERVATIONS,
        Instrument.GAUGE,
        "",
        "how many predictions of a group stand behind the fairness scores",
        (attributes.ML_FAIRNESS_ATTRIBUTE, attributes.ML_FAIRNESS_GROUP),
    ),
    Metric(metrics.ML_OUTCOME_COVERAGE, Instrument.GAUGE, "", "outcomes / predictions sampled for the join"),
    Metric(metrics.ML_OUTCOME_AGE, Instrument.GAUGE, "s", "how long after their predictions outcomes came, the median"),
)
