"""One look at two models, as exporters see it."""

from __future__ import annotations

from driftline.processors.findings import (
    Durations,
    Finding,
    Identity,
    Kind,
    Reference,
    State,
    Statistic,
    Traffic,
    Window,
)

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
LOOK = (AGE, ZIP, MODEL, TRAFFIC)
