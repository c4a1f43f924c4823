from __future__ import annotations

from collections.abc import Sequence
from threading import Event

from driftline.processors.delivery import Delivery
from driftline.processors.findings import Output
from driftline.processors.health import Health
from driftline.processors.pipeline import ExportError
from tests.exporters.looks import AGE, MODEL, ZIP


class Destination:
    """Keeps what it is given; fails as often as told; can be held up."""

    def __init__(self, failures: Sequence[Exception] = ()) -> None:
        self.failures = list(failures)
        self.taken: list[Sequence[Output]] = []
        self.arrived = Event()
        self.open = Event()
        self.open.set()

    def export(self, findings: Sequence[Output], timeout: float) -> None:
        self.arrived.set()
        assert self.open.wait(timeout)
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(findings)


def outcomes(health: Health) -> dict[str, float]:
    return {dict(reading.labels)["outcome"]: reading.value for reading in health.snapshot()}


def test_what_is_offered_arrives() -> None:
    destination, health = Destination(), Health()
    delivery = Delivery("here", destination, timeout_seconds=5, health=health)
    delivery.offer([AGE])
    delivery.stop(5)
    assert destination.taken == [[AGE]]
    assert outcomes(health) == {"delivered": 1}


def test_while_one_look_is_under_way_only_the_newest_waits() -> None:
    destination, health = Destination(), Health()
    destination.open.clear()
    delivery = Delivery("slow", destination, timeout_seconds=5, health=health)
    delivery.offer([AGE])
    assert destination.arrived.wait(5)
    delivery.offer([ZIP])
    delivery.offer([MODEL])
    destination.open.set()
    delivery.stop(5)
    assert destination.taken == [[AGE], [MODEL]]
    assert outcomes(health) == {"delivered": 2, "superseded": 1}


def test_a_failed_export_is_tried_again_when_the_destination_said() -> None:
    destination, health = Destination([ExportError("busy", retry_after=0.01)]), Health()
    delivery = Delivery("busy", destination, timeout_seconds=5, health=health)
    delivery.offer([AGE])
    for _ in range(500):
        if destination.taken:
            break
        Event().wait(0.01)
    delivery.stop(5)
    assert destination.taken == [[AGE]]
    assert outcomes(health) == {"failed": 1, "delivered": 1}


def test_a_bug_in_an_exporter_is_counted_and_does_not_end_its_thread() -> None:
    destination, health = Destination([ZeroDivisionError("bug")]), Health()
    delivery = Delivery("buggy", destination, timeout_seconds=5, health=health)
    delivery.offer([AGE])
    assert destination.arrived.wait(5)
    delivery.offer([ZIP])
    delivery.stop(5)
    assert outcomes(health)["failed"] == 1


def test_stopping_does_not_wait_for_ever_for_a_dead_destination() -> None:
    destination = Destination([ExportError("down", retry_after=3600)])
    delivery = Delivery("down", destination, timeout_seconds=5, health=Health())
    delivery.offer([AGE])
    assert destination.arrived.wait(5)
    delivery.stop(5)
    assert not delivery._thread.is_alive()
