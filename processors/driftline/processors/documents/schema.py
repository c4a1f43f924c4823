"""The JSON Schema of a file's shape, as published with the package."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter


def published(shape: Any, identifier: str) -> str:
    """The schema as text, the same for the same shape: what is checked in, and what an editor is pointed at."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": identifier}
    return json.dumps(schema | TypeAdapter(shape).json_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
