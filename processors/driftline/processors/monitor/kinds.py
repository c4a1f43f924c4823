"""The two kinds of document a monitor file holds, shaped like Kubernetes resources."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from driftline.processors.documents import Entry, Text
from driftline.processors.monitor.spec import Defaults, Spec

API_VERSION = "driftline.dev/v1"
SCHEMA_ID = "https://driftline.dev/schemas/monitor.schema.json"


class Metadata(Entry):
    """Name and labels of a monitor."""

    name: Text
    namespace: Text | None = None
    labels: dict[str, Text] = Field(default_factory=dict)
    """Put onto every alert."""
    annotations: dict[str, Text] = Field(default_factory=dict)


class DefaultsMetadata(Metadata):
    """Name and labels of the defaults; the name may be left out."""

    name: Text = "defaults"


class ModelMonitor(Entry):
    """Everything that is watched of one model. All but the name has a default."""

    api_version: Literal["driftline.dev/v1"]
    kind: Literal["ModelMonitor"]
    metadata: Metadata
    spec: Spec = Spec()


class ModelMonitorDefaults(Entry):
    """Lies under every monitor, and serves models without one."""

    api_version: Literal["driftline.dev/v1"]
    kind: Literal["ModelMonitorDefaults"]
    metadata: DefaultsMetadata = DefaultsMetadata()
    spec: Defaults = Defaults()


MonitorFile = Annotated[ModelMonitor | ModelMonitorDefaults, Field(discriminator="kind")]
"""What one document of a monitor file is."""
