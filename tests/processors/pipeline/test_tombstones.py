"""Forgotten streams: remembered one by one, then by one line in time."""

from __future__ import annotations

import pytest

from driftline.processors.pipeline import tombstones
from driftline.processors.pipeline.tombstones import NEVER, Tombstones


def test_beyond_the_cap_one_line_in_time_stands_for_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tombstones, "MOST", 2)
    buried = Tombstones()
    for number, key in enumerate((b"a", b"b", b"c")):
        buried.bury(key, 10 + number, now_ns=100)
    assert (buried.claim(b"a"), buried.line_ns) == (NEVER, 10)
    assert buried.items() == [(b"b", 11), (b"c", 12)]


def test_a_start_ahead_of_our_clock_never_moves_the_line_past_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tombstones, "MOST", 0)
    buried = Tombstones()
    buried.bury(b"a", 10**18, now_ns=50)
    assert buried.line_ns == 50
