"""Well-known values of the contract's attributes."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class FieldRole(StrEnum):
    """What a field is to the model."""

    FEATURE = "feature"
    PREDICTION = "prediction"
    SCORE = "score"
    OUTCOME = "outcome"
    EMBEDDING = "embedding"


class Defect(StrEnum):
    """What is wrong with a value. `missing` and `invalid` ones are not observations; the other two are both."""

    MISSING = "missing"
    INVALID = "invalid"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_CATEGORY = "unknown_category"


class QualityCheck(StrEnum):
    """What is looked at in the data besides its distribution; the last four are a model's, not a field's."""

    MISSING = "missing"
    INVALID = "invalid"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_CATEGORY = "unknown_category"
    TYPE_CHANGE = "type_change"
    CONSTANT = "constant"
    UNIT_CHANGE = "unit_change"
    DUPLICATE_ROWS = "duplicate_rows"
    SCHEMA = "schema"
    FRESHNESS = "freshness"
    VOLUME = "volume"


OTHER_CATEGORY: Final = "_OTHER"
"""The category that counts every value beyond the ones known by name."""


class Variant(StrEnum):
    """The part a model plays in a comparison."""

    CHAMPION = "champion"
    CHALLENGER = "challenger"
    CANARY = "canary"
    SHADOW = "shadow"


class ReferenceKind(StrEnum):
    """Where a reference came from."""

    DECLARED = "declared"
    ANNOUNCED = "announced"
    LEARNED = "learned"
    TRAILING = "trailing"
    SEASONAL = "seasonal"
    VARIANT = "variant"
    REST = "rest"
    ACCEPTED = "accepted"


class DriftStatistic(StrEnum):
    """The statistic a drift score belongs to; the last four follow the traffic from pane to pane."""

    PSI = "psi"
    JS = "js"
    HELLINGER = "hellinger"
    TV = "tv"
    KS = "ks"
    WASSERSTEIN = "wasserstein"
    CHI2 = "chi2"
    KL = "kl"
    G = "g"
    KUIPER = "kuiper"
    CVM = "cvm"
    AD = "ad"
    ENERGY = "energy"
    CUSUM = "cusum"
    PAGE_HINKLEY = "page_hinkley"
    ADWIN = "adwin"
    E_PROCESS = "e_process"


class MonitorState(StrEnum):
    """The state of a field or of a model; `stale` is a model's, `constant` and `incompatible_bins` are a field's."""

    OK = "ok"
    DRIFT = "drift"
    NO_DATA = "no_data"
    NO_REFERENCE = "no_reference"
    WARMING_UP = "warming_up"
    NOT_ENOUGH_SAMPLES = "not_enough_samples"
    CONSTANT = "constant"
    INCOMPATIBLE_BINS = "incompatible_bins"
    MUTED = "muted"
    STALE = "stale"


class PerformanceKind(StrEnum):
    """How a performance is known."""

    REALIZED = "realized"
    PROVISIONAL = "provisional"
    ESTIMATED = "estimated"


class SloResult(StrEnum):
    """How an event counts against its objective."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"
