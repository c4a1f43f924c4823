"""Sequential detectors in the pipeline: each field's charts, fed with the panes that closed since the look before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

import numpy as np

from driftline.processors.detectors import Score, Verdict
from driftline.processors.detectors.sequential import CHARTS, Chart
from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor
from driftline.processors.pipeline.intake import ModelWindows
from driftline.processors.pipeline.layouts import Counts, Layout, fingerprint, on_reference, onto
from driftline.processors.pipeline.sides import Side
from driftline.processors.pipeline.subjects import Subject
from driftline.processors.pipeline.verdicts import identity_dict, identity_from
from driftline.processors.windows import FieldWindow

Key = tuple[Identity, str]


@dataclass(slots=True)
class Standing:
    """The charts of one field, and the reference they stand on."""

    reference: str
    layout: Layout
    charts: dict[str, Chart] = field(default_factory=dict)

    @classmethod
    def of(cls, reference: str, layout: Layout, names: Iterable[str]) -> Standing:
        """New charts of these names."""
        return cls(reference, layout, {name: CHARTS[name](layout.reference, ordered=layout.ordered) for name in names})

    def take(self, pane: tuple[Layout, Counts], rate: float, dispersion: float) -> None:
        """Count a pane; one with fewer edges makes the charts start anew on what both have."""
        placed = onto(self.layout, pane)
        if placed is None:
            return
        if placed[0] is not self.layout:
            anew = Standing.of(self.reference, placed[0], self.charts)
            self.layout, self.charts = anew.layout, anew.charts
        for chart in self.charts.values():
            chart.update(placed[1], rate, dispersion)

    def scores(self) -> list[Score]:
        """Where each chart stands; without a limit where it cannot alarm."""
        found = {name: chart.get() for name, chart in self.charts.items()}
        return [Score(name, score, limit if isfinite(limit) else None) for name, (score, limit) in found.items()]


class Sequences:
    """Charts of all fields, by identity. Not thread-safe: the pipeline holds its lock around a look.

    A chart starts anew when its field's reference changes, and panes that are hushed, or in what was learned, are not
    counted. It lives as long as its identity.
    """

    def __init__(self) -> None:
        self._standing: dict[Key, Standing] = {}
        self._restored: dict[Key, Mapping[str, Any]] = {}
        self._taken: dict[Identity, int] = {}

    def closed(self, monitor: Monitor, windows: ModelWindows, now_ns: int) -> tuple[FieldWindow, ...]:
        """The panes of an identity that closed since this was last asked, oldest first; none without a detector.

        Call it before the windows are brought to `now_ns`, because they let go of panes.
        """
        if not monitor.spec.drift.sequential:
            return ()
        every_ns, length_ns = monitor.spec.window.every, monitor.spec.window.length
        end = now_ns - now_ns % every_ns
        start = max(self._taken.get(windows.identity, 0), end - max(length_ns, every_ns))
        self._taken[windows.identity] = end
        return tuple(windows.between(start, end)) if start < end else ()

    def judge(
        self,
        monitor: Monitor,
        subjects: Sequence[Subject],
        panes: Mapping[Key, Sequence[FieldWindow]],
        verdicts: Mapping[int, Verdict],
    ) -> dict[int, Verdict]:
        """The verdicts with what the charts say, after counting the panes: the largest score over limit decides.

        Args:
            monitor: whose detectors, and whose budget: charts and windows have equal parts, and so has each field.
            subjects: fields of one look.
            panes: closed since the look before, of each field, those that count.
            verdicts: of the windows, by the position of the subject.
        """
        detectors = monitor.spec.drift.detectors
        charted = {at: side for at in verdicts if (side := _charted(subjects[at])) is not None}
        rate = monitor.budget_per_look / len(detectors) / max(len(charted), 1)
        found = dict(verdicts) if "window" in detectors else {at: _shown(each) for at, each in verdicts.items()}
        for at, side in charted.items():
            subject = subjects[at]
            key = subject.identity, subject.window.field
            standing = self._of(key, subject.window, side, monitor.spec.drift.sequential)
            if standing is None:
                continue
            _count(standing, side, panes.get(key, ()), rate)
            if subject.decides and found[at].status != "constant":
                found[at] = _merged(found[at], standing.scores())
        return found

    def _of(self, key: Key, window: FieldWindow, side: Side, names: Sequence[str]) -> Standing | None:
        """The charts of a field on this reference: as they stand, as they were saved, or new."""
        reference = fingerprint(side)
        standing = self._standing.get(key)
        if standing is not None and standing.reference == reference and list(standing.charts) == list(names):
            return standing
        placed = on_reference(window, side)
        if placed is None:
            return None
        saved = self._restored.pop(key, None)
        standing = _revived(saved, placed[0], names) if saved and saved["reference"] == reference else None
        self._standing[key] = standing or Standing.of(reference, placed[0], names)
        return self._standing[key]

    def keep_only(self, identities: Iterable[Identity]) -> None:
        """Forget everyone else."""
        kept = set(identities)
        self._standing = {key: each for key, each in self._standing.items() if key[0] in kept}
        self._restored = {key: each for key, each in self._restored.items() if key[0] in kept}
        self._taken = {identity: end for identity, end in self._taken.items() if identity in kept}

    def snapshot(self) -> list[dict[str, Any]]:
        """Every chart, as JSON can hold it."""
        saved = [
            {**identity_dict(identity), "field": name, "reference": standing.reference}
            | {"edges": None if standing.layout.edges is None else standing.layout.edges.tolist()}
            | {"charts": {each: chart.to_dict() for each, chart in standing.charts.items()}}
            for (identity, name), standing in self._standing.items()
        ]
        waiting = [dict(each) for key, each in self._restored.items() if key not in self._standing]
        return saved + waiting

    def restore(self, saved: Iterable[Mapping[str, Any]]) -> None:
        """Take up a snapshot; a chart goes on where it stood once its field and its reference are there again."""
        for entry in saved:
            self._restored[identity_from(entry), str(entry["field"])] = entry


def _charted(subject: Subject) -> Side | None:
    """The reference that a field's charts stand on; None for one that is shown and never alarms."""
    return subject.side if subject.rule.enabled else None


