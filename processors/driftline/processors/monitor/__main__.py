"""Prints the published JSON Schema: `python -m driftline.processors.monitor > .../monitor.schema.json`."""

from __future__ import annotations

import sys

from driftline.processors.documents import published
from driftline.processors.monitor.kinds import SCHEMA_ID, MonitorFile

if __name__ == "__main__":
    sys.stdout.write(published(MonitorFile, SCHEMA_ID))
