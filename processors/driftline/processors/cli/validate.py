"""`driftline validate`: are the monitors right, and what does their budget cost?"""

from __future__ import annotations

import json as json_
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from driftline.processors.cli.notifications_table import show_notifications
from driftline.processors.cli.parts_table import show_parts
from driftline.processors.cli.promises_table import show_promises
from driftline.processors.cli.reading import CouldNot, console

if TYPE_CHECKING:
    from rich.console import Console

    from driftline.processors.comparison.cost import Cost
    from driftline.processors.comparison.parts import Part
    from driftline.processors.comparison.promises import Promise
    from driftline.processors.monitor.notifications import Notifications


def register(parent: typer.Typer) -> None:
    """Add the command to `driftline`."""
    parent.command("validate")(validate)


def validate(
    *,
    monitors: Annotated[list[Path], typer.Argument(metavar="MONITOR...", help="Monitor files, or folders of them.")],
    observations: Annotated[
        int | None,
        typer.Option(min=1, help="In a typical window; default: the monitor's `window.observations`, else 500."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check monitor files, and say what each false-alarm budget costs.

    Says file, line, what is wrong and what to write; else, per monitor, the looks the budget is spread over, the chance
    one look and one field may use, the shift that 95 % of windows show, and how often this reference alarms; of whole
    rows, fairness and concept drift their own budget, and the time and memory that a look takes here; per objective,
    also those of OpenSLO documents, the burn rates that alarm, and why one was rescaled or left out; and who is told of
    which severity.
    Exit codes: 0 all right, 2 not, or an objective of which no alarm could ever fire.

    Example: driftline validate monitors/ --observations 2000
    """
    try:
        notices, found = _found_of(monitors, observations)
    except (OSError, ValueError) as error:  # documents' and profiles' errors are ValueErrors
        raise CouldNot(str(error)) from error
    if json:
        said = [each.to_dict() for each in found]
        typer.echo(json_.dumps({"monitors": said, "notices": notices}, ensure_ascii=False, allow_nan=False))
    else:
        for each in found:
            _show(each.cost, console())
            show_parts(each.parts, console())
            show_promises(each.promises, console())
            show_notifications(each.notifications, console())
        for notice in notices:
            console().print(notice, style="yellow", markup=False, highlight=False, soft_wrap=True)
    faults = [f"{each.cost.monitor}: {promise.fault}" for each in found for promise in each.promises if promise.fault]
    if faults:
        raise CouldNot("\n".join(faults))


@dataclass(frozen=True, slots=True)
class _Found:
    """What there is to say of one monitor."""

    cost: Cost
    parts: tuple[Part, ...]
    promises: tuple[Promise, ...]
    notifications: Notifications

    def to_dict(self) -> dict[str, Any]:
        """As `--json` prints it."""
        slos = [promise.to_dict() for promise in self.promises]
        parts = [part.to_dict() for part in self.parts]
        return self.cost.to_dict() | {"parts": parts, "slos": slos, "told": self.notifications.told}


def _found_of(paths: Sequence[Path], observations: int | None) -> tuple[tuple[str, ...], list[_Found]]:
    from driftline.processors.comparison.cost import cost
    from driftline.processors.comparison.parts import parts
    from driftline.processors.comparison.promises import promises
    from driftline.processors.monitor import load_monitors
    from driftline.processors.pipeline.references import References

    monitors = load_monitors(paths)
    references = References()
    references.configure(monitors)
    costs = [(monitor, cost(monitor, references, observations)) for monitor in monitors]
    return monitors.notices, [
        _Found(each, parts(monitor, each.fields), promises(monitor), monitor.spec.notifications)
        for monitor, each in costs
    ]


def _show(cost: Cost, console: Console) -> None:
    days = cost.period_seconds / 86_400
    reference = f"{cost.reference:,} observations" if cost.known else f"to be learned, {cost.reference:,} observations"
    fields = f"{cost.fields}" if cost.known else f"{cost.fields} (taken: there is no profile)"
    lines = [
        ("budget", f"{cost.events:g} false alarms in {days:g} days, {cost.looks:,.0f} looks"),
        ("a look", f"{cost.alpha_look:.2g} alarms; one of its {fields} fields is in drift for nothing "),
        ("", f"with {cost.alpha_field:.2g}, the middle one: windows overlap, and stay in drift for some looks"),
        ("window", f"{cost.observations:,} observations; reference {reference}"),
        ("found", _found(cost)),
        ("reference", f"with half of all references {cost.median:.2g} false alarms or less, with 19 in 20 "),
        ("", f"{cost.upper95:.2g} or less; on average over them the budget or less"),
    ]
    console.print(f"{cost.monitor}: right", style="bold", markup=False, highlight=False)
    for name, text in lines:
        console.print(f"  {name:<10}{text.strip()}", markup=False, highlight=False, soft_wrap=True)
    if cost.warning:
        console.print(f"  {'warning':<10}{cost.warning}", style="yellow", markup=False, highlight=False, soft_wrap=True)


def _found(cost: Cost) -> str:
    shift = None if cost.shift is None else f"a shift of {cost.shift:.2f} standard deviations"
    psi = None if cost.psi is None else f"of a categorical field a psi of {cost.psi:.3f}"
    known = [text for text in (shift, psi) if text]
    return f"{', '.join(known)}, in 95 % of windows" if known else "nothing: no field can be compared"
