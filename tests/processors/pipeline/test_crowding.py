"""A flood is turned away early, but never anything that a longer look would have let in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driftline.processors.health import Health
from driftline.processors.monitor import MonitorSet, load_monitors
from driftline.processors.observations import IGNORED, Batch, Reason, Stream, StreamKind
from driftline.processors.pipeline import Pipeline
from driftline.processors.pipeline.caps import Caps
from driftline.processors.pipeline.registry import IDLE_NS
from driftline.semconv import metrics

SECOND = 10**9
NOW = 1_800_000_000 * SECOND
CREDIT = "apiVersion: driftline.dev/v1\nkind: ModelMonitor\nmetadata: {name: credit}\nspec: {model: {name: credit}}\n"


@pytest.fixture(scope="module")
def monitors(tmp_path_factory: pytest.TempPathFactory) -> MonitorSet:
    folder = tmp_path_factory.mktemp("monitors")
    (folder / "credit.yaml").write_text(CREDIT)
    (folder / "risk.yaml").write_text(
        "apiVersion: driftline.dev/v1\nkind: ModelMonitor\nmetadata: {name: risk}\n"
        'spec: {model: {name: risk}, fields: [{name: "tmp_*", ignore: true}]}\n'
    )
    return load_monitors([Path(folder)])


def category(model: str, label: str, *, field: str = "plan", on_point: bool = False) -> Stream:
    named = {"ml.model.name": model}
    own = {"ml.field.name": field, "ml.field.category": label}
    return Stream(
        metrics.ML_FIELD_CATEGORIES,
        "",
        StreamKind.SUM,
        monotonic=True,
        delta=False,
        scope="",
        resource={} if on_point else named,
        attributes={**own, **named} if on_point else own,
    )


def new_pipeline(monitors: MonitorSet, streams: int) -> Pipeline:
    return Pipeline(monitors, started_ns=NOW, health=Health(), caps=Caps(streams=streams))


_streams = st.builds(
    category,
    st.sampled_from(["credit", "risk", "noise", "other", ""]),
    st.sampled_from("abcdefgh"),
    field=st.sampled_from(["plan", "zip", "tmp_x", ""]),
    on_point=st.booleans(),
)


@given(st.lists(_streams, min_size=10, max_size=60), st.integers(1, 6))
def test_what_is_turned_away_would_have_been_refused(monitors: MonitorSet, streams: list[Stream], places: int) -> None:
    pipeline = new_pipeline(monitors, places)
    for stream in streams:
        away = pipeline.turns_away(stream)
        answer = pipeline.stream(stream)
        if away:
            assert answer is Reason.OVER_LIMIT


def test_a_flood_is_turned_away_while_what_is_followed_and_what_is_declared_is_not(monitors: MonitorSet) -> None:
    pipeline = new_pipeline(monitors, 2)
    followed = category("noise", "a", on_point=True)
    assert not pipeline.turns_away(followed)
    number = pipeline.stream(followed)
    pipeline.stream(category("noise", "b", on_point=True))
    assert pipeline.turns_away(category("noise", "c", on_point=True))
    assert not pipeline.turns_away(followed)
    assert not pipeline.turns_away(category("credit", "c", on_point=True))
    assert pipeline.stream(followed) == number
    assert pipeline.stream(category("credit", "c", on_point=True)) != Reason.OVER_LIMIT


def test_what_a_monitor_ignores_is_not_refused_but_ignored(monitors: MonitorSet) -> None:
    pipeline = new_pipeline(monitors, 1)
    pipeline.stream(category("risk", "a"))
    ignored = category("risk", "a", field="tmp_x")
    assert not pipeline.turns_away(ignored)
    assert pipeline.stream(ignored) == IGNORED


def test_once_streams_are_forgotten_there_is_room_again(monitors: MonitorSet) -> None:
    pipeline = new_pipeline(monitors, 1)
    old, new = category("noise", "a"), category("noise", "b")
    pipeline.stream(old)
    assert pipeline.turns_away(new)
    pipeline.fold(Batch(), NOW)
    pipeline.fold(Batch(), NOW + IDLE_NS + 120 * SECOND)
    assert not pipeline.turns_away(new)
    pipeline.stream(new)
    assert pipeline.turns_away(old)
