"""History through the pipeline of `run`, with the table's time as its clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from driftline.processors.detectors import Judge
from driftline.processors.documents import write_duration
from driftline.processors.findings import Finding, Identity, Kind, Performance
from driftline.processors.monitor import MonitorSet
from driftline.processors.outcomes.census import named
from driftline.processors.pipeline import Pipeline
from driftline.processors.pipeline.actions import Action
from driftline.processors.pipeline.schedule import margin
from driftline.processors.replay.alarms import Alarms, expected
from driftline.processors.replay.grid import Pane
from driftline.processors.replay.history import Columns, History, Told, Watch, unheard
from driftline.processors.replay.layout import Layout
from driftline.processors.replay.lines import Changes, line
from driftline.processors.replay.looks import Looks
from driftline.processors.replay.merits import Merits, merit_line
from driftline.processors.replay.mutes import Mutings
from driftline.processors.replay.proof import Proof
from driftline.processors.replay.sender import Sender, Sending
from driftline.processors.tables import Progress, silent
from driftline.semconv import PerformanceKind

FOREVER = 1 << 62
"""The senders of a history are there all the time: their streams are never forgotten for silence."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found; `time_ns` is the end of its windows."""

    time_ns: int
    findings: Sequence[Finding]
    performances: Sequence[Performance] = ()
    """How good the model was: estimated, and where outcomes are known of cohorts, provisional and final ones."""


class Reached(NamedTuple):
    """How far a replay is: rows read, those of them whose panes were looked at, and the time of the last look."""

    rows: int
    seen: int
    time_ns: int


Reaches = Callable[[Reached], None]
"""Called after every look."""


def unwatched(_at: Reached) -> None:
    """The watcher that nobody gave."""


class _Run(NamedTuple):
    """A pipeline at work on a history, and what feeds it, wakes it and checks it against what proved true."""

    pipeline: Pipeline
    sending: Sending
    looks: Looks
    proof: Proof


