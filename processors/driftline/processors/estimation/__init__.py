"""Performance before outcomes: what a profile knows of scores, and its rows of errors, put to what comes now."""

from driftline.processors.estimation.estimating import estimated
from driftline.processors.estimation.judging import judged
from driftline.processors.estimation.loss_model import LossModel
from driftline.processors.estimation.loss_models import LossModels
from driftline.processors.estimation.losses import estimated_losses
from driftline.processors.estimation.of_reference import reference_performance
from driftline.processors.estimation.score_model import ScoreModel
from driftline.processors.estimation.together import together

__all__ = [
    "LossModel",
    "LossModels",
    "ScoreModel",
    "estimated",
    "estimated_losses",
    "judged",
    "reference_performance",
    "together",
]
