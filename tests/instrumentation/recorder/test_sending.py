"""Sending to a real OTLP receiver: timer, exit, fork, spawn, threads, asyncio, late endpoints."""

from __future__ import annotations

import asyncio
import json
import logging
import multiprocessing
import os
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality

from driftline.instrumentation import ModelRecorder
from driftline.semconv import SCHEMA_URL, attributes, events, metrics
from tests.instrumentation.recorder.conftest import Make, Receiver, loud, wait_for

PROFILE = {
    "driftline": "profile/v1",
    "id": "abc",
    "fields": [{"name": "x", "kind": "numeric", "bounds": [1.5], "counts": [1, 1], "min": 0, "max": 3}],
}


def test_points_arrive_by_the_timer_as_the_contract_says(receiver: Receiver, recorder: Make) -> None:
    one = recorder("credit", "7", endpoint=receiver.endpoint, interval=0.05, variant="canary", environment="test")
    one.record({"x": -1.5, "color": "red", "y": 2.0}, prediction="yes", duration=0.2)
    wait_for(lambda: receiver.predictions() == 1)
    request = receiver.metrics[-1].resource_metrics[0]
    assert request.scope_metrics[0].schema_url == SCHEMA_URL
    by_name = {metric.name: metric for metric in request.scope_metrics[0].metrics}
    assert set(by_name) == {
        metrics.ML_FIELD_DISTRIBUTION,
        metrics.ML_FIELD_CATEGORIES,
        metrics.ML_PREDICTIONS,
        metrics.ML_PREDICTION_DURATION,
    }
    distribution = by_name[metrics.ML_FIELD_DISTRIBUTION].exponential_histogram
    assert distribution.aggregation_temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE
    assert by_name[metrics.ML_PREDICTION_DURATION].unit == "s"
    signed = {one.attributes[-2].value.string_value: one for one in distribution.data_points}
    assert (list(signed["x"].negative.bucket_counts), signed["x"].HasField("sum")) == ([1], False)
    assert (signed["y"].sum, signed["y"].HasField("min")) == (2.0, False)
    labels = {one.key: one.value.string_value for one in by_name[metrics.ML_PREDICTIONS].sum.data_points[0].attributes}
    assert labels == {
        attributes.ML_MODEL_NAME: "credit",
        attributes.ML_MODEL_VERSION: "7",
        attributes.ML_MODEL_VARIANT: "canary",
        attributes.DEPLOYMENT_ENVIRONMENT_NAME: "test",
    }


def test_counts_are_cumulative_and_keep_their_start(receiver: Receiver, recorder: Make) -> None:
    one = recorder(endpoint=receiver.endpoint)
    for expected in (1, 2, 3):
        one.record({"x": 1.0})
        assert one.flush()
        assert receiver.predictions() == expected
    starts = {
        point.start_time_unix_nano
        for request in receiver.metrics
        for metric in request.resource_metrics[0].scope_metrics[0].metrics
        if metric.name == metrics.ML_PREDICTIONS
        for point in metric.sum.data_points
    }
    assert len(starts) == 1


def test_the_reference_is_announced_at_start_before_any_prediction(receiver: Receiver, recorder: Make) -> None:
    recorder("credit", "7", endpoint=receiver.endpoint, interval=0.05, reference=json.dumps(PROFILE))
    wait_for(lambda: len(receiver.logs) == 1)
    record = receiver.logs[0].resource_logs[0].scope_logs[0].log_records[0]
    assert record.event_name == events.ML_REFERENCE
    assert json.loads(record.body.string_value) == PROFILE
    assert {one.key: one.value.string_value for one in record.attributes} == {
        attributes.ML_MODEL_NAME: "credit",
        attributes.ML_MODEL_VERSION: "7",
        attributes.ML_REFERENCE_ID: "abc",
    }


def test_the_reference_is_announced_again_every_five_minutes(receiver: Receiver, recorder: Make) -> None:
    now = [10**18]
    one = recorder(endpoint=receiver.endpoint, reference=PROFILE, clock=lambda: now[0])
    for seconds, announced in ((0, 1), (299, 1), (1, 2), (10, 2)):
        now[0] += seconds * 10**9
        one.flush()
        assert len(receiver.logs) == announced


