"""How good one model is: what outcomes showed, what they show so far, what the scores say before there are any."""

from __future__ import annotations

from typing import Final

from driftline.processors.rendering.grafana.pages.shared import (
    ENVIRONMENTS,
    LEVEL_STEPS,
    MARKS,
    ONE_METRIC,
    ONE_MODEL,
    PERFORMANCE_UID,
    VERSIONS,
    WHICH,
)
from driftline.processors.rendering.grafana.promql import ONE, whole
from driftline.processors.rendering.grafana.shapes import Band, Colour, Look, Page, Panel, Query, Row, Unit, Word
from driftline.processors.rendering.series import KIND, METRIC, VARIANT, VERSION
from driftline.semconv import PerformanceKind, attributes, metrics
from driftline.semconv.prometheus import label_name

_CHOSEN: Final = f'{ONE},{METRIC}="$metric"'
_DETECTOR: Final = label_name(attributes.ML_CONCEPT_DRIFT_DETECTOR)
_FOLLOWED: Final = f"{{{{{_DETECTOR}}}}} {WHICH}"
_WORDS: Final = {
    PerformanceKind.REALIZED: ("final", Colour.NEUTRAL),
    PerformanceKind.PROVISIONAL: ("provisional", Colour.UNKNOWN),
    PerformanceKind.ESTIMATED: ("estimated", Colour.CAREFUL),
}
_VERDICT: Final = (Word(0, "within its limit", Colour.GOOD), Word(1, "beyond its limit", Colour.BAD))


def _of(kind: PerformanceKind, where: str) -> str:
    return f'{where},{KIND}="{kind}"'


def _figure(metric: str, kind: PerformanceKind, how: str = "max") -> str:
    return f"{how}({whole(metric, _of(kind, _CHOSEN))})"


def _each(metric: str, where: str, *by: str) -> str:
    return f"max by ({', '.join(by)}) ({whole(metric, where)})"


def _lines() -> tuple[Query, ...]:
    """Of each kind the value and the ends of its interval, and the limit."""
    lines: list[Query] = []
    for kind, (word, colour) in _WORDS.items():
        lines += [
            Query(_figure(metrics.ML_PERFORMANCE_SCORE, kind), word, colour=colour),
            Query(_figure(metrics.ML_PERFORMANCE_LOWER, kind, "min"), f"{word}, lower", colour=colour),
            Query(_figure(metrics.ML_PERFORMANCE_UPPER, kind), f"{word}, upper", colour=colour),
        ]
    limit = f"max({whole(metrics.ML_PERFORMANCE_LIMIT, _CHOSEN)})"
    return (*lines, Query(limit, "limit", colour=Colour.BAD))


_NOW: Final = (
    Panel(
        Look.CHART,
        "$metric of version $version",
        "What outcomes showed, what they show so far, and what is estimated without them, each with its 95 % interval, "
        "and the monitor's limit. Each is drawn when it became known: how old its predictions are is below. Of several "
        "variants the largest, with the outer ends of the intervals.",
        _lines(),
        width=24,
        height=11,
        good=Colour.NEUTRAL,
        bands=tuple(Band(f"{word}, lower", f"{word}, upper") for word, _ in _WORDS.values()),
        each="version",
    ),
    Panel(
        Look.STAT,
        "Verdict",
        "Whether the whole interval lies beyond the limit of the chosen metric; not known without a limit.",
        (Query(_each(metrics.ML_PERFORMANCE_DETECTED, _CHOSEN, VERSION, VARIANT, KIND), f"{{{{{KIND}}}}} {WHICH}"),),
        width=8,
        height=5,
        words=_VERDICT,
    ),
    Panel(
        Look.STAT,
        "Coverage",
        "Predictions with a known outcome over those sampled for the join, in the newest window that is due.",
        (Query(_each(metrics.ML_OUTCOME_COVERAGE, ONE, VERSION, VARIANT), WHICH),),
        unit=Unit.SHARE,
        width=8,
        height=5,
        steps=((0.5, Colour.CAREFUL), (0.9, Colour.GOOD)),
        good=Colour.BAD,
    ),
    Panel(
        Look.STAT,
        "Outcomes come after",
        "How long after their predictions outcomes came, the median.",
        (Query(_each(metrics.ML_OUTCOME_AGE, ONE, VERSION, VARIANT), WHICH),),
        unit=Unit.SECONDS,
        width=8,
        height=5,
        good=Colour.NEUTRAL,
    ),
)

