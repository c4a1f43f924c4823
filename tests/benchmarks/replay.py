"""A month of 1,000,000 rows and 20 numeric columns replayed a day at a time, beside pandas grouping the same rows.

Run with `python -m tests.benchmarks replay`. `replay` is everything from the table in memory to the last verdict:
times read, rows binned by the reference's bounds, 30 looks judged; `and outcomes` the same with a score and an outcome
of every row, known up to two days later, and 30 cohorts measured. Beside it, of the same rows by day and column:
`groupby mean`, one number each; `groupby agg`, mean, spread and count, the least that shows a change; `groupby cut`,
counts by the same bounds, what a replay has to know. The target, twice, is against `groupby agg`.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from driftline.processors.monitor import load_monitors
from driftline.processors.profile import NumericField, Profile
from driftline.processors.replay import Columns, Replay
from driftline.processors.replay.history import History, Watch

ROWS, COLUMNS, DAYS = 1_000_000, 20, 30
TARGET = 2.0
"""Times the CPU seconds of `groupby agg`."""

MONITOR = """
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: month}
spec: {reference: {profile: month.profile.json}, window: {length: 1d, every: 1d}}
"""


def table() -> pd.DataFrame:
    """Normal and skewed columns, sorted by time."""
    random = np.random.default_rng(1)
    columns = {
        f"x{at}": random.normal(size=ROWS) if at % 2 else random.lognormal(0, 1, size=ROWS) for at in range(COLUMNS)
    }
    milliseconds = np.sort(random.integers(0, DAYS * 86_400_000, ROWS))
    return pd.DataFrame({**columns, "at": np.datetime64("2026-01-01", "ms") + milliseconds})


def proved(rows: pd.DataFrame) -> pd.DataFrame:
    """The same rows with a score, what proved true of each, and when that was known."""
    random = np.random.default_rng(2)
    score = random.random(ROWS)
    later = random.integers(0, 2 * 86_400_000, ROWS).astype("timedelta64[ms]")
    return rows.assign(score=score, outcome=random.random(ROWS) < score, known=rows["at"] + later)


def main() -> int:
    rows = table()
    names = [name for name in rows.columns if name != "at"]
    with tempfile.TemporaryDirectory() as folder:
        profile = Profile.from_table(rows[names].head(100_000), model="month")
        profile.save(Path(folder) / "month.profile.json")
        (Path(folder) / "month.yaml").write_text(MONITOR)
        monitors = load_monitors([Path(folder) / "month.yaml"])
        columns = Columns("at", "UTC")
        answered = proved(rows)

        def binned() -> None:
            list(History(Watch.of(monitors), columns).panes(rows))

        def replayed() -> None:
            list(Replay(monitors, columns).looks(rows))

        def measured() -> None:
            list(Replay(monitors, Columns("at", "UTC", outcome="outcome", outcome_time="known")).looks(answered))

        days = rows.groupby(pd.Grouper(key="at", freq="1D"))[names]
        agg = _seconds(lambda: days.agg(["mean", "std", "count"]))
        figures = {
            "binning": _seconds(binned),
            "replay": _seconds(replayed),
            "and outcomes": _seconds(measured, repeat=1),
            "groupby mean": _seconds(days.mean),
            "groupby agg": agg,
            "groupby cut": _seconds(lambda: _cut(rows, profile), repeat=1),
        }
    print(f"{ROWS:,} rows, {COLUMNS} numeric columns, {DAYS} looks; CPU seconds, and times `groupby agg`")
    for name, seconds in figures.items():
        target = f" [at most {TARGET:g}]" if name == "replay" else ""
        print(f"{name:14s} {seconds:8.2f} s {seconds / agg:7.2f} x{target}")
    return int(figures["replay"] > TARGET * agg)


def _cut(rows: pd.DataFrame, profile: Profile) -> None:
    day = rows["at"].dt.floor("1D")
    for field in profile.fields:
        if isinstance(field, NumericField):
            edges = [-np.inf, *field.bounds, np.inf]
            rows.groupby([day, pd.cut(rows[field.name], edges, labels=False)]).size()


def _seconds(run: Callable[[], object], repeat: int = 3) -> float:
    """CPU seconds of the fastest run."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    main()
