"""The quality of the data: what is missing, invalid, out of range, constant, in another unit, silent, or too much."""

from __future__ import annotations

from driftline.processors.pipeline.quality import words
from driftline.processors.pipeline.quality.allowance import TABLE_CHECKS, Allowance
from driftline.processors.pipeline.quality.fields import Facts, Said, check_fields
from driftline.processors.pipeline.quality.looking import Presence, Quality

__all__ = ["TABLE_CHECKS", "Allowance", "Facts", "Presence", "Quality", "Said", "check_fields", "words"]
