"""The process's own configuration, `driftline.yaml`: where it listens, sends and keeps; nothing of a model."""

from __future__ import annotations

from driftline.processors.config.loading import load_config
from driftline.processors.config.loopback import is_loopback, refuse_open_addresses
from driftline.processors.config.shape import (
    AlertmanagerOut,
    Config,
    Exporters,
    Forward,
    GrafanaLive,
    GrafanaOut,
    Limits,
    Listen,
    OtlpOut,
    PrometheusOut,
    Security,
)

__all__ = [
    "AlertmanagerOut",
    "Config",
    "Exporters",
    "Forward",
    "GrafanaLive",
    "GrafanaOut",
    "Limits",
    "Listen",
    "OtlpOut",
    "PrometheusOut",
    "Security",
    "is_loopback",
    "load_config",
    "refuse_open_addresses",
]
