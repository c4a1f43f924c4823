"""One look at two models, as exporters see it."""

from __future__ import annotations

from dataclasses import replace

from driftline.processors.findings import (
    Comparison,
    Durations,
    Fairness,
    Figure,
    Finding,
    Group,
    Identity,
    Kind,
    Performance,
    Reference,
    State,
    Statistic,
    Traffic,
    Window,
)
from driftline.semconv import PerformanceKind

SECOND = 1_000_000_000
NOW = 1_790_000_000 * SECOND
CREDIT = Identity("credit", "7", None, "production", (("region", 'e"u\n'),))
WINDOW = Window(NOW - 300 * SECOND, NOW, 4200)
REFERENCE = Reference("abc123", "declared", 20_000, 86_400.0)

AGE = Finding(
    id="1",
    kind=Kind.FIELD,
    identity=CREDIT,
    field="age",
    role="feature",
    status=State.DRIFT,
    window=WINDOW,
    level=2.5,
    decided_by="psi",
    statistics=(Statistic("psi", 0.05, 0.02, 1e-9), Statistic("js", 0.1)),
    defects={"missing": 0.25},
    reference=REFERENCE,
)
ZIP = Finding(
    "2", Kind.FIELD, CREDIT, "zip", "feature", State.NO_DATA, Window(WINDOW.start_ns, NOW, 0), reference=REFERENCE
)
MODEL = Finding("3", Kind.MODEL, CREDIT, None, None, State.DRIFT, WINDOW, level=2.5, drifting=("age",))
TRAFFIC = Traffic(
    CREDIT,
    NOW - 3600 * SECOND,
    NOW,
    predictions={None: 4200, "ValueError": 3},
    durations={None: Durations((0.01, 0.1), (4000, 150, 50), 42.5)},
)
FINAL = Performance(
    CREDIT,
    Window(NOW - 7200 * SECOND, NOW - 3600 * SECOND, 1000),
    NOW,
    "binary",
    PerformanceKind.REALIZED,
    (Figure("roc_auc", 0.7, 0.68, 0.72, limit=0.8, violated=True), Figure("accuracy", 0.9)),
    outcomes=960,
    coverage=0.96,
    outcome_age_seconds=90.0,
)
PROVISIONAL = replace(
    FINAL,
    window=Window(NOW - 3600 * SECOND, NOW, 1000),
    kind=PerformanceKind.PROVISIONAL,
    figures=(Figure("roc_auc", 0.75, 0.6, 0.9, limit=0.8),),
    outcomes=40,
    coverage=0.04,
    outcome_age_seconds=20.0,
)
TREATMENT = Fairness(
    Identity("credit", "7", None, "production"),
    ("sex",),
    WINDOW,
    NOW,
    State.OK,
    (Group("female", 2000, 0.5), Group("male", 2190, 0.8), Group("diverse", 10)),
    (
        Comparison("demographic_parity_difference", 0.3, 0.27, 0.33),
        Comparison("disparate_impact_ratio", 0.625, 0.59, 0.66, "female", 0.8, violated=True),
    ),
)
LOOK = (AGE, ZIP, MODEL, TRAFFIC, FINAL, PROVISIONAL, TREATMENT)
