"""Prints the published JSON Schema: `python -m driftline.processors.config > .../config.schema.json`."""

from __future__ import annotations

import sys

from driftline.processors.config.shape import SCHEMA_ID, Config
from driftline.processors.documents import published

if __name__ == "__main__":
    sys.stdout.write(published(Config, SCHEMA_ID))
