"""The two kinds of fields a profile has."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

Count = Annotated[int, Field(ge=0)]
Role = Literal["feature", "prediction", "score", "outcome", "embedding"]

A = TypeVar("A", bound=np.generic)

_FROZEN = ConfigDict(frozen=True, extra="allow", ignored_types=(cached_property,))


class ExponentialSide(BaseModel):
    """Buckets of one sign: `counts[i]` is bucket `offset + i`."""

    model_config = _FROZEN

    offset: int = 0
    counts: tuple[Count, ...] = ()

    @cached_property
    def counts_array(self) -> NDArray[np.int64]:
        """`counts` as int64, read-only."""
        return _frozen(np.array(self.counts, dtype=np.int64))


class ExponentialField(BaseModel):
    """A base-2 exponential histogram, as OTLP has it, signed: bucket i is (2^(i / 2^scale), 2^((i + 1) / 2^scale)]."""

    model_config = _FROZEN

    scale: int = Field(ge=-10, le=20)
    zero: Count = 0
    positive: ExponentialSide = ExponentialSide()
    negative: ExponentialSide = ExponentialSide()

    @property
    def total(self) -> int:
        """Observations in all buckets."""
        return self.zero + sum(self.positive.counts) + sum(self.negative.counts)


class Blocks(BaseModel):
    """How a field scatters between blocks of time."""

    model_config = _FROZEN

    length: str = Field(description="Of one block, as a duration: `1d`.")
    count: Count = Field(description="Blocks that hold any of the field.")
    dispersion: dict[str, Annotated[FiniteFloat, Field(ge=1)]] = Field(
        default_factory=dict,
        description="Deciding statistic to the variance of a block's shares over that of as many independent rows; "
        "empty where there were too few blocks to tell.",
    )


class _Field(BaseModel):
    model_config = _FROZEN

    name: str = Field(min_length=1, description="The column.")
    role: Role = "feature"
    kind: Literal["numeric", "categorical"]
    observations: Count = Field(description="Values counted: neither missing nor invalid.")
    missing: Count = Field(default=0, description="Null and NaN.")
    invalid: Count = Field(default=0, description="Infinite, or not what the kind needs.")
    outputs: dict[str, tuple[FiniteFloat | None, ...]] | None = Field(
        default=None,
        description="Output (a score, a numeric prediction, `prediction.<class>`) to its mean over the rows of each "
        "bucket, or of each category and then of the rest; null where fewer than five rows are too few.",
    )
    blocks: Blocks | None = Field(default=None, description="How it scatters between blocks of time.")


class NumericField(_Field):
    """Numbers in buckets (lower, upper]; `counts` has one more entry than `bounds`."""

    kind: Literal["numeric"] = "numeric"
    mean: FiniteFloat | None = None
    std: FiniteFloat | None = Field(default=None, ge=0, description="Population standard deviation (divisor n).")
    min: FiniteFloat | None = None
    max: FiniteFloat | None = None
    bounds: tuple[FiniteFloat, ...]
    counts: tuple[Count, ...]
    exponential: ExponentialField | None = None
    threshold: FiniteFloat | None = Field(default=None, description="Of a score: the decision threshold.")
    positive: str | None = Field(default=None, description="Of a score: the outcome class it speaks for.")
    outcomes: dict[str, tuple[Count, ...]] | None = Field(
        default=None, description="Of a score: outcome class to counts per bucket."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if any(low >= high for low, high in zip(self.bounds, self.bounds[1:], strict=False)):
            raise ValueError("bounds must ascend, each larger than the one before")
        for counts in (self.counts, *(self.outcomes or {}).values()):
            if len(counts) != len(self.bounds) + 1:
                raise ValueError(f"{len(self.bounds)} bounds need {len(self.bounds) + 1} counts, not {len(counts)}")
        _check_outputs(self.outputs, len(self.counts))
        if sum(self.counts) != self.observations:
            raise ValueError(f"counts add up to {sum(self.counts)}, observations says {self.observations}")
        if self.exponential is not None and self.exponential.total != self.observations:
            raise ValueError(f"exponential holds {self.exponential.total}, observations says {self.observations}")
        return self

    @cached_property
    def bounds_array(self) -> NDArray[np.float64]:
        """`bounds` as float64 (B-1,), read-only."""
        return _frozen(np.array(self.bounds, dtype=np.float64))

    @cached_property
    def counts_array(self) -> NDArray[np.int64]:
        """`counts` as int64 (B,), read-only."""
        return _frozen(np.array(self.counts, dtype=np.int64))


class CategoricalField(_Field):
    """Categories by name; what goes by no name is in `other`."""

    kind: Literal["categorical"] = "categorical"
    categories: dict[str, Count]
    other: Count = 0

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_outputs(self.outputs, len(self.categories) + 1)
        total = sum(self.categories.values()) + self.other
        if total != self.observations:
            raise ValueError(f"categories and other add up to {total}, observations says {self.observations}")
        return self


def _check_outputs(outputs: dict[str, tuple[float | None, ...]] | None, buckets: int) -> None:
    for name, means in (outputs or {}).items():
        if len(means) != buckets:
            raise ValueError(f"outputs of {name} need a mean for each of {buckets} buckets, not {len(means)}")


def _frozen(array: NDArray[A]) -> NDArray[A]:
    array.flags.writeable = False
    return array


def output_name(field: str, of_class: str | None) -> str:
    """What an output is called: its field, and of a class also that.

    >>> output_name("score", None), output_name("prediction", "yes")
    ('score', 'prediction.yes')
    """
    return field if of_class is None else f"{field}.{of_class}"
