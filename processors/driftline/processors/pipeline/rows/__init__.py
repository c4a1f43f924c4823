"""Whole rows in the pipeline: which are kept, what they are compared with, and what is found."""

from driftline.processors.pipeline.rows.looking import RowLooks

__all__ = ["RowLooks"]
