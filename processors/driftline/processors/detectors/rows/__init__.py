"""Rows of a window before rows of a reference: what changed together, and which fields drive it."""

from driftline.processors.detectors.rows.judge import DEFAULT_STATISTICS, RowJudge
from driftline.processors.detectors.rows.verdict import RowScore, RowVerdict

__all__ = ["DEFAULT_STATISTICS", "RowJudge", "RowScore", "RowVerdict"]
