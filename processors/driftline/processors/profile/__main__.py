"""Prints the published JSON Schema: `python -m driftline.processors.profile > .../profile.schema.json`."""

from __future__ import annotations

import sys

from driftline.processors.documents import published
from driftline.processors.profile.model import SCHEMA_ID, Profile

if __name__ == "__main__":
    sys.stdout.write(published(Profile, SCHEMA_ID))
