"""The recorder: counts a model's inputs and outputs in process, and sends the counts by OTLP."""

from __future__ import annotations

from driftline.instrumentation.recorder.aggregator import Limits
from driftline.instrumentation.recorder.errors import RecorderError, ReferenceProfileError, TransportError
from driftline.instrumentation.recorder.identity import Hints
from driftline.instrumentation.recorder.model_recorder import ModelRecorder
from driftline.instrumentation.recorder.outcomes import OutcomeRecorder, record_outcome
from driftline.instrumentation.recorder.predicting import PredictCall
from driftline.instrumentation.recorder.registry import recorder_for

__all__ = [
    "Hints",
    "Limits",
    "ModelRecorder",
    "OutcomeRecorder",
    "PredictCall",
    "RecorderError",
    "ReferenceProfileError",
    "TransportError",
    "record_outcome",
    "recorder_for",
]
