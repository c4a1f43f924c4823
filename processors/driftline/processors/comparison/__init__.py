"""A table against a reference profile, without a stream: `check(table, profile)`."""

from __future__ import annotations

from driftline.processors.comparison.checking import check, check_chunks
from driftline.processors.comparison.result import Check
from driftline.processors.comparison.rules import Rules

__all__ = ["Check", "Rules", "check", "check_chunks"]
