"""Marks and live figures, before a real HTTP server that speaks as Grafana documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from driftline.exporters.grafana import AnnotationExporter, Client, Diary, LiveExporter
from driftline.processors.findings import (
    Burn,
    Finding,
    Identity,
    Kind,
    Objective,
    Reference,
    State,
    Window,
)
from driftline.processors.pipeline import ExportError
from tests.servers.grafana import TOKEN, Grafana, running
from tests.servers.processes import free_port

SECOND = 10**9
NOW = 1_790_000_000 * SECOND
MS = NOW // 10**6
CREDIT = Identity("credit", "7", None, "production")
TAGS = ["model:credit", "version:7", "environment:production"]


@pytest.fixture
def grafana() -> Iterator[Grafana]:
    with running() as server:
        yield server


@pytest.fixture
def client(grafana: Grafana) -> Client:
    return Client(grafana.url, token=TOKEN)


def model(status: State, at: int = 0, *, since: int = 0, identity: Identity = CREDIT) -> Finding:
    """A model's verdict `at` seconds after the beginning, in this state since `since`."""
    window = Window(NOW, NOW + at * SECOND, 500)
    why = "age moved."
    return Finding("1", Kind.MODEL, identity, None, None, status, window, since_ns=NOW + since * SECOND, why=why)


def test_an_alarm_is_a_mark_from_its_begin_to_its_end_with_its_why(grafana: Grafana, client: Client) -> None:
    exporter = AnnotationExporter(client)
    exporter.export([model(State.OK)], 5)
    assert grafana.annotations == {}
    for at in (10, 20, 30):
        exporter.export([model(State.DRIFT, at, since=10)], 5)
    begun = {"time": MS + 10_000, "tags": ["driftline", "alarm", *TAGS], "text": "age moved."}
    assert grafana.annotations == {1: begun | {"timeEnd": MS + 10_000}}
    exporter.export([model(State.OK, 40, since=40)], 5)
    assert grafana.annotations == {1: begun | {"timeEnd": MS + 40_000}}
    told = len(grafana.asked)
    exporter.export([model(State.OK, 50, since=40)], 5)
    assert len(grafana.asked) == told, "without news nobody is asked"
    exporter.export([model(State.DRIFT, 60, since=60)], 5)
    assert grafana.annotations[2]["time"] == MS + 60_000, "the next alarm is the next mark"


def test_an_alarm_whose_model_is_gone_ends_with_the_look_that_misses_it(grafana: Grafana, client: Client) -> None:
    exporter = AnnotationExporter(client)
    exporter.export([model(State.DRIFT, 10, since=10)], 5)
    exporter.export([], 5)
    assert grafana.annotations[1]["timeEnd"] == MS + 10_000, "an empty look says nothing of any model"
    exporter.export([model(State.OK, 30, identity=replace(CREDIT, version="8"))], 5)
    assert grafana.annotations[1]["timeEnd"] == MS + 30_000


def test_a_second_processor_and_one_that_starts_anew_make_no_second_mark(grafana: Grafana) -> None:
    twins = [AnnotationExporter(Client(grafana.url, token=TOKEN)) for _ in range(2)]
    for late, twin in enumerate(twins):
        twin.export([model(State.DRIFT, 10 + late, since=10 + late)], 5)
    anew = AnnotationExporter(Client(grafana.url, token=TOKEN))
    anew.export([model(State.DRIFT, 20, since=10)], 5)
    anew.export([model(State.OK, 30, since=30)], 5)
    assert [one["timeEnd"] for one in grafana.annotations.values()] == [MS + 30_000]


