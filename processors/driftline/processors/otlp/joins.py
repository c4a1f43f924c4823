"""The events `ml.prediction` and `ml.outcome` as what is joined. One event may speak of many rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from driftline.processors.categories import category_text
from driftline.processors.findings import Identity
from driftline.processors.otlp.logs import Event
from driftline.processors.outcomes import Predicted, Proved
from driftline.semconv import attributes


class TakesOutcomes(Protocol):
    """Where predictions and outcomes go."""

    def segment(self, identity: Identity, values: Mapping[str, str], /) -> tuple[tuple[str, str], ...]:
        """The attributes that the monitor's segments name."""

    def predict(self, records: Sequence[Predicted], now_ns: int, /) -> Any:
        """Take predictions; raises OutcomesError when they cannot be stored."""

    def prove(self, records: Sequence[Proved], now_ns: int, /) -> Any:
        """Take outcomes; raises OutcomesError when they cannot be stored."""


def predicted(event: Event, outcomes: TakesOutcomes) -> list[Predicted]:
    """The predictions of an `ml.prediction`.

    Raises:
        ValueError: it names no model, or not one id a row.
    """
    values = {**event.resource, **event.attributes}
    model = values.get(attributes.ML_MODEL_NAME)
    if not model:
        raise ValueError(f"names no model: set `{attributes.ML_MODEL_NAME}`")
    version, variant, environment = (
        values.get(name) or None
        for name in (attributes.ML_MODEL_VERSION, attributes.ML_MODEL_VARIANT, attributes.DEPLOYMENT_ENVIRONMENT_NAME)
    )
    whole = Identity(model, version, variant, environment)
    identity = Identity(model, version, variant, environment, outcomes.segment(whole, values))
    rate = _rate(event.plain.get(attributes.ML_PREDICTION_SAMPLE_RATE))
    return [
        Predicted(identity, key, event.time_ns, category_text(value), _score(score), rate)
        for key, value, score in _rows(event, attributes.ML_PREDICTION_VALUE, attributes.ML_PREDICTION_SCORE)
    ]


def proved(event: Event, now_ns: int) -> list[Proved]:
    """The outcomes of an `ml.outcome`. One that names no model is of every model that predicted under the id; one
    without a time was known now.

    Raises:
        ValueError: not one id a row.
    """
    model = {**event.resource, **event.attributes}.get(attributes.ML_MODEL_NAME, "")
    found = []
    for key, label, value in _rows(event, attributes.ML_OUTCOME_LABEL, attributes.ML_OUTCOME_VALUE):
        known = category_text(value if label is None else label)
        found.append(Proved(key, known or "", event.time_ns or now_ns, model, numeric=label is None))
    return found


def _rows(event: Event, *names: str) -> Iterator[tuple[Any, ...]]:
    """Row by row the id as text and the values of these names; None where the event has none."""
    ids = event.plain.get(attributes.ML_PREDICTION_ID)
    columns = [event.plain.get(name) for name in names]
    if not isinstance(ids, list):
        ids, columns = [ids], [[column] for column in columns]
    for name, column in zip(names, columns, strict=True):
        if column is not None and (not isinstance(column, list) or len(column) != len(ids)):
            raise ValueError(f"has {len(ids)} ids and another number of `{name}`: send one for each")
    listed = [column if column is not None else [None] * len(ids) for column in columns]
    return zip((category_text(key) or "" for key in ids), *listed, strict=True)


def _score(score: Any) -> float | Mapping[str, float] | None:
    if isinstance(score, dict):
        return {name: float(value) for name, value in score.items() if isinstance(value, int | float)}
    return float(score) if isinstance(score, int | float) else None


def _rate(given: Any) -> float:
    return min(max(float(given), 0.0), 1.0) if isinstance(given, int | float) else 1.0
