"""What the processor says on `/metrics`: the same text that Prometheus scrapes, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from driftline.semconv import FieldRole, PerformanceKind, attributes, metrics


def _underscored(name: str) -> str:
    return name.replace(".", "_")


MODEL_LABEL = _underscored(attributes.ML_MODEL_NAME)
FIELD_LABEL = _underscored(attributes.ML_FIELD_NAME)
ROLE_LABEL = _underscored(attributes.ML_FIELD_ROLE)
STATE_LABEL = _underscored(attributes.ML_MONITOR_STATE)
LEVEL = _underscored(metrics.ML_DRIFT_LEVEL)
DETECTED = _underscored(metrics.ML_DRIFT_DETECTED)
KIND_LABEL = _underscored(attributes.ML_PERFORMANCE_KIND)
METRIC_LABEL = _underscored(attributes.ML_PERFORMANCE_METRIC)
SCORE = _underscored(metrics.ML_PERFORMANCE_SCORE)
LOWER = _underscored(metrics.ML_PERFORMANCE_LOWER)
UPPER = _underscored(metrics.ML_PERFORMANCE_UPPER)
ERROR = _underscored(metrics.ML_PERFORMANCE_ERROR)
BEHIND = _underscored(metrics.ML_PERFORMANCE_OBSERVATIONS)
FIGURE = "roc_auc"
"""The figure of merit that is told."""
OBSERVATIONS = _underscored(metrics.ML_WINDOW_OBSERVATIONS)
FIELD_STATUS = _underscored(metrics.ML_FIELD_STATUS)
MONITOR_STATUS = _underscored(metrics.ML_MONITOR_STATUS)


@dataclass(frozen=True, slots=True)
class FieldReading:
    """One field at one look; `level` is None without a verdict."""

    name: str
    role: str
    status: str
    level: float | None
    observations: int
    drifted: bool


@dataclass(frozen=True, slots=True)
class FigureReading:
    """One figure of merit, as `realized`, `provisional` or `estimated`, with its interval and the rows behind it."""

    kind: str
    value: float
    lower: float | None
    upper: float | None
    observations: int
    error: float | None = None
    """How far the estimate of these very rows is over the value; None where nothing was estimated of them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A model at one look: its status, its fields, features first, and its ROC AUC by how it is known."""

    status: str
    fields: tuple[FieldReading, ...]
    performance: tuple[FigureReading, ...] = ()

    @property
    def drifted(self) -> tuple[str, ...]:
        """Names of the fields in drift."""
        return tuple(field.name for field in self.fields if field.drifted)


def read(text: str, model: str) -> Reading:
    """The reading of one model in an exposition.

    >>> read('ml_monitor_status{ml_model_name="credit",ml_monitor_state="ok"} 1', "credit").status
    'ok'
    """
    samples = [
        sample
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.labels.get(MODEL_LABEL) == model
    ]
    states = [s.labels[STATE_LABEL] for s in samples if s.name == MONITOR_STATUS and s.value == 1]
    names = {(s.labels[ROLE_LABEL], s.labels[FIELD_LABEL]) for s in samples if s.name == FIELD_STATUS}
    names = {known for known in names if known[0] != FieldRole.OUTCOME}  # it comes later, as performance
    fields = [_field(role, name, samples) for role, name in sorted(names, key=_order)]
    return Reading(states[0] if states else "no_data", tuple(fields), tuple(_figures(samples)))


def _figures(samples: Sequence[Sample]) -> Iterator[FigureReading]:
    for kind in PerformanceKind:
        own = [s for s in samples if s.labels.get(KIND_LABEL) == kind and s.labels.get(METRIC_LABEL, FIGURE) == FIGURE]
        values = {s.name: s.value for s in own}
        if SCORE in values:
            ends = values.get(LOWER), values.get(UPPER)
            yield FigureReading(kind, values[SCORE], *ends, int(values.get(BEHIND, 0)), values.get(ERROR))


def _order(role_and_name: tuple[str, str]) -> tuple[bool, str, str]:
    role, name = role_and_name
    return role != "feature", role, name


def _field(role: str, name: str, samples: Iterable[Sample]) -> FieldReading:
    own = [s for s in samples if s.labels.get(FIELD_LABEL) == name and s.labels.get(ROLE_LABEL) == role]
    values = {s.name: s.value for s in own if s.name in {LEVEL, DETECTED, OBSERVATIONS}}
    states = [s.labels[STATE_LABEL] for s in own if s.name == FIELD_STATUS and s.value == 1]
    return FieldReading(
        name=name,
        role=role,
        status=states[0] if states else "no_data",
        level=values.get(LEVEL),
        observations=int(values.get(OBSERVATIONS, 0)),
        drifted=values.get(DETECTED) == 1,
    )
