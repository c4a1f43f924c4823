"""What a monitor may ask of performance, and what it is told when it asks wrongly."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from driftline.processors.monitor import Spec


@pytest.mark.parametrize(
    ("performance", "said"),
    [
        ({"metrics": ["roc_auk"]}, "`roc_auk` is no metric of performance; did you mean `roc_auc`"),
        ({"minimum": {"acuracy": 0.9}}, "`acuracy` is no metric of performance"),
        ({"minimum": {"log_loss": 0.5}}, "higher is not better for `log_loss`: its limit is a `maximum`"),
        ({"maximum": {"roc_auc": 0.9}}, "lower is not better for `roc_auc`: its limit is a `minimum`"),
        ({"keep": "5d"}, "predictions would be forgotten before their cohort is final"),
        ({"cohort": "1s", "keep": "30d"}, "`keep` holds more than 10,000 of `cohort`"),
        ({"coverage": 0}, "greater than 0"),
        ({"task": "clustering"}, "'binary', 'multiclass', 'regression' or 'ranking'"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_write_instead(performance: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Spec.model_validate({"performance": performance})
    assert said in str(refused.value)


def test_without_a_word_a_day_is_a_cohort_and_a_week_makes_it_final() -> None:
    wanted = Spec().performance
    assert (wanted.cohort, wanted.maturity) == (86_400 * 10**9, 7 * 86_400 * 10**9)
    assert Spec.model_validate({"performance": {"minimum": {"roc_auc": 0.8}}}).performance.minimum == {"roc_auc": 0.8}
