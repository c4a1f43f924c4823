"""Every story of one monitor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from driftline.processors.alerting import identity_labels
from driftline.processors.findings import Identity
from driftline.processors.monitor import Monitor, Objective
from driftline.processors.rendering.prometheus.rules import Group
from driftline.processors.rendering.prometheus.scenarios.examples import example_labels
from driftline.processors.rendering.prometheus.scenarios.objectives import Told, objective_stories
from driftline.processors.rendering.prometheus.scenarios.story import Story
from driftline.processors.rendering.prometheus.scenarios.verdicts import verdict_stories


def stories_of(monitor: Monitor, groups: Sequence[Group], selector: str = "") -> Iterator[Story]:
    """Stories that a monitor's rules must pass; none where the reader's matchers fit no series we could make up.

    Args:
        monitor: whose.
        groups: its rules, as of `rules_of`.
        selector: the reader's own label matchers.
    """
    own = example_labels(selector)
    if own is None:
        return
    asked = monitor.spec.model
    identity = identity_labels(Identity(monitor.model, asked.version, None, asked.environment))
    labels = {**own, **identity}
    for batch in _apart(monitor.spec.slos):
        yield from _together(story for each in batch for story in objective_stories(Told.of(monitor, each, labels)))
    yield from verdict_stories(groups[-1].alerts, labels, identity)


def _apart(objectives: Iterable[Objective]) -> list[list[Objective]]:
    """Objectives in batches of which no two read the same counter."""
    batches: list[list[Objective]] = []
    for objective in objectives:
        free = (batch for batch in batches if not any(_same_counter(objective, other) for other in batch))
        batch = next(free, None)
        if batch is None:
            batches.append([objective])
        else:
            batch.append(objective)
    return batches


def _same_counter(one: Objective, other: Objective) -> bool:
    return one.sli.kind == other.sli.kind and not one.sli.decided_here


def _together(stories: Iterable[Story]) -> Iterator[Story]:
    """Stories of one name told at once: every rule is evaluated in each of them, so fewer cost less."""
    named: dict[str, Story] = {}
    for story in stories:
        known = named.get(story.name, Story(story.name, (), ()))
        named[story.name] = Story(story.name, known.inputs + story.inputs, known.checks + story.checks)
    yield from named.values()
