"""History through the pipeline of `run`, with the table's time as its clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from driftline.processors.detectors import Judge
from driftline.processors.documents import write_duration
from driftline.processors.findings import Finding, Kind
from driftline.processors.monitor import MonitorSet
from driftline.processors.pipeline import Pipeline
from driftline.processors.pipeline.schedule import margin
from driftline.processors.replay.alarms import Alarms, expected
from driftline.processors.replay.grid import Pane
from driftline.processors.replay.history import Columns, History, Told, Watch, unheard
from driftline.processors.replay.layout import Layout
from driftline.processors.replay.lines import Changes, line
from driftline.processors.replay.looks import Looks
from driftline.processors.replay.sender import Sender, Sending
from driftline.processors.tables import Progress, silent

FOREVER = 1 << 62
"""The senders of a history are there all the time: their streams are never forgotten for silence."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found; `time_ns` is the end of its windows."""

    time_ns: int
    findings: Sequence[Finding]


class Replay:
    """A table with a time column through the pipeline of `driftline run`.

    Args:
        monitors: what watches; of one model, or `model` says which.
        columns: which columns are not fields.
        model: the model of the table.
        told: called with every notice.

    Raises:
        ReplayError: no monitor for the table.
        ProfileError: a declared profile cannot be read.
    """

    def __init__(
        self,
        monitors: MonitorSet,
        columns: Columns | None = None,
        *,
        model: str | None = None,
        told: Told = unheard,
    ) -> None:
        self.watch = Watch.of(monitors, model)
        self.alarms = Alarms()
        self._columns = columns or Columns()
        self._told = told
        self._looks = 0
        self._span: tuple[int, int] = (0, 0)
        self._judged = False

    def looks(self, table: Any, progress: Progress = silent) -> Iterator[Look]:
        """Every look, in order of time.

        Raises:
            TableError: the table cannot be read, or its times cannot be told.
            ReplayError: its rows are too far out of order.
        """
        history = History(self.watch, self._columns)
        yield from self.play(history.panes(table, progress), history.step_ns)
        for notice in history.notices():
            self._told(notice)

    def play(self, panes: Iterable[tuple[int, Pane]], step_ns: int, judge: Judge | None = None) -> Iterator[Look]:
        """Every look at panes that are counted already, oldest first."""
        pipeline: Pipeline | None = None
        for pane, cells in panes:
            end = (pane + 1) * step_ns
            if pipeline is None:
                pipeline, sending, looks = self._start(pane * step_ns, step_ns, judge)
                self._span = pane * step_ns, end
            for time_ns in looks.until(end):
                yield self._look(pipeline, time_ns, step_ns)
            sending.send(cells, end - margin(step_ns))
            self._span = self._span[0], end
            if looks.data(end):
                yield self._look(pipeline, end, step_ns)

    def lines(self, table: Any, *, everything: bool = False, progress: Progress = silent) -> Iterator[dict[str, Any]]:
        """The lines of `driftline replay --json`: each verdict that changed, or `everything`; the summary is last."""
        changes = Changes()
        for look in self.looks(table, progress):
            fresh = changes.fresh(look.findings)
            changed = list(changes.of(fresh))
            yield from (line(finding, look.time_ns) for finding in (fresh if everything else changed))
        yield {"summary": self.summary()}

    @property
    def judged(self) -> bool:
        """Whether any field was judged at any look."""
        return self._judged

    def summary(self) -> dict[str, Any]:
        """How many alarms, how many seconds in drift, and how many alarms the budget allows in the span.

        Also how often a check of quality began to be violated, how many looks there were, and the span in seconds.
        """
        start, end = self._span
        rate = self.watch.ours[0].spec.drift.false_alarms
        return {
            "alarms": len(self.alarms.all),
            "in_drift": self.alarms.in_drift_ns(end) / 1e9,
            "budget": {
                "false_alarms": f"{rate.events:g} per {write_duration(rate.period_ns)}",
                "expected": expected(self.watch.ours, end - start),
            },
            "quality": self.alarms.violations,
            "looks": self._looks,
            "span": (end - start) / 1e9,
        }

    @property
    def span_ns(self) -> tuple[int, int]:
        """From the first pane with rows to the end of the last."""
        return self._span

    def _start(self, start_ns: int, step_ns: int, judge: Judge | None) -> tuple[Pipeline, Sending, Looks]:
        pipeline = Pipeline(self.watch.monitors, started_ns=start_ns - 1, idle_ns=FOREVER, judge=judge)
        sender = Sender(self.watch.resource, start_ns)
        return pipeline, Sending(pipeline, sender, self._layout), Looks(self.watch.ours, step_ns)

    def _layout(self, version: str | None) -> Layout:
        return self.watch.layout_of(version) or Layout()

    def _look(self, pipeline: Pipeline, time_ns: int, step_ns: int) -> Look:
        found = pipeline.evaluate(time_ns - margin(step_ns))
        ours = self.watch.ours[0].model
        findings = [each for each in found if isinstance(each, Finding) and each.model == ours]
        self._looks += 1
        self._judged = self._judged or any(f.level is not None for f in findings if f.kind is Kind.FIELD)
        self.alarms.see(findings, time_ns)
        return Look(time_ns, findings)
