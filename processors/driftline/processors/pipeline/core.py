"""The pipeline: streams and points go in from any thread, findings come out of `evaluate`."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from threading import RLock
from typing import Any

from driftline.processors.detectors import Judge
from driftline.processors.estimation import ScoreModel
from driftline.processors.findings import Finding, Identity, Output, Performance, Traffic
from driftline.processors.health import Health
from driftline.processors.monitor import Monitor, MonitorSet
from driftline.processors.observations import Batch, Reason, Stream, StreamId, Tally
from driftline.processors.pipeline.beside import Present
from driftline.processors.pipeline.board import Board
from driftline.processors.pipeline.caps import Caps
from driftline.processors.pipeline.crowding import Owners
from driftline.processors.pipeline.desk import Desk
from driftline.processors.pipeline.estimates import estimates_of
from driftline.processors.pipeline.evaluation import Evaluator
from driftline.processors.pipeline.explaining import Explainer
from driftline.processors.pipeline.fairness import fairness_of
from driftline.processors.pipeline.intake import Intake
from driftline.processors.pipeline.lives import Lives
from driftline.processors.pipeline.looked import Looked, outputs
from driftline.processors.pipeline.objectives import Objectives
from driftline.processors.pipeline.quality import Quality
from driftline.processors.pipeline.references import References
from driftline.processors.pipeline.registry import IDLE_NS
from driftline.processors.pipeline.routing import Router
from driftline.processors.pipeline.schedule import Schedule, next_look
from driftline.processors.pipeline.sequences import Sequences
from driftline.processors.pipeline.sightings import Seen, Sightings
from driftline.processors.pipeline.teaching import Teacher
from driftline.processors.pipeline.verdicts import Verdicts
from driftline.processors.pipeline.watched import Watched, key_of, wants
from driftline.processors.profile import ProfileError
from driftline.processors.windows import Target
from driftline.semconv import OTHER_CATEGORY, attributes


class Pipeline:
    """Observations in, findings out. Every method may be called from every thread.

    Args:
        monitors: the monitors in force; none: every model is served by the defaults.
        started_ns: when the processor first started, by the clock that every call's `now_ns` is of.
        health: counts and gauges of the processor itself.
        judge: decides what is drift; keeps its limits from look to look.
        caps: how much is kept, whatever arrives.
        idle_ns: a stream without points for this long is forgotten; a replay's senders are there all the time.

    Raises:
        ProfileError: a profile that a monitor declares cannot be read.
    """

    def __init__(
        self,
        monitors: MonitorSet | None = None,
        *,
        started_ns: int,
        health: Health | None = None,
        judge: Judge | None = None,
        caps: Caps | None = None,
        idle_ns: int = IDLE_NS,
    ) -> None:
        self._looking = RLock()  # one look at a time; taken before the other where both are
        self._lock = RLock()  # guards what points and events change
        self._health = health or Health()
        self._monitors = monitors or MonitorSet()
        self._references = References()
        self._references.configure(self._monitors)
        self._verdicts = Verdicts()
        self._lives = Lives()
        self._teacher = Teacher(self._references, self._lives, self._verdicts)
        self._sequences = Sequences()
        self._quality = Quality()
        self._objectives = Objectives(started_ns=started_ns)
        self._schedule = Schedule()
        self._explainer = Explainer()
        self._evaluator = Evaluator(judge or Judge(), self._verdicts, self._explainer, self._sequences, self._quality)
        self._router = Router(self._monitors, self._health)
        self._owners = Owners(self._monitors)
        self._intake = Intake(self._route, started_ns=started_ns, caps=caps, health=self._health, idle_ns=idle_ns)
        self._looked: dict[Hashable, Looked] = {}
        self.board = Board(self._looking, self._explainer, self._present, self.monitor_of)
        self.desk = Desk(
            (self._looking, self._lock),
            self._references,
            self._verdicts,
            models=self._intake.models,
            known=self._known,
            monitor_of=self.monitor_of,
        )
        self._sightings = Sightings(self._references, self._lives, self.desk.mutes, self._intake.totals.predictions)

    @property
    def epoch(self) -> int:
        """Changes when stream ids were dropped: whoever remembers ids forgets them all then."""
        return self._intake.epoch  # one number, read at once: no lock

    def stream(self, stream: Stream) -> StreamId | Reason:
        """A number for a stream, `IGNORED` when nobody monitors it, or why all its points are refused."""
        with self._lock:
            self._explainer.hear(stream)
            return self._intake.stream(stream)

    def turns_away(self, stream: Stream) -> bool:
        """Whether `stream` would refuse it as one too many: said sooner, in a flood, and not of every such stream."""
        with self._lock:
            owner = self._owners.of(stream)
            return owner is not None and self._intake.turns_away(stream, owner)

    def fold(self, batch: Batch, now_ns: int) -> Tally:
        """Count a request's points; never raises on bad data.

        Raises:
            StaleBatchError: streams were dropped since the batch was decoded; nothing of it was counted.
        """
        with self._lock:
            return self._intake.fold(batch, now_ns)

    def fold_each(self, batches: Sequence[Batch], now_ns: int) -> list[Tally]:
        """Count the points of several requests, in their order: each with the result of `fold`, at a lower cost.

        Raises:
            StaleBatchError: for any of them; nothing of any was counted.
        """
        with self._lock:
            return self._intake.fold_each(batches, now_ns)

    def announce(self, resource: Mapping[str, str], named: Mapping[str, str], body: str, now_ns: int) -> None:
        """Take a profile that a recorder announced, an `ml.reference` event.

        Args:
            resource: attributes of its resource.
            named: attributes of the event.
            body: the profile, as JSON.
            now_ns: the time of its arrival.

        Raises:
            ProfileError: the event names no model, or the body is no profile.
        """
        values = {**resource, **named}
        model = values.get(attributes.ML_MODEL_NAME)
        if not model:
            raise ProfileError(f"an announced profile names no model: set `{attributes.ML_MODEL_NAME}`")
        with self._lock:
            self._references.announce(model, values.get(attributes.ML_MODEL_VERSION) or None, body, now_ns)

    def evaluate(self, now_ns: int) -> list[Output]:
        """One look at every monitor that is due; the present findings of all of them, the traffic of all models, and
        how they stand to their objectives, and how their groups are treated.

        A monitor is due once in each pane of its window. The others' findings are those of their last look.
        """
        with self._looking:
            with self._lock:
                self._intake.observe(now_ns)
                self._explainer.settle(now_ns)
                watched = self._watched()
                seen = self._gather(watched, now_ns)
                traffic = [found for each in self._intake.models() if (found := each.traffic(now_ns)) is not None]
            served = {each.identity: each for each in traffic}
            for key, living in seen.items():  # judging takes no lock: points go on being counted
                self._looked[key] = self._look(watched[key].monitor, living, served, now_ns)
            self._forget_all_but(watched, now_ns)
            return outputs(self._looked.values(), traffic)

    def _look(
        self, monitor: Monitor, living: Sequence[Seen], served: Mapping[Identity, Traffic], now_ns: int
    ) -> Looked:
        findings = self._evaluator.look(monitor, living, now_ns)
        return Looked(
            findings,
            self._objectives.look(monitor, living, findings, served, now_ns),
            fairness_of(monitor, living, now_ns),
            estimates_of(monitor, living, findings, now_ns),
        )

    def _present(self) -> list[list[Finding]]:
        """The findings of the last looks."""
        return [looked.findings for looked in self._looked.values()]

    def hear(self, shown: Iterable[Performance]) -> None:
        """Take what outcomes show at present, every cohort that is kept of every model: objectives stand on them."""
        with self._looking:
            self._objectives.hear(shown)

    def next_look_ns(self, now_ns: int) -> int:
        """When `evaluate` has something to do next."""
        with self._lock:
            steps = {monitor.spec.window.every for monitor in self._monitors} | {self._monitors.defaults.window.every}
            return min(next_look(every, now_ns) for every in steps)

    def configure(self, monitors: MonitorSet) -> None:
        """Put other monitors in force. Raises ProfileError, changing nothing, when a profile cannot be read."""
        with self._looking, self._lock:
            self._references.configure(monitors)
            self._monitors = monitors
            self._router = Router(monitors, self._health)
            self._owners = Owners(monitors)
            self._intake.reroute(self._route)
            self._schedule.keep_only(())

    def snapshot(self) -> dict[str, Any]:
        """What a restart must not forget: documents that JSON holds, and columns of arrays, by name."""
        with self._looking, self._lock:
            return {
                **self._references.snapshot(),
                **self.desk.snapshot(),
                **self._explainer.snapshot(),
                "verdicts": {"standing": self._verdicts.snapshot()},
                "sequences": {"standing": self._sequences.snapshot()},
                "quality": self._quality.snapshot(),
                **self._objectives.snapshot(),
                "lives": {"known": self._lives.snapshot()},
                **self._intake.snapshot(),
            }

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take up a snapshot, before the first point. Raises KeyError, TypeError or ValueError when it is none."""
        with self._looking, self._lock:
            if "references" in saved:
                self._references.restore(saved)
                self.desk.restore(saved)
                self._explainer.restore(saved)
                self._verdicts.restore(saved["verdicts"]["standing"])
                self._sequences.restore(saved.get("sequences", {}).get("standing", ()))
                self._quality.restore(saved.get("quality", {"pulses": ()}))
                self._lives.restore(saved["lives"]["known"])
                self._objectives.restore(saved)
            self._intake.restore(saved)

    def _route(self, stream: Stream) -> Sequence[Target] | Reason | None:
        return self._router(stream)

    def _watched(self) -> dict[Hashable, Watched]:
        """Every monitor with what it judges: the declared ones, and those of models that nobody declared."""
        watched: dict[Hashable, Watched] = {key_of(monitor): Watched(monitor) for monitor in self._monitors}
        for windows in self._intake.models():
            if windows.identity.model == OTHER_CATEGORY:
                continue  # the overflow of models: traffic alone
            found = self._of(watched, windows.identity)
            if wants(found.monitor, windows.identity):
                found.windows.append(windows)
        for identity in self._lives.known():
            found = self._of(watched, identity)
            if wants(found.monitor, identity):
                found.remembered.append(identity)
        return watched

    def monitor_of(self, identity: Identity) -> Monitor:
        """The monitor in force for an identity."""
        with self._lock:
            return self._monitors.for_identity(identity.model, identity.version, identity.environment)

    def score_model(self, identity: Identity) -> ScoreModel | None:
        """What the reference of an identity knows of its score; None where it holds no outcomes."""
        with self._lock:
            resolved = self._references.resolve(identity, self.monitor_of(identity))
            return resolved.score if resolved else None

    def _known(self) -> set[str]:
        """Names of all models that had data, or that monitors name."""
        return {each.model for each in self._lives.known()} | {monitor.model for monitor in self._monitors}

    def _of(self, watched: dict[Hashable, Watched], identity: Identity) -> Watched:
        monitor = self.monitor_of(identity)
        return watched.setdefault(key_of(monitor), Watched(monitor))

    def _teach(self, watched: Watched, now_ns: int) -> None:
        for windows in watched.windows:
            mutes = self.desk.mutes.of(windows.identity.model)
            watched.panes[windows.identity] = self._sequences.closed(watched.monitor, windows, now_ns)
            self._teacher.teach(watched.monitor, windows, now_ns, mutes)

    def _gather(self, watched: Mapping[Hashable, Watched], now_ns: int) -> dict[Hashable, list[Seen]]:
        """What the due monitors have to judge."""
        due = {
            key: each
            for key, each in watched.items()
            if self._schedule.due(key, each.monitor.spec.window.every, now_ns)
        }
        for each in due.values():  # before any look: windows of one length let go of their panes together
            self._teach(each, now_ns)
        present = Present(now_ns, {windows.identity: windows for windows in self._intake.models()})
        return {key: self._sightings.of(each, present) for key, each in due.items()}

    def _forget_all_but(self, watched: Mapping[Hashable, Watched], now_ns: int) -> None:
        self._schedule.keep_only(watched)
        self._looked = {key: looked for key, looked in self._looked.items() if key in watched}
        shown = {finding.identity for found in self._present() for finding in found}
        kept = shown | set(self._lives.known())
        self._verdicts.keep_only(kept)
        self._sequences.keep_only(kept)
        self._quality.keep_only(kept)
        self._objectives.keep_only(kept)
        self._explainer.keep_only(shown, now_ns)
