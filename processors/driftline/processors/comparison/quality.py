"""The quality of a table against the profile: what a stream's checks say, with the rows at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from driftline.processors.comparison.beside import Beside
from driftline.processors.comparison.counting import CategoryCounts, Counting, FieldCounts, NumericCounts
from driftline.processors.comparison.rules import Rules
from driftline.processors.detectors import quality
from driftline.processors.findings import Finding, Identity, Kind, Reference, State, Statistic, Window
from driftline.processors.monitor import FieldRule
from driftline.processors.pipeline.quality import TABLE_CHECKS, Allowance, Facts, Said, check_fields, words
from driftline.processors.profile import Profile, ProfileField
from driftline.semconv import FieldRole, QualityCheck

_ANY_FIELD = 0.5  # a limit that any whole number of fields is over


def quality_findings(
    counting: Counting, profile: Profile, sides: Mapping[str, Beside], rules: Rules
) -> tuple[Finding, ...]:
    """Findings of quality, fields first in the order of the profile; `alpha` is that of all of them together."""
    allowance = Allowance.of(rules.quality, TABLE_CHECKS)
    ruled = [(field, counting.fields[field.name], rules.of(field.name)) for field in profile.fields]
    checked = [each for each in ruled if _can_be_checked(*each)]
    said = check_fields(
        [_facts(counts, rule, sides[field.name]) for field, counts, rule in checked], allowance, rules.alpha
    )
    found: list[Finding] = []
    for (field, counts, _), every in zip(checked, said, strict=True):
        found += _findings(profile, field, counts.observations, every)
    found += _findings(profile, None, counting.rows, _of_rows(counting, profile, rules, allowance))
    return tuple(found)


def _can_be_checked(field: ProfileField, counts: FieldCounts, rule: FieldRule) -> bool:
    return counts.arrived and rule.enabled and not rule.ignore and field.observations > 0


def _facts(counts: FieldCounts, rule: FieldRule, beside: Beside) -> Facts:
    return Facts(
        beside.window,
        beside.side,
        None if isinstance(beside.aligned, State) else beside.aligned,
        rule.minimum_observations,
        another_kind=counts.another_kind if isinstance(counts, CategoryCounts) else 0,
        kind=counts.kind if isinstance(counts, CategoryCounts) else "",
        values=counts.sample if isinstance(counts, NumericCounts) else None,
    )


def _of_rows(counting: Counting, profile: Profile, rules: Rules, allowance: Allowance) -> Iterator[Said]:
    """What is said of the table as a whole."""
    if not counting.rows:
        return
    if allowance.schema:
        missing = [
            field.name
            for field in profile.fields
            if not counting.fields[field.name].arrived
            and FieldRole(field.role) is not FieldRole.OUTCOME
            and _wanted(rules, field)
        ]
        check = quality.Check(float(len(missing)), _ANY_FIELD)
        yield Said(QualityCheck.SCHEMA, check, words.schema(missing, counting.unknown))
    name = QualityCheck.DUPLICATE_ROWS
    if name in allowance.parts and (repeated := counting.repeated) is not None:
        yield _of_repeated(repeated, counting.rows, profile, allowance, rules.alpha * allowance.parts[name])


def _of_repeated(repeated: int, rows: int, profile: Profile, allowance: Allowance, level: float) -> Said:
    """What is said of rows that come twice; a shorter table than the profile's repeats less by chance, never more."""
    name, known = QualityCheck.DUPLICATE_ROWS, profile.duplicates or 0
    effect = allowance.effects.get(name, 0.0)
    [limit] = quality.share_limits([rows], [known], [profile.rows], level=level, minimum_effect=effect).tolist()
    check = quality.Check(repeated / rows, limit)
    return Said(name, check, words.share("rows", name, check, known / profile.rows))


def _wanted(rules: Rules, field: ProfileField) -> bool:
    rule = rules.of(field.name)
    return rule.enabled and not rule.ignore


def _findings(
    profile: Profile, field: ProfileField | None, observations: int, said: Iterable[Said]
) -> Iterator[Finding]:
    """A finding of each thing said of one field, or of the table."""
    name, role = (field.name, field.role) if field else (None, None)
    identity, window = Identity(profile.model_name or "", profile.model_version), Window(0, 0, observations)
    reference = Reference(profile.id, "declared", field.observations if field else profile.rows, 0.0)
    for each in said:
        check, text = each.check, each.name.value
        yield Finding(
            id=f"{profile.id}/{text}/{name or ''}",
            kind=Kind.QUALITY,
            identity=identity,
            field=name,
            role=role,
            status=State.OK,
            window=window,
            level=check.level,
            decided_by=text,
            statistics=(Statistic(text, check.score, check.limit),),
            reference=reference,
            why=each.why,
            violated=check.violated,
        )
