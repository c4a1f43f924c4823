"""A file that another version wrote is brought up to date, or refused with what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from driftline.processors.outcomes import OutcomesError
from tests.processors.outcomes.world import HOUR, T0, World, figures, known, made

LAYOUT_0 = """
CREATE TABLE sources (number INTEGER NOT NULL, identity VARCHAR NOT NULL, rate FLOAT NOT NULL, PRIMARY KEY (number),
    UNIQUE (identity));
CREATE TABLE predictions (id VARCHAR NOT NULL, source INTEGER NOT NULL, time_ns BIGINT NOT NULL, value VARCHAR,
    score FLOAT, scores VARCHAR, PRIMARY KEY (id, source)) WITHOUT ROWID;
CREATE INDEX predictions_by_time ON predictions (source, time_ns);
CREATE TABLE outcomes (id VARCHAR NOT NULL, model VARCHAR NOT NULL, value VARCHAR NOT NULL, "numeric" BOOLEAN NOT NULL,
    time_ns BIGINT NOT NULL, received_ns BIGINT NOT NULL, orphan BOOLEAN NOT NULL, PRIMARY KEY (id, model))
    WITHOUT ROWID;
CREATE INDEX orphans_by_age ON outcomes (received_ns) WHERE orphan;
INSERT INTO sources VALUES (1, '["credit","7",null,"production",[]]', 1.0);
"""


def test_a_file_of_the_first_layout_is_brought_to_this_one(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "outcomes.sqlite3")
    connection.executescript(LAYOUT_0)
    predictions = [(f"p-{row}", 1, T0 + row, "1", 0.9, None) for row in (2, 0, 1)]
    models = {0: "", 1: "credit", 3: "credit"}
    outcomes = [(f"p-{row}", model, str(row % 2), 0, T0 + HOUR, T0 + HOUR, row == 3) for row, model in models.items()]
    connection.executemany("INSERT INTO predictions VALUES (?, ?, ?, ?, ?, ?)", predictions)
    connection.executemany("INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?)", outcomes)
    connection.commit()
    connection.close()
    world = World(folder=tmp_path)
    assert world.prove(known("p-0", "0"), known("p-2", "1")) == {"joined": 1, "duplicate": 1}
    assert world.predict(made("p-1"), made("p-3", at=T0 + 3)) == {"accepted": 1, "duplicate": 1}
    before = world.measure()
    assert figures(before["realized"])["accuracy"] == 3 / 4
    world.restart()
    assert world.measure() == before


def test_a_file_of_a_later_layout_is_refused(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "outcomes.sqlite3")
    connection.execute("PRAGMA user_version=2")
    connection.close()
    with pytest.raises(OutcomesError, match="run a later version on it"):
        World(folder=tmp_path).outcomes.open()
