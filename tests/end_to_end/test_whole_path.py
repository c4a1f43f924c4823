"""The demo's model server, `driftline run` and a real Prometheus that scrapes every second."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from driftline.processors.demo.stage import stage
from driftline.processors.demo.story import story
from driftline.processors.demo.traffic import Traffic
from driftline.processors.demo.train import MODEL, train
from tests.end_to_end.conftest import StartPrometheus

pytestmark = pytest.mark.end_to_end

SECONDS = 48


@pytest.mark.timeout(180)
def test_promql_shows_the_airline_drift_and_no_other_and_heal(prometheus: StartPrometheus, tmp_path: Path) -> None:
    told = story(SECONDS)
    trained = train(tmp_path)
    with stage(tmp_path, trained, told) as servers:
        server = prometheus({"driftline": servers.metrics_url.split("/")[2]})
        server.wait_for("up == 1")
        with Traffic(servers.model_url, servers.control_url, told, np.random.default_rng(7)) as traffic:
            drifting = server.wait_for(f'ml_drift_level{{ml_model_name="{MODEL}"}} > 1', timeout=SECONDS)
            assert traffic.elapsed > told.change, "no alarm before the change"
            server.wait_for(f'ml_monitor_status{{ml_model_name="{MODEL}",ml_monitor_state="drift"}} == 1', timeout=10)
            healed = f'ml_monitor_status{{ml_model_name="{MODEL}",ml_monitor_state="ok"}} == 1'
            (end,) = server.wait_for(f"{healed} and on() (vector(time()) > {drifting[0].time + 10})", timeout=SECONDS)
            predictions = traffic.predictions
            assert traffic.error is None

        seen = server.query_range("ml_drift_level > 1", start=end.time - SECONDS, end=end.time, step=1)
        assert {series.labels["ml_field_name"] for series in seen} == {"airline"}
        (peak,) = server.query(f"max(max_over_time(ml_drift_level{{ml_field_name='airline'}}[{SECONDS}s]))")
        assert peak.value > 2, "the break is no close call"
        (counted,) = server.query('sum(ml_predictions_total{ml_model_name="flights"})')
        assert 0 < counted.value <= predictions + 100
        assert server.query("count(ml_prediction_duration_seconds_bucket) > 0")
        assert not any(math.isnan(sample.value) for sample in server.query('{__name__=~"ml_.*"}'))