_EVERY: Final = (
    Panel(
        Look.TABLE,
        "Every metric now",
        "The newest figure of each metric, of each kind, with the ends of its 95 % interval and its limit. What cannot "
        "be computed is not shown.",
        (
            Query(_each(metrics.ML_PERFORMANCE_SCORE, ONE, METRIC, KIND, VERSION, VARIANT), "Value"),
            Query(_each(metrics.ML_PERFORMANCE_LOWER, ONE, METRIC, KIND, VERSION, VARIANT), "Lower"),
            Query(_each(metrics.ML_PERFORMANCE_UPPER, ONE, METRIC, KIND, VERSION, VARIANT), "Upper"),
            Query(_each(metrics.ML_PERFORMANCE_LIMIT, ONE, METRIC, KIND, VERSION, VARIANT), "Limit"),
            Query(_each(metrics.ML_PERFORMANCE_DETECTED, ONE, METRIC, KIND, VERSION, VARIANT), "Beyond its limit"),
        ),
        width=24,
        height=10,
        names=((METRIC, "Metric"), (KIND, "Kind"), (VERSION, "Version"), (VARIANT, "Variant")),
        worst_first="Beyond its limit",
    ),
)

_BEHIND: Final = (
    Panel(
        Look.CHART,
        "Error of the estimate of $metric",
        "What was estimated less what outcomes showed, of the same predictions: how far off an estimate may be today.",
        (Query(_each(metrics.ML_PERFORMANCE_ERROR, _CHOSEN, KIND, VERSION, VARIANT), f"{{{{{KIND}}}}} {WHICH}"),),
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Coverage over time",
        "Predictions with a known outcome over those sampled for the join.",
        (Query(_each(metrics.ML_OUTCOME_COVERAGE, ONE, VERSION, VARIANT), WHICH),),
        unit=Unit.SHARE,
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Predictions behind a figure",
        "How many predictions, with an outcome where outcomes are needed, stand behind each kind.",
        (Query(_each(metrics.ML_PERFORMANCE_OBSERVATIONS, ONE, KIND, VERSION, VARIANT), f"{{{{{KIND}}}}} {WHICH}"),),
        good=Colour.NEUTRAL,
    ),
    Panel(
        Look.CHART,
        "Age of the predictions",
        "How long ago the last prediction behind each kind was made: an estimate is of now, a final figure of then.",
        (Query(_each(metrics.ML_PERFORMANCE_AGE, ONE, KIND, VERSION, VARIANT), f"{{{{{KIND}}}}} {WHICH}"),),
        unit=Unit.SECONDS,
        good=Colour.NEUTRAL,
    ),
)

_CONCEPT: Final = (
    Panel(
        Look.TIMELINE,
        "Concept drift",
        "Whether the errors of a classifier have changed, by what follows them (the monitor's `conceptDrift`), as of "
        "the newest final cohort.",
        (Query(_each(metrics.ML_CONCEPT_DRIFT_DETECTED, ONE, _DETECTOR, VERSION, VARIANT), _FOLLOWED),),
        words=(Word(0, "as before", Colour.GOOD), Word(1, "changed", Colour.BAD)),
    ),
    Panel(
        Look.CHART,
        "Evidence of concept drift",
        "Score / limit of each detector that has one. Over 1 the errors have changed.",
        (
            Query(
                f"{_each(metrics.ML_CONCEPT_DRIFT_SCORE, ONE, _DETECTOR, VERSION, VARIANT)}"
                f" / ({_each(metrics.ML_CONCEPT_DRIFT_LIMIT, ONE, _DETECTOR, VERSION, VARIANT)} > 0)",
                _FOLLOWED,
            ),
        ),
        steps=LEVEL_STEPS,
        line=True,
    ),
)

PERFORMANCE_PAGE: Final = Page(
    PERFORMANCE_UID,
    "Driftline / Performance",
    "How good one model is: final, provisional and estimated, with intervals, limits and the coverage of outcomes.",
    (ONE_MODEL, VERSIONS, ENVIRONMENTS, ONE_METRIC),
    (
        Row("Now", _NOW),
        Row("Every metric", _EVERY),
        Row("Behind the figures", _BEHIND),
        Row("Errors as they came", _CONCEPT),
    ),
    MARKS,
)
