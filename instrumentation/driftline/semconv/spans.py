"""Span names of the telemetry contract."""

from __future__ import annotations

from typing import Final

PREDICT_PREFIX: Final = "predict "
"""A prediction: the span's name is this prefix and the model's name, its kind INTERNAL."""

SAMPLE_PREFIX: Final = "sample "
"""Rows chosen of many predictions: the span's name is this prefix and the model's name, its kind INTERNAL."""
