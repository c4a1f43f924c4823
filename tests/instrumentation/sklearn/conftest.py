"""Estimators observed for one test, and given back afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from driftline.instrumentation.scopes import Intake
from driftline.instrumentation.sklearn import SklearnInstrumentor


@pytest.fixture
def predictions() -> Any:
    """What the instrumented estimators of a test said."""
    return []


@pytest.fixture
def intake(predictions: Any) -> Any:
    return Intake(predictions.extend, always=False)


@pytest.fixture
def _observed(intake: Any) -> Any:
    SklearnInstrumentor().instrument(intake=intake)
    yield
    SklearnInstrumentor().uninstrument()