def test_an_endpoint_that_comes_up_late_gets_everything_and_the_reference(
    recorder: Make, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.2")
    early = Receiver()
    early.close()
    one = recorder(endpoint=early.endpoint, reference=PROFILE)
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            one.record({"x": 1.0})
            assert one.flush() is False
    said = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.name for record in said] == ["driftline.instrumentation"], "said once, by us alone"
    late = Receiver(early.port)
    try:
        assert one.flush()
        assert (late.predictions(), len(late.logs)) == (3, 1)
    finally:
        one.abandon()
        late.close()


def test_an_exporter_that_raises_is_a_failure_and_no_more(recorder: Make) -> None:
    class Broken:
        def export(self, _: Any) -> Any:
            raise RuntimeError("broken")

        def shutdown(self) -> None: ...

    one = recorder(exporter=Broken())
    one.record({"x": 1.0})
    assert one.flush() is False


def test_requests_of_the_recorder_are_suppressed_for_other_instrumentation(recorder: Make) -> None:
    from opentelemetry.instrumentation.utils import is_instrumentation_enabled

    seen: list[bool] = []

    class Sees:
        def export(self, _: Any) -> Any:
            seen.append(is_instrumentation_enabled())

        def shutdown(self) -> None: ...

    one = recorder(exporter=Sees())
    one.record({"x": 1.0})
    one.flush()
    assert seen == [False]
    assert is_instrumentation_enabled()


def test_a_slow_endpoint_does_not_slow_record(recorder: Make) -> None:
    entered, leave = threading.Event(), threading.Event()

    class Slow:
        def export(self, _: Any) -> Any:
            entered.set()
            leave.wait(20)

        def shutdown(self) -> None:
            leave.set()

    one = recorder(exporter=Slow(), interval=0.01)
    one.record({"x": 1.0})
    assert entered.wait(10)
    for _ in range(100_000):
        one.record({"x": 1.0})
    assert one.flush(timeout=0.01) is False
    assert one.dropped == {}
    leave.set()


def test_threads_lose_nothing_uncounted_and_double_nothing(receiver: Receiver, recorder: Make) -> None:
    """Eight threads without a pause can outrun the one that counts on a busy machine: what did not fit is told."""
    one = recorder(endpoint=receiver.endpoint, interval=0.02)

    def work(_: int) -> None:
        for _ in range(2000):
            one.record({"x": 1.0, "c": "red"}, segments={"region": "eu"})
            one.record({"x": [1.0, 2.0]})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    one.close()
    dropped = dict(one.dropped)
    assert receiver.predictions() + dropped.pop("overflow", 0) == 8 * 2000 * 3
    assert dropped == {}


def test_tasks_lose_and_double_nothing(receiver: Receiver, recorder: Make) -> None:
    one = recorder(endpoint=receiver.endpoint, interval=0.02)

    async def work() -> None:
        for _ in range(100):
            with one.predict({"x": 1.0}) as call:
                await asyncio.sleep(0)
                call.prediction = 1.0

    async def main() -> None:
        await asyncio.gather(*(work() for _ in range(20)))

    asyncio.run(main())
    one.close()
    assert receiver.predictions() == 2000


