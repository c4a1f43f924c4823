"""Panes on the buckets of a field's charts, when recorders disagree about bounds, and charts over such a change."""

from __future__ import annotations

import json

import numpy as np
import pytest

from driftline.processors.findings import Identity
from driftline.processors.pipeline.layouts import Layout, fingerprint, on_reference, onto
from driftline.processors.pipeline.sequences import Sequences, Standing
from driftline.processors.pipeline.sides import Side
from driftline.processors.windows import Binned, FieldWindow

EDGES = np.arange(1.0, 10.0)
FINE = Layout(np.full(10, 100), EDGES)
COARSE = Layout(np.full(5, 200), EDGES[1::2])


def test_a_finer_pane_is_merged_onto_the_edges_of_the_charts() -> None:
    layout, counts = onto(COARSE, (FINE, np.arange(10))) or pytest.fail("nothing in common")
    assert layout is COARSE
    assert counts.tolist() == [1, 5, 9, 13, 17]


def test_a_coarser_pane_takes_the_charts_to_the_edges_both_have() -> None:
    layout, counts = onto(FINE, (COARSE, np.arange(5))) or pytest.fail("nothing in common")
    assert layout.edges is not None
    assert layout.edges.tolist() == EDGES[1::2].tolist()
    assert layout.reference.tolist() == COARSE.reference.tolist()
    assert counts.tolist() == [0, 1, 2, 3, 4]


def test_panes_without_enough_in_common_are_left_out() -> None:
    apart = Layout(np.full(3, 9), np.array([1.5, 2.0]))
    assert onto(FINE, (apart, np.ones(3, dtype=np.int64))) is None
    assert onto(FINE, (Layout(np.full(10, 100)), np.ones(10, dtype=np.int64))) is None
    charts = Standing.of("r", FINE, ["cusum"])
    charts.take((apart, np.ones(3, dtype=np.int64)), 1e-3, 1.0)
    assert charts.layout is FINE


def test_charts_start_anew_once_when_a_coarser_pane_comes_and_then_stay() -> None:
    charts = Standing.of("r", FINE, ["cusum", "adwin"])
    for pane in ((COARSE, np.arange(5)), (FINE, np.arange(10)), (COARSE, np.arange(5))):
        charts.take(pane, 1e-3, 1.0)
    assert len(charts.layout.reference) == 5
    assert charts.scores()[0].score > 0


def test_categories_have_a_place_for_all_that_the_reference_does_not_name() -> None:
    side = Side("plan", "feature", 30, categories={"b": 20, "a": 10})
    window = FieldWindow("plan", "feature", categories={"a": 1, "new": 4})
    layout, counts = on_reference(window, side) or pytest.fail("nothing in common")
    assert layout.reference.tolist() == [10, 20, 0]
    assert counts.tolist() == [1, 0, 4]
    assert on_reference(FieldWindow("plan", "feature"), side) is None


def test_a_fingerprint_is_that_of_the_counts() -> None:
    one, same, other = (
        Side("age", "feature", 9, Binned(EDGES, np.full(10, count)), scale=scale)
        for count, scale in ((3, 1.0), (3, 2.0), (4, 1.0))
    )
    assert fingerprint(one) == fingerprint(same) != fingerprint(other)


def test_saved_charts_of_an_identity_that_has_not_come_back_are_saved_again() -> None:
    first, second = Sequences(), Sequences()
    first._standing[Identity("credit"), "age"] = Standing.of("r", FINE, ["cusum"])
    saved = json.loads(json.dumps(first.snapshot()))
    second.restore(saved)
    assert second.snapshot() == saved
    second.keep_only([])
    assert second.snapshot() == []
