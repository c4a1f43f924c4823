"""`driftline render`: what other tools read, written from the monitors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from driftline.processors.cli.reading import CouldNot, console, counted

if TYPE_CHECKING:
    from driftline.processors.monitor import MonitorSet
    from driftline.processors.rendering.options import Options
    from driftline.processors.rendering.written import Differences

ALL = "all"


def register(parent: typer.Typer) -> None:
    """Add the command to `driftline`."""
    parent.command("render")(render_command)


def render_command(
    *,
    targets: Annotated[list[str], typer.Argument(metavar="TARGET...", help="What to render, or `all`.")],
    monitor: Annotated[
        list[Path],
        typer.Option("--monitor", metavar="FILE_OR_DIR", help="A ModelMonitor file, or a folder. Repeatable."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder the files go into.")],
    check: Annotated[bool, typer.Option("--check", help="Write nothing; name the files that differ, exit 1.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Also remove files we once wrote that these monitors no longer give.")
    ] = False,
    selector: Annotated[
        str, typer.Option(metavar="MATCHERS", help="Label matchers our series have where they are stored: 'job=\"x\"'.")
    ] = "",
    runbooks: Annotated[str | None, typer.Option(metavar="URL", help="Where docs/runbooks can be read.")] = None,
    dashboards: Annotated[str | None, typer.Option(metavar="URL", help="Grafana's dashboards, ending in /d.")] = None,
    prometheus: Annotated[str | None, typer.Option(metavar="URL", help="Where Grafana reaches Prometheus.")] = None,
    datasource: Annotated[str | None, typer.Option(metavar="UID", help="Its uid in Grafana.")] = None,
    kubernetes: Annotated[bool, typer.Option("--kubernetes", help="Kubernetes objects in place of files.")] = False,
) -> None:
    """Write rules, routes, dashboards and provisioning for other tools from monitor files.

    Says what was written, and which alarm was rescaled or left out and why.
    Targets: prometheus, alertmanager, grafana, openslo; `all`.
    Exit codes: 0 written (or, with --check, nothing differs), 1 --check found a difference, 2 could not.

    Example: driftline render all --monitor monitors/ -o deploy
    """
    from driftline.processors.alerting import Links
    from driftline.processors.monitor import load_monitors
    from driftline.processors.rendering.options import DataSource, Options
    from driftline.processors.rendering.selector import matchers, written
    from driftline.processors.rendering.written import differences

    links = Links.at(runbooks, dashboards)
    source = DataSource(**_given(uid=datasource, url=prometheus))
    try:
        monitors = load_monitors(monitor)
        options = Options(written(matchers(selector)), links, kubernetes, source)
        names = _named(targets)
        files = _files(names, monitors, options)
        found = differences(output, files)
        if not check:
            _apply(output, files, found, prune=prune)
    except (OSError, ValueError) as error:  # errors of documents and of rendering are ValueErrors
        raise CouldNot(str(error)) from error
    if check:
        raise typer.Exit(_report(found, output, prune=prune))
    _summary(files, found, output, prune=prune)
    if "prometheus" in names:
        _notes(monitors, options)


def _named(targets: Sequence[str]) -> list[str]:
    from driftline.processors.documents.validation import suggestion
    from driftline.processors.rendering.targets import TARGETS

    known = [*TARGETS, ALL]
    for name in targets:
        if name not in known:
            raise typer.BadParameter(f"`{name}` is no target; {suggestion(name, known)}", param_hint="TARGET")
    return list(TARGETS) if ALL in targets else list(dict.fromkeys(targets))


def _given(**choices: str | None) -> dict[str, str]:
    """What was chosen; addresses without a slash at their end."""
    return {name: text.rstrip("/") for name, text in choices.items() if text is not None}


def _files(names: Sequence[str], monitors: MonitorSet, options: Options) -> dict[str, str]:
    from driftline.processors.rendering.targets import render

    files: dict[str, str] = {}
    with counted("rendering", quiet=False) as progress:
        for done, name in enumerate(names):
            progress(done, len(names))
            files |= render([name], monitors, options)
    return files


def _apply(output: Path, files: Mapping[str, str], found: Differences, *, prune: bool) -> None:
    from driftline.processors.rendering.written import write

    write(output, files, found.changed)
    for path in found.left if prune else ():
        (output / path).unlink()


def _report(found: Differences, output: Path, *, prune: bool) -> int:
    """With --check: each file that differs, and the exit code."""
    for path in found.changed:
        _say(f"{output / path} is not what the monitors give: render it again", error=True)
    for path in found.left if prune else ():
        _say(f"{output / path} is given by no monitor any more: remove it", error=True)
    return 1 if found.changed or (prune and found.left) else 0


def _summary(files: Mapping[str, str], found: Differences, output: Path, *, prune: bool) -> None:
    _say(f"{len(files)} files in {output}: {len(found.changed)} written, {len(files) - len(found.changed)} as before")
    for path in found.left:
        _say(f"removed {output / path}" if prune else f"{output / path} is of no monitor here: --prune removes it")


def _notes(monitors: MonitorSet, options: Options) -> None:
    """Why rules are missing, or not what the tables of burn rates say."""
    from driftline.processors.rendering.prometheus import notes_of

    if not monitors:
        _say("no monitor among these files: rules are of monitors, not of defaults; `driftline init` drafts one")
    for note in notes_of(monitors, options):
        _say(note)


def _say(text: str, *, error: bool = False) -> None:
    console(stderr=error).print(text, markup=False, highlight=False, soft_wrap=True)
