"""`driftline run`: the processor."""

from __future__ import annotations

import json as json_text
import logging
import signal
import sys
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from driftline.processors.cli.reading import CouldNot, console

_ADDRESS = "HOST:PORT"


def register(parent: typer.Typer) -> None:
    """Add the command to `driftline`."""
    parent.command("run")(run)


def run(
    *,
    config: Annotated[
        Path | None,
        typer.Option(
            envvar="DRIFTLINE_CONFIG", metavar="FILE", help="The process's own configuration, driftline.yaml."
        ),
    ] = None,
    monitor: Annotated[
        list[Path] | None,
        typer.Option(
            envvar="DRIFTLINE_MONITOR",
            metavar="FILE_OR_DIR",
            help="A ModelMonitor file, or a folder of them. Repeatable.",
        ),
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(
            envvar="DRIFTLINE_STATE",
            metavar="DIR",
            help="Keep learned references, alarms and stream positions here over a restart. Default: memory.",
        ),
    ] = None,
    otlp_grpc: Annotated[
        str | None, typer.Option(envvar="DRIFTLINE_OTLP_GRPC", metavar=_ADDRESS, help="OTLP/gRPC. [127.0.0.1:4317]")
    ] = None,
    otlp_http: Annotated[
        str | None, typer.Option(envvar="DRIFTLINE_OTLP_HTTP", metavar=_ADDRESS, help="OTLP/HTTP. [127.0.0.1:4318]")
    ] = None,
    prometheus: Annotated[
        str | None, typer.Option(envvar="DRIFTLINE_PROMETHEUS", metavar=_ADDRESS, help="/metrics. [127.0.0.1:9464]")
    ] = None,
    control: Annotated[
        str | None,
        typer.Option(envvar="DRIFTLINE_CONTROL", metavar=_ADDRESS, help="/healthz, /readyz. [127.0.0.1:8088]"),
    ] = None,
    insecure_listen: Annotated[
        bool,
        typer.Option(
            "--insecure-listen",
            envvar="DRIFTLINE_INSECURE_LISTEN",
            help="Listen beyond this machine without TLS and authentication.",
        ),
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="First line on stdout, once everything listens: the addresses as JSON.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log what it does, not only what goes wrong.")
    ] = False,
) -> None:
    """Run the processor: OTLP in, drift out for Prometheus to scrape, until SIGTERM or Ctrl-C.

    Starts with no configuration at all. Flags go before their variable, and that before the file.

    Example: driftline run --monitor monitors/ --state /var/lib/driftline
    """
    from driftline.processors.cli.assembly import Assembly
    from driftline.processors.cli.listeners import CannotListenError
    from driftline.processors.cli.settings import Settings, read_settings
    from driftline.processors.documents import DocumentError

    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    stop = _stop_on_signals()  # before anything listens, so that an early SIGTERM ends it cleanly too
    addresses = {"otlp_grpc": otlp_grpc, "otlp_http": otlp_http, "prometheus": prometheus, "control": control}
    try:
        settings: Settings = read_settings(config, monitor or [], state, addresses, insecure_listen=insecure_listen)
        assembly = Assembly(settings)
    except (DocumentError, CannotListenError, OSError, ValueError) as error:
        raise CouldNot(str(error)) from error
    _announce(assembly.addresses, settings, as_json=json)
    assembly.run(stop)


def _stop_on_signals() -> Event:
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _announce(addresses: dict[str, str], settings: object, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json_text.dumps({"ready": True, **addresses}) + "\n")
        sys.stdout.flush()
        return
    from driftline.processors.cli.banner import banner

    console().print(banner(addresses, settings))  # type: ignore[arg-type]  # imported late, to start fast
