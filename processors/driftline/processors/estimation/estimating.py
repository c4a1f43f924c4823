"""An estimate of performance as a finding: figures, verdict, assumptions, and the sentence about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from driftline.processors.estimation.score_model import Beside, ScoreModel
from driftline.processors.findings import Figure, Identity, Performance, Reference, Window
from driftline.processors.monitor.performance import Performance as Wanted
from driftline.processors.statistics.estimation import ESTIMABLE, estimate
from driftline.processors.statistics.performance import BINARY
from driftline.processors.statistics.performance import Figure as Measured
from driftline.processors.windows import FieldWindow
from driftline.semconv import PerformanceKind

NO_CONCEPT_DRIFT = "a score means what it meant in the reference: the same share of outcomes at each score"
SUPPORT = "scores lie where the reference has rows"


def estimated(
    model: ScoreModel,
    window: FieldWindow,
    wanted: Wanted,
    *,
    identity: Identity,
    reference: Reference,
    drifting: Sequence[str] = (),
    now_ns: int,
) -> Performance | None:
    """How good the model's predictions of a window will turn out to be; None where the scores cannot tell.

    Args:
        model: what the reference knows of the score.
        window: of the score field.
        wanted: which metrics, their limits, and how many predictions it takes.
        identity: whose predictions they are.
        reference: as findings show it.
        drifting: features in drift, which put the assumption in doubt.
        now_ns: the time this is computed.

    A figure is judged against the monitor's limit by its interval: too bad when all of it is.
    """
    beside = model.beside(window.binned)
    if beside is None or beside.current.sum() < wanted.minimum_observations:
        return None
    chosen = set(ESTIMABLE) & set(wanted.metrics) if wanted.metrics else set(ESTIMABLE)
    measured = estimate(beside.current, beside.calibration, beside.decided, chosen)
    figures = tuple(found for each in measured if (found := judged(each, wanted)) is not None)
    return Performance(
        identity,
        Window(window.start_ns, window.end_ns, int(beside.current.sum())),
        now_ns,
        BINARY,
        PerformanceKind.ESTIMATED,
        figures,
        reference=reference,
        assumptions=(NO_CONCEPT_DRIFT, SUPPORT),
        why="; ".join(_why(model, beside, figures, measured, drifting)),
    )


def judged(measured: Measured, wanted: Wanted) -> Figure | None:
    """A figure beside the monitor's limit; None where there is no value.

    >>> judged(Measured("recall", 0.5, 0.4, 0.6), Wanted(minimum={"recall": 0.7})).violated
    True
    """
    if measured.value is None:
        return None
    beyond = wanted.beyond(measured.metric, measured.lower, measured.upper)
    limit = wanted.limit(measured.metric)
    return Figure(measured.metric, measured.value, measured.lower, measured.upper, limit, beyond)


def _why(
    model: ScoreModel, beside: Beside, figures: Sequence[Figure], measured: Sequence[Measured], drifting: Sequence[str]
) -> Iterator[str]:
    yield f"estimated from {beside.current.sum():,} scores and {model.rows:,} outcomes of the reference, none of now"
    for figure in figures:
        if figure.violated:
            yield f"{figure.metric} {figure.value:.4g} will surely be under its limit {figure.limit:g}"
    outside = beside.calibration.unsupported(beside.current)
    if outside > 0:
        yield f"{outside:.1%} of the scores lie where the reference has hardly any rows"
    if drifting:
        yield f"in doubt while {', '.join(drifting)} drift: what a score means may have moved with them"
    yield from (f"no {each.metric}: {each.reason}" for each in measured if each.value is None)
