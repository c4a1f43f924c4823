"""Every alert has its runbook, and what a runbook says to type works."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from driftline.processors.alerting import Alert, Links
from driftline.processors.cli.app import application
from driftline.semconv.prometheus import family_name
from driftline.semconv.registry import METRICS
from tests.docs.reading import DOCS, RUNBOOKS, anchor, blocks, headings, links

PAGES = [*RUNBOOKS, DOCS / "alerting.md"]
NAMES = {family_name(each.name, each.unit) for each in METRICS.values()}
_LABELS = re.compile(r"\b(?:by|without|on|ignoring) *\([^)]*\)|\{[^}]*\}")
_METRIC = re.compile(r"\b(?:ml|slo|driftline)_\w+")


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    assert {page.stem for page in RUNBOOKS} == {str(alert) for alert in Alert}


@pytest.mark.parametrize("page", RUNBOOKS, ids=lambda page: page.stem)
def test_a_runbook_says_what_it_means_what_to_look_at_what_to_do_and_when_to_ignore_it(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert headings(text) == [page.stem, "What to look at", "What to do", "When to ignore it"]
    assert blocks(text, "promql")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page.read_text(encoding="utf-8")):
        path, _, fragment = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.is_file(), link
        assert not fragment or fragment in map(anchor, headings(target.read_text(encoding="utf-8"))), link


def test_the_page_of_alerts_leads_to_every_runbook() -> None:
    found = set(links((DOCS / "alerting.md").read_text(encoding="utf-8")))
    assert {f"runbooks/{alert}.md" for alert in Alert} <= found
    assert Links("runbooks").runbook(Alert.DRIFT) in found


@pytest.mark.parametrize("page", RUNBOOKS, ids=lambda page: page.stem)
def test_what_is_asked_of_prometheus_is_of_the_contract(page: Path) -> None:
    for block in blocks(page.read_text(encoding="utf-8"), "promql"):
        asked = {re.sub("_(?:total|bucket)$", "", name) for name in _METRIC.findall(_LABELS.sub("", block))}
        assert asked <= NAMES, block
        assert asked or block.startswith("up{"), block


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_take_what_they_are_given(page: Path) -> None:
    root: Any = typer.main.get_command(application())
    lines = [line for block in blocks(page.read_text(encoding="utf-8"), "sh") for line in block.splitlines()]
    for line in lines:
        program, *words = shlex.split(line)
        assert program in {"driftline", "curl"}, line
        if program == "driftline":
            _parse(root, words)


def _parse(command: Any, words: list[str]) -> None:
    """Read the words as the command line would, without doing anything; raises click's error where it cannot."""
    parent = None
    while hasattr(command, "commands"):
        parent = command.make_context(command.name, [], parent=parent, resilient_parsing=True)
        name, *words = words
        command = command.commands[name]
    command.make_context(command.name, words, parent=parent)
