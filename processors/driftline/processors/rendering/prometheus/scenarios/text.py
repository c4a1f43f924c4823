"""Stories as the YAML that `promtool test rules` reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from driftline.processors.rendering.prometheus.scenarios.story import Check, Story
from driftline.processors.rendering.prometheus.scope import quoted


def tests_text(rule_file: str, stories: Iterable[Story]) -> str:
    """A test file for a rule file beside it. Rules are evaluated every 2 minutes, as the slow groups are."""
    lines = [f"rule_files: [{quoted(rule_file)}]", "evaluation_interval: 2m", "tests:"]
    lines += [line for story in stories for line in _story(story)]
    return "\n".join(lines if lines[-1] != "tests:" else [*lines[:-1], "tests: []"])


def _story(story: Story) -> Iterator[str]:
    yield f"- name: {quoted(story.name)}"
    yield "  interval: 1m"
    yield "  input_series:" if story.inputs else "  input_series: []"
    for each in story.inputs:
        yield f"  - series: {quoted(each.series)}"
        yield f"    values: {quoted(each.values)}"
    yield "  promql_expr_test:"
    for check in story.checks:
        yield from _check(check)


def _check(check: Check) -> Iterator[str]:
    yield f"  - expr: {quoted(check.expression)}"
    yield f"    eval_time: {check.minute}m"
    yield "    exp_samples:" if check.samples else "    exp_samples: []"
    for labels, value in check.samples.items():
        yield f"    - labels: {quoted(labels)}"
        yield f"      value: {value:g}"