class Replay:
    """A table with a time column through the pipeline of `driftline run`.

    Args:
        monitors: what watches; of one model, or `model` says which.
        columns: which columns are not fields.
        model: the model of the table.
        actions: what people did to the model while it ran; its mutes are put in force again, each at its time.
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
        actions: Sequence[Action] = (),
        told: Told = unheard,
    ) -> None:
        self.watch = Watch.of(monitors, model)
        self.alarms = Alarms()
        self.merits = Merits()
        self._columns = columns or Columns()
        self._mutings = Mutings(actions, self.watch.model)
        self._told = told
        self._looks = self._seen = self._unsettled = 0
        self._span: tuple[int, int] = (0, 0)
        self._judged = False

    def looks(self, table: Any, progress: Progress = silent, reached: Reaches = unwatched) -> Iterator[Look]:
        """Every look, in order of time.

        Raises:
            TableError: the table cannot be read, or its times cannot be told.
            ReplayError: its rows are too far out of order.
        """
        history = History(self.watch, self._columns)
        for look in self.play(history.panes(table, progress), history.step_ns):
            yield look
            reached(Reached(history.rows, self._seen, look.time_ns))
        for notice in history.notices():
            self._told(notice)

    def play(self, panes: Iterable[tuple[int, Pane]], step_ns: int, judge: Judge | None = None) -> Iterator[Look]:
        """Every look at panes that are counted already, oldest first."""
        run: _Run | None = None
        for pane, cells in panes:
            end = (pane + 1) * step_ns
            if run is None:
                run = self._start(pane * step_ns, step_ns, judge)
                self._span = pane * step_ns, end
            looks = set(run.looks.until(end))
            for time_ns in sorted(looks.union(run.proof.panes(step_ns, end))):
                yield self._look(run, time_ns, step_ns) if time_ns in looks else _proved(run.proof, time_ns)
            run.sending.send(cells, end - margin(step_ns))
            self._take(run, cells)
            self._seen += sum(cell.rows for cell in cells.values())
            self._span = self._span[0], end
            if run.looks.data(end):
                yield self._look(run, end, step_ns)
        if run is not None:
            yield from self._rest(run.proof, step_ns)

    def _rest(self, proof: Proof, step_ns: int) -> Iterator[Look]:
        """What becomes of the predictions after the last row: outcomes come, and the last cohort ends."""
        end_ns = -(-proof.end_ns // step_ns) * step_ns
        if end_ns:
            yield from (_proved(proof, time_ns) for time_ns in proof.panes(step_ns, end_ns))
            yield Look(end_ns, (), proof.look(end_ns, last=True))
            self._unsettled = proof.unsettled

    def lines(
        self,
        table: Any,
        *,
        everything: bool = False,
        progress: Progress = silent,
        reached: Reaches = unwatched,
    ) -> Iterator[dict[str, Any]]:
        """The lines of `driftline replay --json`: each verdict that changed, or `everything`; the summary is last."""
        changes = Changes()
        for look in self.looks(table, progress, reached):
            fresh = changes.fresh(look.findings)
            changed = list(changes.of(fresh))
            yield from (line(finding, look.time_ns) for finding in (fresh if everything else changed))
            shown = self.merits.fresh(look.performances)
            beyond = list(self.merits.of(shown))
            yield from (merit_line(each, look.time_ns) for each in (shown if everything else beyond))
        yield {"summary": self.summary()}

    @property
    def judged(self) -> bool:
        """Whether any field was judged at any look."""
        return self._judged

    def summary(self) -> dict[str, Any]:
        """How many alarms, how many seconds in drift, and how many alarms the budget allows in the span.

        Also how good the model was, and how many cohorts are not final; how often a check of quality began to be
        violated, how many looks there were, and the span in seconds.
        """
        start, end = self._span
        rate = self.watch.ours[0].spec.drift.false_alarms
        provisional = {PerformanceKind.PROVISIONAL.value: {"windows": self._unsettled}} if self._unsettled else {}
        return {
            "alarms": len(self.alarms.all),
            "in_drift": self.alarms.in_drift_ns(end) / 1e9,
            "budget": {
                "false_alarms": f"{rate.events:g} per {write_duration(rate.period_ns)}",
                "expected": expected(self.watch.ours, end - start),
            },
            "quality": self.alarms.violations,
            "performance": self.merits.summary() | provisional,
            "looks": self._looks,
            "span": (end - start) / 1e9,
        }

    @property
    def span_ns(self) -> tuple[int, int]:
        """From the first pane with rows to the end of the last."""
        return self._span

    def _start(self, start_ns: int, step_ns: int, judge: Judge | None) -> _Run:
        pipeline = Pipeline(self.watch.monitors, started_ns=start_ns - 1, idle_ns=FOREVER, judge=judge)
        sender = Sender(self.watch.resource, start_ns)
        return _Run(
            pipeline,
            Sending(pipeline, sender, self._layout),
            Looks(self.watch.ours, step_ns, self._mutings.edges),
            Proof(pipeline.monitor_of, pipeline.score_model),
        )

    def _take(self, run: _Run, cells: Pane) -> None:
        first = self.watch.ours[0].spec.model
        for group, cell in cells.items():
            whole = Identity(self.watch.model, group.version, None, first.environment)
            source = replace(whole, segment=named(run.pipeline.monitor_of(whole), dict(group.segments)))
            for answered in cell.answered:
                run.proof.take(source, answered)

    def _layout(self, version: str | None) -> Layout:
        return self.watch.layout_of(version) or Layout()

    def _look(self, run: _Run, time_ns: int, step_ns: int) -> Look:
        now_ns = time_ns - margin(step_ns)
        self._mutings.until(now_ns, run.pipeline.desk.mutes)
        found = run.pipeline.evaluate(now_ns)
        model = self.watch.model
        findings = [each for each in found if isinstance(each, Finding) and each.model == model]
        estimated = [each for each in found if isinstance(each, Performance) and each.identity.model == model]
        self._looks += 1
        self._judged = self._judged or any(f.level is not None for f in findings if f.kind is Kind.FIELD)
        self.alarms.see(findings, time_ns)
        return Look(time_ns, findings, [*estimated, *run.proof.look(now_ns)])


def _proved(proof: Proof, time_ns: int) -> Look:
    """A look at what proved true alone."""
    return Look(time_ns, (), proof.look(time_ns))