def _count(standing: Standing, side: Side, panes: Iterable[FieldWindow], rate: float) -> None:
    dispersion = max((side.dispersion or {}).values(), default=1.0)
    for pane in panes:
        placed = on_reference(pane, side) if pane.start_ns >= side.from_ns else None
        if placed is not None:
            standing.take(placed, rate, dispersion)


def _revived(saved: Mapping[str, Any], layout: Layout, names: Sequence[str]) -> Standing | None:
    """Charts as they were saved; None where they stood on other edges, or were of other kinds."""
    edges = saved["edges"]
    placed = layout
    if edges is not None:
        wanted = Layout(np.zeros(len(edges) + 1, dtype=np.int64), np.array(edges, dtype=np.float64))
        found = onto(wanted, (layout, layout.reference))
        if found is None or found[0] is not wanted:
            return None
        placed = replace(wanted, reference=found[1])
    standing = Standing.of(str(saved["reference"]), placed, names)
    if list(saved["charts"]) != list(names):
        return None
    try:
        for name, chart in standing.charts.items():
            chart.restore(saved["charts"][name])
    except (KeyError, TypeError, ValueError):
        return None
    return standing


def _shown(verdict: Verdict) -> Verdict:
    """A window's verdict that decides nothing."""
    scores = tuple(score._replace(limit=None) for score in verdict.scores)
    return Verdict("ok" if verdict.status == "drift" else verdict.status, scores=scores)


def _merged(verdict: Verdict, scores: Sequence[Score]) -> Verdict:
    """A verdict with further scores that decide, where they have a limit."""
    levels = {score.name: score.score / score.limit for score in scores if score.limit}
    both = (*verdict.scores, *scores)
    if not levels:
        return (
            replace(verdict, scores=both) if verdict.level is not None else Verdict("not_enough_samples", scores=both)
        )
    top = max(levels, key=levels.__getitem__)
    if verdict.level is not None and verdict.level >= levels[top]:
        return replace(verdict, scores=both)
    return Verdict("drift" if levels[top] > 1 else "ok", levels[top], top, both)
