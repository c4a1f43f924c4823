"""Rules as the YAML that Prometheus reads. Expressions are literal blocks, everything else is quoted as JSON is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from driftline.processors.documents import write_duration
from driftline.processors.rendering.prometheus.rules import AlertRule, Group, Record, Rule
from driftline.processors.rendering.prometheus.scope import quoted


def groups_text(groups: Sequence[Group], indent: str = "") -> str:
    """The `groups:` of a rule file, each line indented so; notes become comments.

    >>> print(groups_text([Group("g", (Record("a:b", "vector(1)"),), notes=("why",))]))
    groups:
    # why
    - name: "g"
      rules:
      - record: "a:b"
        expr: |-
          vector(1)
    """
    lines = ["groups:" if groups else "groups: []", *(line for group in groups for line in _group(group))]
    return "\n".join(f"{indent}{line}" for line in lines)


def _group(group: Group) -> Iterator[str]:
    yield from (f"# {line}" for note in group.notes for line in note.splitlines())
    yield f"- name: {quoted(group.name)}"
    if group.every_ns is not None:
        yield f"  interval: {write_duration(group.every_ns)}"
    yield "  rules:"
    yield from (line for rule in group.rules for line in _rule(rule))


def _rule(rule: Rule) -> Iterator[str]:
    yield f"  - record: {quoted(rule.name)}" if isinstance(rule, Record) else f"  - alert: {rule.alert}"
    yield "    expr: |-"
    yield from (f"      {line}" for line in rule.expression.split("\n"))
    if isinstance(rule, AlertRule):
        yield from _waits(rule)
    yield from _mapping("labels", rule.labels)
    if isinstance(rule, AlertRule):
        described = {"description": rule.annotations["description"] + rule.detail}
        yield from _mapping("annotations", {**rule.annotations, **described})


def _waits(rule: AlertRule) -> Iterator[str]:
    if rule.hold_ns:
        yield f"    for: {write_duration(rule.hold_ns)}"
    if rule.keep_ns:
        yield f"    keep_firing_for: {write_duration(rule.keep_ns)}"


def _mapping(key: str, values: Mapping[str, str]) -> Iterator[str]:
    if values:
        yield f"    {key}:"
        yield from (f"      {name}: {quoted(value)}" for name, value in values.items())
