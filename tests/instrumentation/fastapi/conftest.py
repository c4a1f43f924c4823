"""Applications and estimators observed for one test, and given back afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from driftline.instrumentation.fastapi import FastAPIInstrumentor
from driftline.instrumentation.scopes import Intake
from driftline.instrumentation.sklearn import SklearnInstrumentor


@pytest.fixture
def predictions() -> Any:
    """What the models of a test's applications said."""
    return []


@pytest.fixture
def intake(predictions: Any) -> Any:
    return Intake(predictions.extend, always=False)


@pytest.fixture
def _observed(intake: Any) -> Any:
    SklearnInstrumentor().instrument(intake=intake)
    FastAPIInstrumentor().instrument(intake=intake)
    yield
    FastAPIInstrumentor().uninstrument()
    SklearnInstrumentor().uninstrument()
