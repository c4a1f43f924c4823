"""Files that people write: YAML or JSON, read so that every error says file, line and what to write instead."""

from __future__ import annotations

from driftline.processors.documents.durations import parse_duration, write_duration
from driftline.processors.documents.faults import DocumentError, Fault
from driftline.processors.documents.loader import Document, read_documents
from driftline.processors.documents.schema import published
from driftline.processors.documents.types import Choice, Duration, Entry, Text, TimeZone
from driftline.processors.documents.validation import validate

__all__ = [
    "Choice",
    "Document",
    "DocumentError",
    "Duration",
    "Entry",
    "Fault",
    "Text",
    "TimeZone",
    "parse_duration",
    "published",
    "read_documents",
    "validate",
    "write_duration",
]
