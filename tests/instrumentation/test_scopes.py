"""Requests, and what becomes of calls outside of them."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import numpy as np
import pytest

from driftline.instrumentation.calls import Output, Prediction
from driftline.instrumentation.rows import Rows, snapshot
from driftline.instrumentation.scopes import HOLD_ROWS, HOLD_SECONDS, Intake, RequestScope, current_request, request


def call(row: float, output: Output = Output.PREDICTION, *, source: int = 1, **changes: Any) -> Prediction:
    given: dict[str, Any] = {
        "model": "m",
        "source": source,
        "rows": snapshot([[row]], None),
        "outputs": ((output, np.array([row])),),
    }
    return Prediction(**(given | {"classes": None, "duration": 0.5} | changes))


@pytest.fixture
def delivered() -> Any:
    return []


@pytest.fixture
def scope(delivered: Any) -> Any:
    return RequestScope(delivered.extend)


def test_two_questions_about_the_same_rows_are_one_prediction(scope: Any, delivered: Any) -> None:
    scope.add(call(1.0))
    scope.add(call(1.0, Output.SCORE))
    scope.close()
    assert [(len(one.outputs), one.duration) for one in delivered] == [(2, 1.0)]


def test_the_same_question_twice_is_two_predictions(scope: Any, delivered: Any) -> None:
    scope.add(call(1.0))
    scope.add(call(1.0))
    scope.close()
    assert len(delivered) == 2


@pytest.mark.parametrize(
    "second",
    [
        call(2.0, Output.SCORE),
        call(1.0, Output.SCORE, source=2),
        call(1.0, Output.SCORE, error_type="ValueError", outputs=()),
        call(1.0, Output.SCORE, rows=Rows(None, None, 1, None)),
    ],
    ids=["other rows", "another model", "a failure", "rows not comparable"],
)
def test_what_is_not_the_same_question_stays_apart(scope: Any, delivered: Any, second: Any) -> None:
    scope.add(call(1.0))
    scope.add(second)
    scope.close()
    assert len(delivered) == 2


def test_interleaved_rows_find_their_own(scope: Any, delivered: Any) -> None:
    for row, output in [(1.0, Output.PREDICTION), (2.0, Output.PREDICTION), (1.0, Output.SCORE), (2.0, Output.SCORE)]:
        scope.add(call(row, output))
    scope.close()
    assert [one.output(Output.SCORE)[0] for one in delivered] == [1.0, 2.0]


def test_a_failed_answer_marks_predictions_that_had_no_error_of_their_own(scope: Any, delivered: Any) -> None:
    scope.add(call(1.0))
    scope.add(call(2.0, error_type="ValueError"))
    scope.close("500")
    assert [one.error_type for one in delivered] == ["500", "ValueError"]


@pytest.mark.parametrize("limits", [{"capacity": 2}, {"capacity_rows": 2}])
def test_an_endless_request_does_not_hold_everything(delivered: Any, limits: Any) -> None:
    endless = RequestScope(delivered.extend, **limits)
    for row in range(10):
        endless.add(call(float(row)))
        assert endless.rows <= 3
    endless.close()
    assert [float(one.rows.features[0, 0]) for one in delivered] == [float(row) for row in range(10)]


def test_work_that_outlives_its_request_is_delivered_as_it_comes(scope: Any, delivered: Any) -> None:
    scope.close()
    scope.add(call(1.0))
    assert len(delivered) == 1


def test_a_request_is_seen_by_its_tasks_and_threads_and_by_no_other(scope: Any) -> None:
    async def endpoint() -> tuple[object, object]:
        with request(scope):
            return await asyncio.to_thread(current_request), await asyncio.create_task(_current())

    async def _current() -> object:
        return current_request()

    assert asyncio.run(endpoint()) == (scope, scope)
    seen: list[object] = []
    thread = threading.Thread(target=lambda: seen.append(current_request()))
    thread.start()
    thread.join()
    assert seen == [None]


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Any:
    return Clock()


@pytest.fixture
def intake(delivered: Any, clock: Any) -> Any:
    return Intake(delivered.extend, always=False, clock=clock)


def test_a_script_that_knows_no_server_counts_each_call(intake: Any, delivered: Any) -> None:
    intake.add(call(1.0))
    assert len(delivered) == 1


def test_a_warm_up_before_the_server_starts_is_no_prediction(intake: Any, delivered: Any) -> None:
    intake.may_serve()
    intake.add(call(1.0))
    intake.serves()
    intake.release()
    assert delivered == []


def test_a_served_process_counts_calls_in_requests_only(intake: Any, delivered: Any) -> None:
    intake.serves()
    assert not intake.wants()
    intake.add(call(1.0))
    scope = RequestScope(intake.deliver)
    with request(scope):
        assert intake.wants()
        intake.add(call(2.0))
    scope.close()
    assert [float(one.rows.features[0, 0]) for one in delivered] == [2.0]


def test_always_counts_calls_outside_requests_of_a_served_process(delivered: Any) -> None:
    intake = Intake(delivered.extend, always=True)
    intake.serves()
    assert intake.wants()
    intake.add(call(1.0))
    assert len(delivered) == 1


def test_a_script_that_imported_a_server_framework_counts_at_exit(intake: Any, delivered: Any) -> None:
    intake.may_serve()
    intake.add(call(1.0))
    assert delivered == []
    intake.release()
    intake.add(call(2.0))
    assert len(delivered) == 2


def test_holding_ends_with_time_and_loses_nothing(intake: Any, delivered: Any, clock: Any) -> None:
    intake.may_serve()
    intake.add(call(1.0))
    clock.now += HOLD_SECONDS + 1
    intake.add(call(2.0))
    assert len(delivered) == 2


def test_holding_ends_with_rows_and_loses_nothing(intake: Any, delivered: Any) -> None:
    intake.may_serve()
    big = snapshot(np.zeros((HOLD_ROWS, 1)), None)
    intake.add(call(1.0, rows=big))
    assert delivered == []
    intake.add(call(2.0))
    assert len(delivered) == 2
