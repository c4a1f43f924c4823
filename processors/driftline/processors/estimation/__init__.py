"""Performance before outcomes: what a profile knows of a score, put to the scores of now."""

from driftline.processors.estimation.estimating import estimated, judged
from driftline.processors.estimation.of_reference import reference_performance
from driftline.processors.estimation.score_model import ScoreModel

__all__ = ["ScoreModel", "estimated", "judged", "reference_performance"]
