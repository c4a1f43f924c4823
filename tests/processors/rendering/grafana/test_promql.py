"""Expressions name only what the contract has."""

from __future__ import annotations

import pytest

from driftline.processors.findings import State
from driftline.processors.rendering.grafana.promql import error_share, latency, per_second
from driftline.processors.rendering.grafana.states import WORDS, in_state, state
from driftline.processors.rendering.series import series


def test_a_metric_the_contract_lacks_cannot_be_asked_for() -> None:
    with pytest.raises(KeyError):
        series("ml.drift.guess")


def test_no_expression_divides_by_zero() -> None:
    assert error_share("x", "y").rsplit(" / ", 1)[1].endswith(" > 0)")
    assert latency(0.5, "x", "y").endswith(" >= 0"), "a comparison is false for NaN and drops it"


def test_a_processor_that_never_counted_shows_0_only_while_it_answers() -> None:
    assert per_second("driftline.state.errors").endswith(
        '0 * max by (instance) (driftline_info{instance=~"$instance"})'
    )


def test_every_state_has_a_number_of_its_own_and_drift_the_largest() -> None:
    assert {word.text for word in WORDS} == {each.value.replace("_", " ") for each in State}
    assert [word.value for word in WORDS] == list(range(1, len(State) + 1))
    assert WORDS[-1].text == "drift"
    coded = state("ml.field.status", 'a="b"', "ml_field_name")
    assert all(f'ml_monitor_state="{each.value}"' in coded for each in State)


def test_models_in_several_states_are_counted_once_an_identity() -> None:
    counted = in_state("ml.monitor.status", 'a="b"', State.STALE, State.NO_DATA)
    assert 'ml_monitor_state=~"stale|no_data"' in counted
    assert counted.startswith(
        "sum(max by (ml_model_name, ml_model_version, ml_model_variant, deployment_environment_name)"
    )
