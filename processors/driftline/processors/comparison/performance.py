"""Performance of a checked table: estimated from its scores or its rows, realised from its outcomes."""

from __future__ import annotations

from collections.abc import Iterator

from driftline.processors.comparison.counting import Counting
from driftline.processors.comparison.losses import LossCounts
from driftline.processors.comparison.outcomes import Outcomes
from driftline.processors.comparison.rules import Rules
from driftline.processors.estimation import ScoreModel, estimated, estimated_losses, judged
from driftline.processors.findings import Identity, Performance, Reference, Window
from driftline.processors.profile import Profile
from driftline.semconv import PerformanceKind, ReferenceKind


def performances(
    profile: Profile,
    rules: Rules,
    drifting: list[str],
    *,
    counting: Counting,
    losses: LossCounts | None,
    outcomes: Outcomes | None,
) -> tuple[Performance, ...]:
    """What is known of the table's performance: estimated first, then realised; none where nothing is.

    Args:
        profile: the reference.
        rules: whose limits and smallest numbers.
        drifting: fields in drift.
        counting: the table, counted.
        losses: its rows beside those of the reference; None where the reference has none of a regression.
        outcomes: its rows with an outcome; None where the profile names no column for them.
    """
    features = [field.name for field in profile.with_role("feature") if field.name in drifting]
    estimates = (
        *_estimated(counting, profile, rules, features),
        *_estimated_losses(losses, profile, rules, features),
    )
    return (*estimates, *_realized(outcomes, profile, rules))


def _estimated(counting: Counting, profile: Profile, rules: Rules, drifting: list[str]) -> Iterator[Performance]:
    model = ScoreModel.of(profile)
    if model is None:
        return
    found = estimated(
        model,
        [counting.fields[each.field].window() for each in model.scores],
        rules.performance,
        identity=_identity(profile),
        reference=Reference(profile.id, ReferenceKind.DECLARED, model.rows, 0.0),
        drifting=drifting,
        now_ns=0,
    )
    if found is not None:
        yield found


def _estimated_losses(
    losses: LossCounts | None, profile: Profile, rules: Rules, drifting: list[str]
) -> Iterator[Performance]:
    if losses is None or losses.model is None or losses.counts is None:
        return
    found = estimated_losses(
        losses.model,
        losses.counts,
        rules.performance,
        identity=_identity(profile),
        window=Window(0, 0, int(losses.counts[0].sum())),
        reference=Reference(profile.id, ReferenceKind.DECLARED, losses.model.rows, 0.0),
        drifting=drifting,
        now_ns=0,
    )
    if found is not None:
        yield found


def _realized(outcomes: Outcomes | None, profile: Profile, rules: Rules) -> Iterator[Performance]:
    if outcomes is None or outcomes.rows < rules.performance.minimum_observations:
        return
    measured, wanted = outcomes.figures(), rules.performance
    chosen = [each for each in measured if not wanted.metrics or each.metric in wanted.metrics]
    figures = tuple(found for each in chosen if (found := judged(each, wanted)) is not None)
    yield Performance(
        _identity(profile),
        Window(0, 0, outcomes.rows),
        0,
        outcomes.columns.task,
        PerformanceKind.REALIZED,
        figures,
        outcomes=outcomes.rows,
        why="; ".join(f"no {each.metric}: {each.reason}" for each in chosen if each.value is None),
    )


def _identity(profile: Profile) -> Identity:
    return Identity(profile.model_name or "", profile.model_version)
