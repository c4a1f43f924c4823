"""Value, limit and verdict: what decides that a field is in drift."""

from driftline.processors.detectors.changes import Compared, changes
from driftline.processors.detectors.judge import Judge
from driftline.processors.detectors.pair import Pair
from driftline.processors.detectors.verdict import Score, Verdict

__all__ = ["Compared", "Judge", "Pair", "Score", "Verdict", "changes"]
