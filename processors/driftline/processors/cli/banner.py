"""What a person sees when the processor has started."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from driftline.processors.cli.settings import Settings


def banner(addresses: Mapping[str, str], settings: Settings) -> RenderableType:
    """Where everything listens, what is kept, what to do next."""
    table = Table.grid(padding=(0, 2))
    table.add_row("OTLP/gRPC", addresses["otlp_grpc"], "send metrics here")
    table.add_row("OTLP/HTTP", f"http://{addresses['otlp_http']}", "or here: protobuf and JSON")
    table.add_row("Prometheus", f"http://{addresses['prometheus']}/metrics", "scrape this")
    table.add_row("Control", f"http://{addresses['control']}", "open it: every model, and why; /healthz, /readyz")
    table.add_row("Monitors", _monitors(settings), "")
    table.add_row("State", settings.state or "in memory: a restart learns anew (--state DIR keeps it)", "")
    return Group(Text("driftline is running; Ctrl-C stops it.", style="bold"), table)


def _monitors(settings: Settings) -> str:
    count = len(settings.monitors)
    if count:
        return f"{count} file{'s' * (count > 1)}: {', '.join(monitor.name for monitor in list(settings.monitors)[:5])}"
    return "none: every model that reports is watched by the defaults"