def run(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


def test_what_was_recorded_leaves_at_exit_without_close(receiver: Receiver) -> None:
    code = """
        import sys
        from driftline.instrumentation import ModelRecorder
        recorder = ModelRecorder("credit", endpoint=sys.argv[1], interval=3600)
        for number in range(500):
            recorder.record({"x": float(number), "city": f"town {number % 40}"})
    """
    done = run(code, receiver.endpoint)
    assert done.stderr == ""
    assert receiver.predictions() == 500


def test_a_recorder_that_its_host_let_go_of_sends_at_exit_all_the_same(receiver: Receiver) -> None:
    code = """
        import sys
        from driftline.instrumentation import ModelRecorder
        ModelRecorder("credit", endpoint=sys.argv[1], interval=3600).record({"x": 1.0})
    """
    run(code, receiver.endpoint)
    assert receiver.predictions() == 1


def test_categories_still_withheld_leave_at_exit_under_other(receiver: Receiver) -> None:
    code = """
        import sys
        from driftline.instrumentation import ModelRecorder
        recorder = ModelRecorder("credit", endpoint=sys.argv[1], interval=3600)
        recorder.record({"name": [f"customer {number}" for number in range(50)]})
    """
    run(code, receiver.endpoint)
    names = {
        labels[attributes.ML_FIELD_CATEGORY]: point.as_int
        for labels, point in receiver.latest()[metrics.ML_FIELD_CATEGORIES]
    }
    assert names == {"_OTHER": 50}


def test_exit_does_not_hang_on_an_endpoint_that_is_down() -> None:
    code = """
        from driftline.instrumentation import ModelRecorder
        ModelRecorder("credit", endpoint="http://127.0.0.1:9", interval=0.05).record({"x": 1.0})
    """
    run(code)


FORK = """
    import os, sys
    from driftline.instrumentation import ModelRecorder
    recorder = ModelRecorder("credit", endpoint=sys.argv[1], interval=0.05)
    for _ in range(100):
        recorder.record({"x": 1.0})
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            for _ in range(10):
                recorder.record({"x": 2.0})
            sys.exit(0)
        children.append(child)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    recorder.record({"x": 1.0})
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_forked_children_count_for_themselves_and_nothing_twice(receiver: Receiver) -> None:
    run(FORK, receiver.endpoint, OTEL_RESOURCE_ATTRIBUTES="service.instance.id=pod-1")
    assert receiver.predictions() == 101 + 3 * 10
    assert len(receiver.instances()) == 4
    assert all(instance.startswith("pod-1/") for instance in receiver.instances())


WORKERS = """
    import multiprocessing, sys
    from driftline.instrumentation import ModelRecorder
    recorder = None

    def work(endpoint):
        global recorder
        if recorder is None:
            recorder = ModelRecorder("credit", endpoint=endpoint, interval=3600)
        recorder.record({"x": [1.0] * 10})

    if __name__ == "__main__":
        context = multiprocessing.get_context(sys.argv[2])
        if sys.argv[2] == "fork":
            work(sys.argv[1])
        workers = [context.Process(target=work, args=(sys.argv[1],)) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
"""


@pytest.mark.parametrize(("method", "rows"), [("spawn", 20), ("fork", 30)])
def test_workers_of_multiprocessing_send_what_they_have_at_their_end(
    receiver: Receiver, tmp_path: Any, method: str, rows: int
) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    script = tmp_path / "serve.py"
    script.write_text(textwrap.dedent(WORKERS))
    subprocess.run([sys.executable, str(script), receiver.endpoint, method], check=True, timeout=60)
    assert receiver.predictions() == rows
    assert len(receiver.instances()) == rows // 10


def test_two_recorders_of_a_process_are_one_instance(receiver: Receiver, recorder: Make) -> None:
    for name in ("a", "b"):
        one = recorder(name, endpoint=receiver.endpoint)
        one.record({"x": 1.0})
        one.flush()
    assert len(receiver.instances()) == 1


def test_close_is_the_end_and_may_be_said_twice(receiver: Receiver) -> None:
    one = ModelRecorder("m", endpoint=receiver.endpoint, interval=3600, environ={}, on_error=loud)
    one.record({"x": 1.0})
    one.shutdown()
    one.close()
    one.record({"x": 1.0})
    assert one.flush() is False
    assert one.closed
    assert receiver.predictions() == 1
    assert not any(thread.name == "driftline-recorder" and thread.is_alive() for thread in threading.enumerate())


def test_grpc_is_spoken_where_the_environment_says_so() -> None:
    import grpc
    from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
        ExportMetricsServiceRequest,
        ExportMetricsServiceResponse,
    )

    received: list[bytes] = []

    class Handler(grpc.GenericRpcHandler):  # type: ignore[type-arg] # generic in the stubs alone
        def service(self, details: Any) -> Any:
            def answer(request: bytes, _: Any) -> bytes:
                if details.method.endswith("MetricsService/Export"):
                    received.append(request)
                return ExportMetricsServiceResponse().SerializeToString()

            return grpc.unary_unary_rpc_method_handler(answer)

    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((Handler(),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    one = ModelRecorder(
        "m",
        endpoint=f"http://127.0.0.1:{port}",
        reference=PROFILE,
        interval=3600,
        environ={"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
        on_error=loud,
    )
    one.record({"x": 1.0})
    assert one.flush()
    one.close()
    server.stop(None).wait()
    request = ExportMetricsServiceRequest.FromString(received[0])
    assert request.resource_metrics[0].scope_metrics[0].metrics[0].histogram.data_points[0].count == 1


def test_grpc_without_its_extra_names_the_extra(
    recorder: Make, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("metric_exporter", "_log_exporter"):
        monkeypatch.setitem(sys.modules, f"opentelemetry.exporter.otlp.proto.grpc.{name}", None)
    one = recorder(environ={"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, reference=PROFILE)
    one.record({"x": 1.0})
    assert one.flush() is False
    assert "driftline[grpc]" in caplog.text
