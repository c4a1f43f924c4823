"""Flags, their variables and `driftline.yaml` as one set of settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from driftline.processors.config import Config, load_config, refuse_open_addresses
from driftline.processors.monitor import MonitorSet, load_monitors


@dataclass(frozen=True, slots=True)
class Settings:
    """What one run of the processor was asked to do. `state` None keeps everything in memory."""

    config: Config
    monitors: MonitorSet
    listen: Mapping[str, str]
    """`otlp_grpc`, `otlp_http`, `prometheus`, `control`, each to its HOST:PORT."""
    state: str | None


def flag(name: str) -> str:
    """The option that sets an address.

    >>> flag("otlp_grpc")
    '--otlp-grpc'
    """
    return f"--{name.replace('_', '-')}"


def read_settings(
    config: Path | None,
    monitors: Sequence[Path],
    state: str | None,
    addresses: Mapping[str, str | None],
    *,
    insecure_listen: bool,
) -> Settings:
    """Lay flags over the file.

    Raises:
        DocumentError: a file is wrong; the message has file, line and what to write instead.
        ValueError: an address is no HOST:PORT, or would be open to other machines.
    """
    read = load_config(config) if config else Config()
    listen = {name: given or getattr(read.listen, name) for name, given in addresses.items()}
    insecure = insecure_listen or read.security.insecure_listen
    refuse_open_addresses({flag(name): address for name, address in listen.items()}, insecure=insecure)
    return Settings(read, load_monitors(monitors), listen, state or read.state)
