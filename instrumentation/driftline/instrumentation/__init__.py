"""Inside the model server: a recorder, and one room for each serving framework. Tiny, and never in the way.

>>> from driftline.instrumentation import ModelRecorder
"""

from __future__ import annotations

from driftline.instrumentation.recorder import ModelRecorder, record_outcome, recorder_for

__all__ = ["ModelRecorder", "record_outcome", "recorder_for"]
