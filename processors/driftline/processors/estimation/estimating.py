"""An estimate of performance as a finding: figures, verdict, assumptions, and the sentence about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from driftline.processors.estimation.judging import judged
from driftline.processors.estimation.score_model import ScoreModel
from driftline.processors.estimation.words import in_doubt, surely_beyond, without_value
from driftline.processors.findings import Figure, Identity, Performance, Reference, Window
from driftline.processors.monitor.performance import Performance as Wanted
from driftline.processors.statistics.estimation import Cells, ClassScores, expected_cells
from driftline.processors.statistics.performance import BINARY, MULTICLASS
from driftline.processors.statistics.performance import Figure as Measured
from driftline.processors.windows import FieldWindow
from driftline.semconv import PerformanceKind

NO_CONCEPT_DRIFT = "a score means what it meant in the reference: the same share of outcomes at each score"
DECISIONS = "at each score of a class the model decides for it as often as in the reference"
SUPPORT = "scores lie where the reference has rows"


def estimated(
    model: ScoreModel,
    windows: Sequence[FieldWindow],
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
        windows: of its fields; others do not matter.
        wanted: which metrics, their limits, and how many predictions it takes.
        identity: whose predictions they are.
        reference: as findings show it.
        drifting: features in drift, which put the assumption in doubt.
        now_ns: the time this is computed.

    A figure is judged against the monitor's limit by its interval: too bad when all of it is.
    """
    beside = model.beside({window.field: window.binned for window in windows})
    if beside is None or (rows := int(min(each.current.sum() for each in beside))) < wanted.minimum_observations:
        return None
    measured = model.estimate(beside, set(model.metrics) & set(wanted.metrics or model.metrics))
    figures = tuple(found for each in measured if (found := judged(each, wanted)) is not None)
    return Performance(
        identity,
        _window(model, windows, rows),
        now_ns,
        model.task,
        PerformanceKind.ESTIMATED,
        figures,
        reference=reference,
        assumptions=(NO_CONCEPT_DRIFT, SUPPORT, *((DECISIONS,) if model.task == MULTICLASS else ())),
        why="; ".join(_why(model, beside, rows, figures=figures, measured=measured, drifting=drifting)),
    )


def _window(model: ScoreModel, windows: Sequence[FieldWindow], rows: int) -> Window:
    fields = {each.field for each in model.scores}
    spans = [(window.start_ns, window.end_ns) for window in windows if window.field in fields]
    return Window(min(start for start, _ in spans), max(end for _, end in spans), rows)


def _why(
    model: ScoreModel,
    beside: Sequence[ClassScores],
    rows: int,
    *,
    figures: Sequence[Figure],
    measured: Sequence[Measured],
    drifting: Sequence[str],
) -> Iterator[str]:
    yield f"estimated from {rows:,} scores and {model.rows:,} outcomes of the reference, none of now"
    if model.task == BINARY:
        cells = zip(Cells._fields, expected_cells(*beside[0]), strict=True)
        yield "to expect: " + ", ".join(f"{count:,.0f} {name.replace('_', ' ')}" for name, count in cells)
    yield from surely_beyond(figures)
    outside = max(each.calibration.unsupported(each.current) for each in beside)
    if outside > 0:
        yield f"{outside:.1%} of the scores lie where the reference has hardly any rows"
    yield from in_doubt(drifting, "what a score means")
    yield from without_value(measured)