def test_a_new_version_and_an_accepted_reference_are_marked_once(grafana: Grafana, client: Client) -> None:
    exporter = AnnotationExporter(client)
    accepted = Reference("abc", "accepted", 5000, 0.0, "ada", NOW + 15 * SECOND, "new campaign")
    old, new = model(State.OK, 10), model(State.OK, 20, identity=replace(CREDIT, version="8"))
    exporter.export([old], 5)
    fields = [replace(old, kind=Kind.FIELD, field=name, reference=accepted) for name in ("age", "plan")]
    for _ in range(2):
        exporter.export([old, new, *fields], 5)
    version, reference = grafana.annotations.values()
    assert (version["text"], version["time"], version["tags"][:2]) == (
        "credit 8 is seen",
        MS + 20_000,
        ["driftline", "version"],
    )
    assert (reference["text"], reference["time"]) == (
        "ada accepted a reference of credit: new campaign",
        MS + 15_000,
    )


def test_what_is_there_at_the_first_look_and_what_a_segment_does_is_no_news() -> None:
    diary = Diary()
    diary.look([])
    both = [model(State.OK), model(State.OK, identity=replace(CREDIT, version="8"))]
    diary.look(both)
    diary.look([*both, model(State.DRIFT, identity=replace(CREDIT, segment=(("region", "north"),)))])
    assert diary.due() == []


def test_a_grafana_that_refuses_is_told_later_and_what_waits_is_bounded(grafana: Grafana, client: Client) -> None:
    exporter = AnnotationExporter(client)
    grafana.refuse = (503, {"Retry-After": "7"})
    with pytest.raises(ExportError, match=r"503 .*not now") as refused:
        exporter.export([model(State.DRIFT, 10, since=10)], 5)
    assert refused.value.retry_after == 7
    with pytest.raises(ExportError):
        exporter.export([model(State.OK, 20, since=20)], 5)
    grafana.refuse = None
    exporter.export([model(State.OK, 30, since=20)], 5)
    assert [(one["time"], one["timeEnd"]) for one in grafana.annotations.values()] == [(MS + 10_000, MS + 20_000)]
    diary = Diary()
    for at in range(600):
        diary.look([model(State.DRIFT, 2 * at, since=2 * at)])
        diary.look([model(State.OK, 2 * at + 1, since=2 * at + 1)])
    assert len(diary.due()) == 600
    diary.look([model(State.DRIFT, identity=Identity(f"m{number}")) for number in range(600)])
    assert len(diary.due()) == 1000


def test_the_token_comes_from_a_file_that_may_change_and_without_it_grafana_refuses(
    grafana: Grafana, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text("an old one\n")
    exporter = AnnotationExporter(Client(grafana.url, token="another", token_file=file))
    with pytest.raises(ExportError, match="401"):
        exporter.export([model(State.DRIFT)], 5)
    file.write_text(f"{TOKEN}\n")
    exporter.export([model(State.DRIFT)], 5)
    assert len(grafana.annotations) == 1


def test_a_look_is_on_the_live_channels_under_prometheus_names(grafana: Grafana, client: Client) -> None:
    age = replace(model(State.DRIFT, 10), kind=Kind.FIELD, field="a, b=c", role="feature", level=2.5)
    burning = Objective(CREDIT, "up", 0.99, NOW, NOW + 10 * SECOND, burns=(Burn("5m", 14.5),))
    LiveExporter(client, stream="driftline").export([age, model(State.DRIFT, 10), burning], 5)
    assert set(grafana.channels) == {
        "stream/driftline/ml_drift_level",
        "stream/driftline/ml_monitor_status",
        "stream/driftline/slo_burn_rate",
    }
    ((tags, value, time_ns),) = grafana.channels["stream/driftline/ml_drift_level"]
    assert (tags["ml_field_name"], value, time_ns) == (r"a\,\ b\=c", 2.5, NOW + 10 * SECOND)
    assert grafana.channels["stream/driftline/slo_burn_rate"][0][1] == 14.5


def test_nothing_to_say_is_not_sent_and_nobody_there_is_an_export_error(grafana: Grafana, client: Client) -> None:
    LiveExporter(client, stream="driftline").export([], 5)
    assert grafana.asked == []
    nowhere = Client(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(ExportError, match="no Grafana answers"):
        LiveExporter(nowhere, stream="driftline").export([model(State.OK)], 5)
